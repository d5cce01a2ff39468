import { describe, expect, it } from 'vitest';
import { AwsFault } from '../../../local/cloud/aws-fault.ts';
import { Clock } from '../../../local/cloud/clock.ts';
import { accountOf, Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import { type Call, operation } from '../../../local/cloud/service.ts';

const administrator = {
  kind: 'administrator',
  account: '111111111111',
  arn: 'arn:aws:iam::111111111111:root',
} as const;

function cloudWithEcho(): Cloud {
  const cloud = new Cloud(new Clock(new Date(0)), new Draw(1));
  cloud.add({
    name: 'ssm',
    operations: {
      Echo: operation<{ text: string }, { text: string; $metadata: object }>({
        needs: () => [{ action: 'ssm:Echo', resource: '*', owner: administrator.account }],
        run: ({ text }) => ({ text }),
      }),
    },
  });
  return cloud;
}
const call = (operationName: string): Call => ({
  service: 'ssm',
  operation: operationName,
  region: 'us-east-1',
  caller: administrator,
  input: { text: 'hello' },
});

describe('Cloud', () => {
  it('answers a served operation and tells listeners', async () => {
    const cloud = cloudWithEcho();
    const heard: unknown[] = [];
    cloud.onCall(({ operation: name }, error) => heard.push([name, error]));
    expect(await cloud.ask<{ text: string }>(call('Echo'))).toEqual({ text: 'hello' });
    expect(heard).toEqual([['Echo', undefined]]);
  });

  it('refuses what it does not serve with 501', async () => {
    await expect(cloudWithEcho().dispatch(call('Sing'))).rejects.toMatchObject({ name: 'NotImplemented', status: 501 });
  });

  it('asks the authorizer before it runs anything', async () => {
    const cloud = cloudWithEcho();
    cloud.authorizeWith(([need]) => {
      throw new AwsFault('AccessDeniedException', need?.action ?? '');
    });
    await expect(cloud.dispatch(call('Echo'))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'ssm:Echo',
    });
  });

  it('knows for which account a caller acts', () => {
    expect(cloudWithEcho().administratorOf('111111111111')).toEqual(administrator);
    expect(accountOf(administrator)).toBe('111111111111');
    expect(accountOf({ kind: 'service', principal: 'ssm.amazonaws.com', sourceAccount: '2' })).toBe('2');
    expect(accountOf({ kind: 'service', principal: 'ssm.amazonaws.com' })).toBe('');
  });
});

describe('Sessions', () => {
  it('forget their credentials after an hour of virtual time', async () => {
    const { sessions, clock } = cloudWithEcho();
    const { AccessKeyId } = sessions.issue(administrator);
    expect(sessions.resolve(AccessKeyId)).toEqual(administrator);
    await clock.advanceTo(3_600_000);
    expect(sessions.resolve(AccessKeyId)).toBe('expired');
    expect(sessions.resolve('AKIAUNKNOWN')).toBeUndefined();
    sessions.otherwise = administrator;
    expect(sessions.resolve('AKIAUNKNOWN')).toEqual(administrator);
  });
});

describe('Draw', () => {
  it('gives the same answer for the same thing, whoever asks first', () => {
    const draw = new Draw(7);
    const first = draw.fraction('delivery', 'i-1');
    draw.fraction('something else');
    expect(draw.fraction('delivery', 'i-1')).toBe(first);
    expect(new Draw(8).fraction('delivery', 'i-1')).not.toBe(first);
    expect(draw.between(3, 5, 'x')).toBeGreaterThanOrEqual(3);
    expect(draw.between(3, 5, 'x')).toBeLessThanOrEqual(5);
    expect(draw.uuid('x')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
