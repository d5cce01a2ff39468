import { beforeEach, describe, expect, it } from 'vitest';
import { AwsFault } from '../../../local/cloud/aws-fault.ts';
import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import type { Need, RoleCaller } from '../../../local/cloud/service.ts';
import { Logs } from '../../../local/services/logs.ts';
import { createXray, type Xray } from '../../../local/services/xray.ts';

const account = '100000000002';
const region = 'us-east-1';
const roleArn = `arn:aws:iam::${account}:role/Worker`;
const caller: RoleCaller = { kind: 'role', account, arn: 'arn:session', roleArn, sessionName: 'muster-worker' };
const to = { caller, region, group: '/aws/lambda/muster-worker', stream: '2026/11/02/[$LATEST]1' };

let cloud: Cloud;
let logs: Logs;
let xray: Xray;
let needs: Need[];
let denied: string | undefined;
beforeEach(() => {
  cloud = new Cloud(new Clock(new Date('2026-11-02T06:00:00Z')), new Draw(7));
  logs = new Logs(cloud);
  xray = createXray(cloud);
  cloud.add(logs, xray);
  logs.createLogGroup({ account, region, name: to.group });
  needs = [];
  denied = undefined;
  cloud.authorizeWith((asked) => {
    needs.push(...asked);
    if (asked.some(({ action }) => action === denied)) throw new AwsFault('AccessDeniedException', 'no');
  });
});

const filter = (input: object) =>
  cloud.dispatch({ service: 'logs', operation: 'FilterLogEvents', region, caller, input });

describe('logs of functions ("Lambda execution role", Lambda Developer Guide)', () => {
  it('are written as the role: the stream once, then its lines', async () => {
    await logs.append(to, ['one', 'two']);
    await logs.append(to, ['three']);
    const resource = `arn:aws:logs:${region}:${account}:log-group:${to.group}:log-stream:${to.stream}`;
    const put = { action: 'logs:PutLogEvents', resource, owner: account };
    expect(needs).toEqual([{ ...put, action: 'logs:CreateLogStream' }, put, put]);
    expect(await filter({ logGroupName: to.group, filterPattern: '"t"' })).toMatchObject({
      events: [{ message: 'two', logStreamName: to.stream, timestamp: cloud.clock.nowMs() }, { message: 'three' }],
    });
    expect(await filter({ logGroupName: to.group })).toMatchObject({ events: [{}, {}, {}] });
  });

  it('are found by time over all streams, page by page (CloudWatch Logs API reference, FilterLogEvents)', async () => {
    const startTime = cloud.clock.nowMs();
    await logs.append(to, ['one']);
    await cloud.clock.advanceTo(startTime + 1000);
    await logs.append({ ...to, stream: 'another' }, ['two']);
    await cloud.clock.advanceTo(startTime + 2000);
    await logs.append(to, ['three']);
    const logGroupName = to.group;
    const page = { logGroupName, limit: 2 };
    const first = await filter(page);
    expect(first).toMatchObject({ events: [{ message: 'one' }, { message: 'two' }], nextToken: 'page-2' });
    expect(await filter({ ...page, nextToken: 'page-2' })).toMatchObject({ events: [{ message: 'three' }] });
    const inTime = { logGroupName, startTime: startTime + 1, endTime: startTime + 1000 };
    expect(await filter(inTime)).toMatchObject({ events: [{ message: 'two' }] });
    await expect(filter({ ...page, nextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('are lost when the role may not write them, and the function goes on', async () => {
    denied = 'logs:PutLogEvents';
    await logs.append(to, ['one']);
    expect(await filter({ logGroupName: to.group })).toEqual({ events: [] });
  });

  it('are refused by name where group or stream does not exist', async () => {
    await expect(filter({ logGroupName: 'none' })).rejects.toThrow('The specified log group does not exist.');
    const input = { logGroupName: to.group, logStreamName: 'none' };
    await expect(cloud.dispatch({ service: 'logs', operation: 'PutLogEvents', region, caller, input })).rejects.toThrow(
      'The specified log stream does not exist.',
    );
  });
});

describe('traces ("AWS X-Ray permissions")', () => {
  it('are authorized as the role that sends them', async () => {
    await xray.trace(caller, region, ['{}', '{}']);
    expect(needs.map(({ action }) => action)).toEqual(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
  });

  it('are lost when the role may not send them', async () => {
    denied = 'xray:PutTraceSegments';
    await expect(xray.trace(caller, region, ['{}'])).resolves.toBeUndefined();
  });
});
