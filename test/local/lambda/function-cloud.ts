import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { AwsFault } from '../../../local/cloud/aws-fault.ts';
import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import { type Call, operation } from '../../../local/cloud/service.ts';
import { createLambda, type InvocationRecord } from '../../../local/services/lambda.ts';
import { listen } from '../../../local/wire/server.ts';

const START = Date.parse('2026-11-02T06:00:00Z');
const ACCOUNT = '111122223333';
export const ADMINISTRATOR = { kind: 'administrator', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` } as const;

export interface Invoked {
  readonly error: string | undefined;
  readonly answer: unknown;
  /** Virtual. */
  readonly tookMs: number;
}

/** Functions from source text, in a cloud that has a role for them and answers every call of SSM with `{}`. */
export async function createFunctionCloud(intercept: (call: Call) => AwsFault | 'drop' | undefined = () => undefined) {
  const clock = new Clock(new Date(START));
  const cloud = new Cloud(clock, new Draw(7));
  const lambda = createLambda(cloud);
  const folder = mkdtempSync(join(tmpdir(), 'functions-'));
  const calls: Call[] = [];
  const records: InvocationRecord[] = [];
  const bugs: unknown[] = [];
  const nothing = operation<unknown, object>({ needs: () => [], run: () => ({}) });
  const AssumeRole = operation<AssumeRoleCommandInput, object>({
    needs: () => [],
    run: ({ RoleArn = '', RoleSessionName = '' }) => {
      const arn = `${RoleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${RoleSessionName}`;
      const session = { kind: 'role', account: ACCOUNT, arn, roleArn: RoleArn, sessionName: RoleSessionName } as const;
      return { Credentials: cloud.sessions.issue(session) };
    },
  });
  cloud.add(
    lambda,
    { name: 'sts', operations: { AssumeRole } },
    { name: 'ssm', operations: { GetInventory: nothing } },
  );
  cloud.onCall((call) => calls.push(call));
  lambda.onInvoked = async (record) => void records.push(record);
  const wire = await listen(cloud, { port: 0, intercept, onBug: (error) => bugs.push(error) });
  lambda.endpoint = wire.url;

  return {
    cloud,
    lambda,
    calls,
    records,
    bugs,

    /** `source` assigns `exports.handler`. */
    create(name: string, source: string, more: { timeoutSeconds?: number; memoryMb?: number } = {}): string {
      const code = mkdtempSync(join(folder, `${name}-`));
      writeFileSync(join(code, 'index.cjs'), source);
      return lambda.createFunction({
        ...{
          name,
          code,
          account: ACCOUNT,
          region: 'eu-west-1',
          handler: 'index.handler',
          logGroup: `/aws/lambda/${name}`,
        },
        ...{ roleArn: `arn:aws:iam::${ACCOUNT}:role/${name}`, environment: { STATE_BUCKET: 'state' } },
        ...{ timeoutSeconds: 60, memoryMb: 256, ...more },
      }).arn;
    },

    async invoke(FunctionName: string, payload: unknown = {}): Promise<Invoked> {
      const from = clock.nowMs();
      const input = { FunctionName, Payload: Buffer.from(JSON.stringify(payload)) };
      const call = {
        service: 'lambda',
        operation: 'Invoke',
        region: 'eu-west-1',
        caller: ADMINISTRATOR,
        input,
      } as const;
      const { FunctionError, Payload } = await cloud.ask<{ FunctionError?: string; Payload: Uint8Array }>(call);
      const answer: unknown = JSON.parse(Buffer.from(Payload).toString());
      return { error: FunctionError, answer, tookMs: clock.nowMs() - from };
    },

    /** Holds the clock for each of the tasks and lets it run until all have ended. */
    async run<T>(...tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
      const pending = clock.run(() => clock.all(tasks));
      await clock.advanceTo(clock.nowMs() + 3_600_000);
      return pending;
    },

    async close(): Promise<void> {
      await lambda.close();
      await wire.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export type FunctionCloud = Awaited<ReturnType<typeof createFunctionCloud>>;
