import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { Execution } from '../engine/execution.ts';
import type { Host } from '../engine/run.ts';
import { Integration, type StateMachine } from './states-integration.ts';

interface Started {
  readonly execution: Execution;
  readonly machine: StateMachine;
  /** What started it; undefined for a child of a distributed map. */
  readonly trigger?: string;
}

/** All executions of the cloud, children of distributed maps included. */
export class Executions {
  readonly #cloud: Cloud;
  readonly #byArn = new Map<string, Started>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** In the order of their start. */
  all(): Execution[] {
    return [...this.#byArn.values()].map(({ execution }) => execution);
  }

  /** Begins an execution. The same name and input again, while it runs, is the same execution (StartExecution is idempotent). */
  start(machine: StateMachine, start: { name: string; input: string; trigger: string }): Execution {
    const { arn: stateMachineArn, roleArn, machine: definition } = machine;
    const { name, input, trigger } = start;
    const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const same = this.#byArn.get(arn)?.execution;
    if (same?.status === 'RUNNING' && same.launch.input === input) return same;
    if (same) throw new AwsFault('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    const { clock, draw } = this.#cloud;
    const integration = new Integration(this.#cloud, machine);
    const host: Host = {
      clock,
      draw,
      task: (resource, args) => integration.call(resource, args),
      child: async (launch, signal) => {
        await integration.permitChild();
        return this.#run({ execution: new Execution(host, launch, signal), machine });
      },
    };
    const execution = new Execution(host, { arn, name, stateMachineArn, roleArn, definition, input });
    // An execution never rejects; should it, the process must not go on as if nothing happened.
    void clock.run(() => this.#run({ execution, trigger, machine }));
    return execution;
  }

  at(arn = ''): Execution {
    const started = this.#byArn.get(arn);
    if (!started) throw new AwsFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return started.execution;
  }

  /** How many are under way. */
  running(): number {
    return this.all().filter(({ status }) => status === 'RUNNING').length;
  }

  /** Everything that was started from outside, in the order of its start, as the report lists it. */
  executions() {
    const time = (ms: number) => new Date(ms).toISOString();
    return [...this.#byArn.values()].flatMap(({ execution, machine, trigger }) => {
      const { launch, status, startMs, stopMs, output } = execution;
      if (trigger === undefined) return [];
      const times = { startedAt: time(startMs), stoppedAt: stopMs === undefined ? null : time(stopMs) };
      return [{ stateMachine: machine.name, name: launch.name, trigger, status, ...times, output }];
    });
  }

  /** State transitions by state machine name, those of children included: what Step Functions bills. */
  transitions(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { execution, machine } of this.#byArn.values())
      counts[machine.name] = (counts[machine.name] ?? 0) + execution.transitions;
    return counts;
  }

  #run(started: Started): Promise<Execution> {
    this.#byArn.set(started.execution.launch.arn, started);
    return started.execution.run();
  }
}
