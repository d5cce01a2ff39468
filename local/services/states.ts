/** AWS Step Functions: state machines, executions and their histories. Error texts are those the service answers. */
import type * as sdk from '@aws-sdk/client-sfn';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, operation, type Service } from '../cloud/service.ts';
import type { Execution } from '../engine/execution.ts';
import { MAXIMUM_BYTES } from '../engine/outcome.ts';
import { InvalidDefinition, readMachine } from '../engine/validation.ts';
import { pageOf } from './page.ts';
import { Executions } from './states-executions.ts';
import type { StateMachine } from './states-integration.ts';

interface Place {
  readonly account: string;
  readonly region: string;
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

class States extends Executions implements Service {
  readonly name = 'states';
  readonly #cloud: Cloud;
  readonly #machines = new Map<string, StateMachine>();

  readonly operations = {
    CreateStateMachine: operation<sdk.CreateStateMachineCommandInput, sdk.CreateStateMachineCommandOutput>({
      needs: ({ name }, call) => need('CreateStateMachine', this.#arn(placeOf(call), name)),
      run: (input, call) => {
        const { stateMachineArn, creationDate } = factsOf(this.#create(placeOf(call), input));
        return { stateMachineArn, creationDate };
      },
    }),
    DescribeStateMachine: operation<sdk.DescribeStateMachineCommandInput, sdk.DescribeStateMachineCommandOutput>({
      needs: ({ stateMachineArn }) => need('DescribeStateMachine', stateMachineArn),
      run: ({ stateMachineArn }) => {
        const machine = this.#machine(stateMachineArn);
        const { definition, roleArn, settings } = machine;
        return { ...settings, ...factsOf(machine), status: 'ACTIVE', definition, roleArn };
      },
    }),
    ListStateMachines: operation<sdk.ListStateMachinesCommandInput, sdk.ListStateMachinesCommandOutput>({
      needs: (_, call) => [{ action: 'states:ListStateMachines', resource: '*', owner: accountOf(call.caller) }],
      run: (input, call) => {
        const here = this.#arn(placeOf(call));
        const { items, ...more } = paged(
          [...this.#machines.values()].filter(({ arn }) => arn.startsWith(here)),
          input,
        );
        return { stateMachines: items.map(factsOf), ...more };
      },
    }),
    StartExecution: operation<sdk.StartExecutionCommandInput, sdk.StartExecutionCommandOutput>({
      needs: ({ stateMachineArn }) => need('StartExecution', stateMachineArn),
      run: ({ stateMachineArn, name: given, input = '{}' }, call) => {
        const machine = this.#machine(stateMachineArn);
        const nth = this.all().length;
        const name = checkedName(given ?? this.#cloud.draw.uuid('execution', machine.arn, nth));
        const trigger = String(call.context?.['events:trigger'] ?? 'manual');
        const { launch, startMs } = this.start(machine, { name, input: checkedInput(input), trigger });
        return { executionArn: launch.arn, startDate: new Date(startMs) };
      },
    }),
    DescribeExecution: operation<sdk.DescribeExecutionCommandInput, sdk.DescribeExecutionCommandOutput>({
      needs: ({ executionArn }) => need('DescribeExecution', executionArn),
      run: ({ executionArn }) => {
        const execution = this.at(executionArn);
        const { output, error, cause, launch } = execution;
        const result = { output, error, cause, ...(output !== undefined && { outputDetails: { included: true } }) };
        return { ...summaryOf(execution), input: launch.input, inputDetails: { included: true }, ...result };
      },
    }),
    /** Latest first. */
    ListExecutions: operation<sdk.ListExecutionsCommandInput, sdk.ListExecutionsCommandOutput>({
      needs: ({ stateMachineArn, mapRunArn }) => need('ListExecutions', stateMachineArn ?? mapRunArn),
      run: ({ stateMachineArn, mapRunArn, statusFilter, ...input }) => {
        const wanted = ({ status, launch }: Execution) =>
          (statusFilter === undefined || status === statusFilter) &&
          (mapRunArn ? launch.mapRunArn === mapRunArn : launch.stateMachineArn === stateMachineArn);
        const { items, ...more } = paged(this.all().filter(wanted).reverse(), input);
        return { executions: items.map(summaryOf), ...more };
      },
    }),
    GetExecutionHistory: operation<sdk.GetExecutionHistoryCommandInput, sdk.GetExecutionHistoryCommandOutput>({
      needs: ({ executionArn }) => need('GetExecutionHistory', executionArn),
      run: ({ executionArn, reverseOrder, ...input }) => {
        const { events } = this.at(executionArn);
        const { items, ...more } = paged(reverseOrder ? events.toReversed() : events, input);
        return { events: items, ...more };
      },
    }),
  };

  constructor(cloud: Cloud) {
    super(cloud);
    this.#cloud = cloud;
  }

  /** Gives the state machine's ARN. */
  createStateMachine(place: Place, input: sdk.CreateStateMachineInput): string {
    return this.#create(place, input).arn;
  }

  #arn({ account, region }: Place, name = ''): string {
    return `arn:${this.#cloud.partition}:states:${region}:${account}:stateMachine:${name}`;
  }

  /** The same name, definition and role again is the same state machine. */
  #create(place: Place, { name = '', definition = '', roleArn = '', type, ...settings }: sdk.CreateStateMachineInput) {
    const arn = this.#arn(place, checkedName(name));
    const same = this.#machines.get(arn);
    if (same && same.definition === definition && same.roleArn === roleArn) return same;
    if (same) throw new AwsFault('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    if (type === 'EXPRESS')
      throw new AwsFault('StateMachineTypeNotSupported', 'The embedded cloud runs STANDARD state machines only');
    const machine = readDefinition(definition);
    const stored = {
      arn,
      name,
      account: place.account,
      region: place.region,
      roleArn,
      definition,
      machine,
      created: this.#cloud.clock.now(),
      settings,
    };
    this.#machines.set(arn, stored);
    return stored;
  }

  #machine(arn = ''): StateMachine {
    const machine = this.#machines.get(arn);
    if (!machine) throw new AwsFault('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }
}

export type { States };

export function createStates(cloud: Cloud): States {
  return new States(cloud);
}

const placeOf = ({ caller, region }: Call): Place => ({ account: accountOf(caller), region });

const factsOf = ({ arn, name, created }: StateMachine) =>
  ({ stateMachineArn: arn, name, type: 'STANDARD', creationDate: created }) as const;

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

function summaryOf({ launch, status, startMs, stopMs }: Execution) {
  const { arn: executionArn, stateMachineArn, name, mapRunArn } = launch;
  const stopDate = stopMs === undefined ? undefined : new Date(stopMs);
  return { executionArn, stateMachineArn, name, status, startDate: new Date(startMs), stopDate, mapRunArn };
}

function checkedInput(input: string): string {
  try {
    JSON.parse(input);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    throw new AwsFault('InvalidExecutionInput', `Invalid State Machine Execution Input: '${message}'`);
  }
  if (Buffer.byteLength(input) <= MAXIMUM_BYTES) return input;
  throw new AwsFault('ValidationException', `input has a size exceeding the maximum number of bytes: ${MAXIMUM_BYTES}`);
}
