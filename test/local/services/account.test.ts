import type { ListRegionsCommandOutput } from '@aws-sdk/client-account';
import { describe, expect, it } from 'vitest';
import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import type { Call, Need } from '../../../local/cloud/service.ts';
import { createAccount } from '../../../local/services/account.ts';
import { OrganizationTree } from '../../../local/services/organization-tree.ts';

const MANAGEMENT = '100000000001';
const HUB = '100000000002';
const MEMBER = '100000000010';
const start = new Date('2026-11-20T06:00:00Z');

function world() {
  const cloud = new Cloud(new Clock(start), new Draw(1));
  const tree = new OrganizationTree({ id: 'o-a1b2c3d4e5', rootId: 'r-ab12', managementAccountId: MANAGEMENT });
  for (const id of [MANAGEMENT, HUB, MEMBER]) tree.putAccount({ id, joinedAt: start });
  tree.delegate(HUB, 'account.amazonaws.com');
  const account = createAccount(cloud, tree);
  cloud.add(account);
  const needs: Need[] = [];
  cloud.authorizeWith((asked) => void needs.push(...asked));
  const call = (input: object, own: string): Call => ({
    service: 'account',
    operation: 'ListRegions',
    region: 'us-east-1',
    caller: { kind: 'administrator', account: own, arn: `arn:aws:iam::${own}:user/operator` },
    input,
  });
  const list = (input: object, own = HUB) => cloud.ask<ListRegionsCommandOutput>(call(input, own));
  return { account, tree, needs, list };
}

// Account Management API reference, ListRegions.
describe('ListRegions', () => {
  it('knows 17 Regions that are on by default and 17 to opt in to', async () => {
    const { Regions = [] } = await world().list({});
    const count = (status: string) => Regions.filter(({ RegionOptStatus }) => RegionOptStatus === status).length;
    expect([count('ENABLED_BY_DEFAULT'), count('DISABLED')]).toEqual([17, 17]);
    expect(Regions).toContainEqual({ RegionName: 'ap-east-1', RegionOptStatus: 'DISABLED' });
  });

  it('tells the states of the account that is asked for', async () => {
    const { account, list } = world();
    account.setRegionState(MEMBER, 'ap-east-1', 'ENABLED');
    const on = { RegionOptStatusContains: ['ENABLED'] };
    expect(await list({ ...on, AccountId: MEMBER })).toEqual({
      Regions: [{ RegionName: 'ap-east-1', RegionOptStatus: 'ENABLED' }],
    });
    expect(await list(on)).toEqual({ Regions: [] });
    expect((await list(on, MEMBER)).Regions).toHaveLength(1);
    expect([account.regionState(MEMBER, 'ap-east-1'), account.regionState(MEMBER, 'cn-north-1')]).toEqual([
      'ENABLED',
      undefined,
    ]);
  });

  it('pages by MaxResults of 1 to 50', async () => {
    const { list } = world();
    const first = await list({ MaxResults: 20 });
    const second = await list({ MaxResults: 20, NextToken: first.NextToken });
    expect([first.Regions?.length, second.Regions?.length, second.NextToken]).toEqual([20, 14, undefined]);
  });

  it.each([
    [{ MaxResults: 51 }, HUB, 'ValidationException'],
    [{ MaxResults: 0 }, HUB, 'ValidationException'],
    [{ NextToken: 'guess' }, HUB, 'ValidationException'],
    [{ AccountId: 'me' }, HUB, 'ValidationException'],
    [{ AccountId: MANAGEMENT }, MANAGEMENT, 'ValidationException'],
    [{ AccountId: MANAGEMENT }, HUB, 'AccessDeniedException'],
    [{ AccountId: HUB }, HUB, 'AccessDeniedException'],
    [{ AccountId: HUB }, MEMBER, 'AccessDeniedException'],
    [{ AccountId: MEMBER }, MEMBER, 'AccessDeniedException'],
    [{ AccountId: '100000000099' }, MANAGEMENT, 'AccessDeniedException'],
  ])('refuses %j from %s as %s', async (input, own, name) => {
    await expect(world().list(input, own)).rejects.toMatchObject({ name });
  });

  it('lets the management account name its members', async () => {
    await expect(world().list({ AccountId: MEMBER }, MANAGEMENT)).resolves.toHaveProperty('Regions');
  });

  it('needs account:ListRegions on the account, named within the organization or by itself (Service Authorization Reference)', async () => {
    const { list, needs } = world();
    await list({});
    await list({ AccountId: MEMBER });
    expect(needs).toEqual([
      { action: 'account:ListRegions', owner: HUB, resource: `arn:aws:account::${HUB}:account` },
      {
        action: 'account:ListRegions',
        owner: HUB,
        resource: `arn:aws:account::${MANAGEMENT}:account/o-a1b2c3d4e5/${MEMBER}`,
      },
    ]);
  });
});
