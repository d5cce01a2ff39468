import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Machine } from '../engine/definition.ts';
import { Execution, type ExecutionStatus } from '../engine/execution.ts';
import type { Host, Launch } from '../engine/run.ts';
import { Integration } from './states-integration.ts';

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: string;
  readonly machine: Machine;
  readonly created: Date;
  /** Logging, tracing and whatever else DescribeStateMachine hands back. */
  readonly settings: object;
}

export interface Start {
  readonly name: string;
  readonly input: string;
  readonly trigger: string;
}

export interface Started {
  readonly execution: Execution;
  /** Undefined for a child of a distributed map. */
  readonly trigger: string | undefined;
  readonly machine: StateMachine;
}

/** An execution as the report lists it; `stateMachine` is the name. */
export interface ExecutionSummary {
  readonly stateMachine: string;
  readonly name: string;
  readonly trigger: string;
  readonly status: ExecutionStatus;
  readonly startedAt: string;
  readonly stoppedAt: string | null;
}

/** All executions of the cloud, children of distributed maps included. */
export class Executions {
  readonly #cloud: Cloud;
  readonly #byArn = new Map<string, Started>();
  running = 0;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** How many there are, of all times. */
  get started(): number {
    return this.#byArn.size;
  }

  /** Begins an execution. The same name and input again, while it runs, is the same execution (StartExecution is idempotent). */
  start(machine: StateMachine, { name, input, trigger }: Start): Execution {
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const same = this.#byArn.get(arn)?.execution;
    if (same?.status === 'RUNNING' && same.launch.input === input) return same;
    if (same) throw new AwsFault('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    const { account, region, roleArn } = machine;
    const integration = new Integration(this.#cloud, { account, region, roleArn, stateMachineArn: machine.arn });
    const host: Host = {
      clock: this.#cloud.clock,
      draw: this.#cloud.draw,
      task: (resource, args) => integration.call(resource, args),
      child: async (launch, stop) => {
        await integration.permitChild();
        return this.#run({ execution: new Execution(host, launch, stop), trigger: undefined, machine });
      },
    };
    const launch: Launch = { arn, name, stateMachineArn: machine.arn, roleArn, definition: machine.machine, input };
    const execution = new Execution(host, { ...launch, express: machine.type === 'EXPRESS' });
    this.#cloud.clock.run(() => this.#run({ execution, trigger, machine })).catch(fatal);
    return execution;
  }

  at(arn = ''): Started {
    const started = this.#byArn.get(arn);
    if (!started) throw new AwsFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return started;
  }

  /** Latest first, as ListExecutions gives them. */
  list(filter: { stateMachineArn?: string | undefined; mapRunArn?: string | undefined }): Execution[] {
    return [...this.#byArn.values()]
      .map(({ execution }) => execution)
      .filter(({ launch }) =>
        filter.mapRunArn ? launch.mapRunArn === filter.mapRunArn : launch.stateMachineArn === filter.stateMachineArn,
      )
      .reverse();
  }

  /** Everything that was started from outside, in the order of its start. */
  summaries(): ExecutionSummary[] {
    return [...this.#byArn.values()].flatMap(({ execution, trigger, machine }) =>
      trigger === undefined
        ? []
        : [
            {
              stateMachine: machine.name,
              name: execution.launch.name,
              trigger,
              status: execution.status,
              startedAt: new Date(execution.startMs).toISOString(),
              stoppedAt: execution.stopMs === undefined ? null : new Date(execution.stopMs).toISOString(),
            },
          ],
    );
  }

  /** State transitions by state machine name, those of children included: what Step Functions bills. */
  transitions(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { execution, machine } of this.#byArn.values())
      counts[machine.name] = (counts[machine.name] ?? 0) + execution.transitions;
    return counts;
  }

  async #run(started: Started): Promise<Execution> {
    this.#byArn.set(started.execution.launch.arn, started);
    this.running++;
    try {
      return await started.execution.run();
    } finally {
      this.running--;
    }
  }
}

/** An execution never rejects; should it, the process must not go on as if nothing happened. */
function fatal(error: unknown): never {
  throw error;
}
