import type * as sdk from '@aws-sdk/client-sfn';
import { AwsFault } from '../../../local/cloud/aws-fault.ts';
import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import { type Call, type Caller, operation } from '../../../local/cloud/service.ts';
import { createStates } from '../../../local/services/states.ts';

export const PLACE = { account: '111122223333', region: 'us-east-1' };
export const ADMIN: Caller = { kind: 'administrator', account: PLACE.account, arn: 'arn:aws:iam::111122223333:root' };
export const ROLE = 'arn:aws:iam::111122223333:role/machine';
export const ARN = 'arn:aws:states:us-east-1:111122223333:stateMachine:fleet';
export const one = (state: object) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Only', States: { Only: { End: true, ...state } } });
export const WAIT = one({ Type: 'Wait', Seconds: 60 });

export type Fake = (input: Record<string, unknown>, call: Call) => unknown;
const fakes = (operations: Record<string, Fake>) =>
  Object.fromEntries(
    Object.entries(operations).map(([name, run]) => [
      name,
      operation<Record<string, unknown>, object>({
        needs: () => [],
        run: async (input, call) => Object(await run(input, call)),
      }),
    ]),
  );

const FAKED = ['athena', 'glue', 'lambda', 's3'] as const;
type Others = { [Service in (typeof FAKED)[number]]?: Record<string, Fake> } & { trusted?: boolean };

export function world(others: Others = {}) {
  const cloud = new Cloud(new Clock(new Date('2026-11-02T06:00:00Z')), new Draw(7));
  const states = createStates(cloud);
  const assumed: Call[] = [];
  const assumeRole: Fake = (input, call) => {
    if (others.trusted === false) throw new AwsFault('AccessDenied', 'no', { status: 403 });
    assumed.push(call);
    const roleArn = String(input['RoleArn']);
    const sessionName = String(input['RoleSessionName']);
    return {
      Credentials: cloud.sessions.issue({
        kind: 'role',
        account: PLACE.account,
        arn: `${roleArn}/${sessionName}`,
        roleArn,
        sessionName,
      }),
    };
  };
  cloud.add(
    states,
    { name: 'sts', operations: fakes({ AssumeRole: assumeRole }) },
    ...FAKED.map((name) => ({ name, operations: fakes(others[name] ?? {}) })),
  );
  const ask = <Output>(name: string, input: object, context?: Call['context']) =>
    cloud.clock.run(() =>
      cloud.ask<Output>({
        service: 'states',
        operation: name,
        region: 'us-east-1',
        caller: ADMIN,
        input,
        ...(context && { context }),
      }),
    );
  const pass = (seconds: number) => cloud.clock.advanceTo(cloud.clock.nowMs() + seconds * 1000);
  const create = (definition = WAIT) =>
    ask<sdk.CreateStateMachineOutput>('CreateStateMachine', { name: 'fleet', definition, roleArn: ROLE });
  const start = (input: object = {}) =>
    ask<sdk.StartExecutionOutput>('StartExecution', { stateMachineArn: ARN, ...input });
  /** Runs one state to its end and describes the execution. */
  const run = async (state: object) => {
    await create(one(state));
    const { executionArn } = await start();
    await pass(3600);
    return ask<sdk.DescribeExecutionOutput>('DescribeExecution', { executionArn });
  };
  return { cloud, states, assumed, ask, pass, create, start, run };
}
