/** AWS Step Functions: state machines, executions and their histories. Error texts are those the service answers. */
import type * as sdk from '@aws-sdk/client-sfn';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Operation, operation, type Service } from '../cloud/service.ts';
import type { Execution } from '../engine/execution.ts';
import { MAXIMUM_BYTES } from '../engine/outcome.ts';
import { InvalidDefinition, readMachine } from '../engine/validation.ts';
import { pageOf } from './page.ts';
import { type ExecutionSummary, Executions, type StateMachine } from './states-executions.ts';

interface Place {
  readonly account: string;
  readonly region: string;
}

export interface States extends Service {
  /** Gives the state machine's ARN. */
  createStateMachine(place: Place, input: sdk.CreateStateMachineInput): string;
  /** What was started from outside, in the order of its start. */
  executions(): readonly ExecutionSummary[];
  /** State transitions by state machine name. */
  transitions(): Readonly<Record<string, number>>;
  /** How many executions are under way, children of distributed maps included. */
  running(): number;
}

export function createStates(cloud: Cloud): States {
  const machines = new StateMachines(cloud);
  const executions = new Executions(cloud);
  return {
    name: 'states',
    createStateMachine: (place, input) => machines.create(place, input).arn,
    executions: () => executions.summaries(),
    transitions: () => executions.transitions(),
    running: () => executions.running,
    operations: { ...machineOperations(machines), ...executionOperations(cloud, machines, executions) },
  };
}

/** "Name must not contain white space, brackets, wildcards, special or control characters" (CreateStateMachine and StartExecution, API reference). */
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

function checkedName(name: string): string {
  if (!NAME.test(name)) throw new AwsFault('InvalidName', `Invalid Name: '${name}'`);
  return name;
}

/** A need on the resource that an ARN names, in the account the ARN names. */
function need(action: string, resource = '') {
  if (!resource.startsWith('arn:')) throw new AwsFault('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${resource}'`);
  return [{ action: `states:${action}`, resource, owner: resource.split(':')[4] ?? '' }];
}

class StateMachines {
  readonly #cloud: Cloud;
  readonly #byArn = new Map<string, StateMachine>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  arn({ account, region }: Place, name: string): string {
    return `arn:${this.#cloud.partition}:states:${region}:${account}:stateMachine:${name}`;
  }

  /** The same name, definition, role and type again is the same state machine. */
  create(
    place: Place,
    { name = '', definition = '', roleArn = '', type = 'STANDARD', ...settings }: sdk.CreateStateMachineInput,
  ) {
    const arn = this.arn(place, checkedName(name));
    const same = this.#byArn.get(arn);
    if (same && same.definition === definition && same.roleArn === roleArn && same.type === type) return same;
    if (same) throw new AwsFault('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    const machine = readDefinition(definition);
    const created = this.#cloud.clock.now();
    const stored = { arn, name, ...place, roleArn, type, definition, machine, created, settings };
    this.#byArn.set(arn, stored);
    return stored;
  }

  at(arn = ''): StateMachine {
    const machine = this.#byArn.get(arn);
    if (!machine) throw new AwsFault('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  list({ account, region }: Place): StateMachine[] {
    return [...this.#byArn.values()].filter((machine) => machine.account === account && machine.region === region);
  }

  delete(arn: string): void {
    this.#byArn.delete(arn);
  }
}

/** One page of a list as all operations here have it: `maxResults` 0 or absent means 100. */
function paged<T>(all: readonly T[], request: { maxResults?: number | undefined; nextToken?: string | undefined }) {
  const page = pageOf(all, { size: request.maxResults || 100, token: request.nextToken });
  if (!page) throw new AwsFault('InvalidToken', `Invalid Token: '${request.nextToken}'`);
  return { items: [...page.items], ...(page.next !== undefined && { nextToken: page.next }) };
}

function readDefinition(definition: string) {
  try {
    return readMachine(definition);
  } catch (error) {
    if (!(error instanceof InvalidDefinition)) throw error;
    throw new AwsFault('InvalidDefinition', `Invalid State Machine Definition: '${error.message}'`);
  }
}

const placeOf = ({ caller, region }: Call): Place => ({ account: accountOf(caller), region });

function machineOperations(machines: StateMachines): Record<string, Operation> {
  return {
    CreateStateMachine: operation<sdk.CreateStateMachineCommandInput, sdk.CreateStateMachineCommandOutput>({
      needs: ({ name = '' }, call) => need('CreateStateMachine', machines.arn(placeOf(call), name)),
      run(input, call) {
        const { arn, created } = machines.create(placeOf(call), input);
        return { stateMachineArn: arn, creationDate: created };
      },
    }),
    DescribeStateMachine: operation<sdk.DescribeStateMachineCommandInput, sdk.DescribeStateMachineCommandOutput>({
      needs: ({ stateMachineArn }) => need('DescribeStateMachine', stateMachineArn),
      run({ stateMachineArn }) {
        const { arn, name, definition, roleArn, type, created, settings } = machines.at(stateMachineArn);
        return {
          ...settings,
          stateMachineArn: arn,
          name,
          status: 'ACTIVE',
          definition,
          roleArn,
          type,
          creationDate: created,
        };
      },
    }),
    ListStateMachines: operation<sdk.ListStateMachinesCommandInput, sdk.ListStateMachinesCommandOutput>({
      needs: (_, call) => [{ action: 'states:ListStateMachines', resource: '*', owner: placeOf(call).account }],
      run(input, call) {
        const { items, ...more } = paged(machines.list(placeOf(call)), input);
        const listed = ({ arn, name, type, created }: StateMachine) => ({
          stateMachineArn: arn,
          name,
          type,
          creationDate: created,
        });
        return { stateMachines: items.map(listed), ...more };
      },
    }),
    DeleteStateMachine: operation<sdk.DeleteStateMachineCommandInput, sdk.DeleteStateMachineCommandOutput>({
      needs: ({ stateMachineArn }) => need('DeleteStateMachine', stateMachineArn),
      run({ stateMachineArn = '' }) {
        machines.delete(stateMachineArn);
        return {};
      },
    }),
  };
}

function executionOperations(cloud: Cloud, machines: StateMachines, executions: Executions): Record<string, Operation> {
  return {
    StartExecution: operation<sdk.StartExecutionCommandInput, sdk.StartExecutionCommandOutput>({
      needs: ({ stateMachineArn }) => need('StartExecution', stateMachineArn),
      run({ stateMachineArn, name, input = '{}' }, call) {
        const machine = machines.at(stateMachineArn);
        const given = checkedName(name ?? cloud.draw.uuid('execution', machine.arn, executions.started));
        const trigger = String(call.context?.['events:trigger'] ?? 'manual');
        const { launch, startMs } = executions.start(machine, { name: given, input: checkedInput(input), trigger });
        return { executionArn: launch.arn, startDate: new Date(startMs) };
      },
    }),
    StopExecution: operation<sdk.StopExecutionCommandInput, sdk.StopExecutionCommandOutput>({
      needs: ({ executionArn }) => need('StopExecution', executionArn),
      run({ executionArn, error, cause }) {
        executions.at(executionArn).execution.abort(error, cause);
        return { stopDate: cloud.clock.now() };
      },
    }),
    ...executionReads(executions),
  };
}

function executionReads(executions: Executions): Record<string, Operation> {
  return {
    DescribeExecution: operation<sdk.DescribeExecutionCommandInput, sdk.DescribeExecutionCommandOutput>({
      needs: ({ executionArn }) => need('DescribeExecution', executionArn),
      run({ executionArn }) {
        const { execution } = executions.at(executionArn);
        const { output, error, cause, launch } = execution;
        const result = { output, error, cause, ...(output !== undefined && { outputDetails: { included: true } }) };
        return { ...summaryOf(execution), input: launch.input, inputDetails: { included: true }, ...result };
      },
    }),
    ListExecutions: operation<sdk.ListExecutionsCommandInput, sdk.ListExecutionsCommandOutput>({
      needs: ({ stateMachineArn, mapRunArn }) => need('ListExecutions', stateMachineArn ?? mapRunArn),
      run({ stateMachineArn, mapRunArn, statusFilter, ...input }) {
        const all = executions.list({ stateMachineArn, mapRunArn });
        const wanted = statusFilter ? all.filter(({ status }) => status === statusFilter) : all;
        const { items, ...more } = paged(wanted, input);
        return { executions: items.map(summaryOf), ...more };
      },
    }),
    GetExecutionHistory: operation<sdk.GetExecutionHistoryCommandInput, sdk.GetExecutionHistoryCommandOutput>({
      needs: ({ executionArn }) => need('GetExecutionHistory', executionArn),
      run({ executionArn, reverseOrder, ...input }) {
        const { events } = executions.at(executionArn).execution;
        const { items, ...more } = paged(reverseOrder ? events.toReversed() : events, input);
        return { events: items, ...more };
      },
    }),
  };
}

function summaryOf({ launch, status, startMs, stopMs }: Execution) {
  return {
    executionArn: launch.arn,
    stateMachineArn: launch.stateMachineArn,
    name: launch.name,
    status,
    startDate: new Date(startMs),
    ...(stopMs !== undefined && { stopDate: new Date(stopMs) }),
    ...(launch.mapRunArn !== undefined && { mapRunArn: launch.mapRunArn }),
  };
}

function checkedInput(input: string): string {
  try {
    JSON.parse(input);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    throw new AwsFault('InvalidExecutionInput', `Invalid State Machine Execution Input: '${message}'`);
  }
  if (Buffer.byteLength(input) > MAXIMUM_BYTES)
    throw new AwsFault(
      'ValidationException',
      `input has a size exceeding the maximum number of bytes: ${MAXIMUM_BYTES}`,
    );
  return input;
}
