import type { DescribeInstanceInformationCommandOutput, GetInventoryCommandOutput } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { createInventoryCloud, faultOf, HOUR, MEMBER, MINUTE, REGION } from './inventory-cloud.ts';

const fleet = { nodes: 12, windows: 2, hybrid: 1, stopped: 1, terminated: 2 };

function createNodes(description: object = fleet, unknowns = {}) {
  const made = createInventoryCloud({ unknowns });
  made.ssm.addNodes(MEMBER, REGION, description);
  const inventory = (input: object = {}) => made.inMember<GetInventoryCommandOutput>('GetInventory', input);
  const describeNodes = (input: object = {}) =>
    made.inMember<DescribeInstanceInformationCommandOutput>('DescribeInstanceInformation', input);
  return { ...made, inventory, describeNodes };
}

const idsFilter = (...Values: string[]) => ({
  Filters: [{ Key: 'AWS:InstanceInformation.InstanceId', Type: 'Equal', Values }],
});

describe('DescribeInstanceInformation (SSM API reference)', () => {
  it('lists online nodes only, in pages of 5 to 50', async () => {
    const { describeNodes, cloud } = createNodes();
    const { InstanceInformationList: all = [] } = await describeNodes({ MaxResults: 50 });
    expect(all).toHaveLength(13);
    expect(new Set(all.map(({ PingStatus }) => PingStatus))).toEqual(new Set(['Online']));
    expect(all.filter(({ ResourceType }) => ResourceType === 'ManagedInstance')).toMatchObject([
      { InstanceId: expect.stringMatching(/^mi-[0-9a-f]{17}$/) },
    ]);
    for (const { LastPingDateTime } of all)
      expect(cloud.clock.nowMs() - (LastPingDateTime?.getTime() ?? 0)).toBeLessThan(5 * MINUTE);
    const one = await describeNodes({ MaxResults: 5 });
    const two = await describeNodes({ MaxResults: 5, NextToken: one.NextToken });
    const ids = [one, two].flatMap(({ InstanceInformationList = [] }) =>
      InstanceInformationList.map(({ InstanceId }) => InstanceId),
    );
    expect(ids).toEqual(all.slice(0, 10).map(({ InstanceId }) => InstanceId));
    for (const MaxResults of [4, 51])
      expect(await faultOf(describeNodes({ MaxResults }))).toMatchObject({ name: 'ValidationException' });
  });

  it('selects by tags, all of them', async () => {
    const { describeNodes } = createNodes();
    const ids = async (...Filters: object[]) => {
      const { InstanceInformationList = [] } = await describeNodes({ Filters, MaxResults: 50 });
      return InstanceInformationList.map(({ InstanceId }) => InstanceId);
    };
    const tag = (name: string, ...Values: string[]) => ({ Key: `tag:${name}`, Values });
    const production = await ids(tag('Environment', 'production'));
    const others = await ids(tag('Environment', 'staging', 'development'));
    expect(production.length).toBeGreaterThan(0);
    expect([...production, ...others]).toHaveLength(13);
    expect(await ids(tag('Environment', 'production'), tag('Environment', 'staging'))).toEqual([]);
  });

  it('refuses other filters, which nobody uses', async () => {
    const { describeNodes } = createNodes();
    const Filters = [{ Key: 'PingStatus', Values: ['Online'] }];
    expect(await faultOf(describeNodes({ Filters }))).toMatchObject({ name: 'NotImplemented' });
  });

  it('knows nothing of another Region', async () => {
    const { askAs } = createNodes();
    const caller = { kind: 'administrator', account: MEMBER, arn: 'arn' } as const;
    const ask = askAs(caller, { service: 'ssm', region: 'us-east-1' }, 'DescribeInstanceInformation');
    expect(await ask({})).toEqual({ InstanceInformationList: [] });
  });
});

describe('GetInventory (SSM API reference)', () => {
  it('includes stopped and terminated nodes', async () => {
    const { inventory } = createNodes();
    const { Entities = [] } = await inventory({ MaxResults: 50 });
    const statuses = Entities.map(({ Data }) => Data?.['AWS:InstanceInformation']?.Content?.[0]?.['InstanceStatus']);
    expect(statuses.filter((status) => status !== 'Active').sort()).toEqual(['Stopped', 'Terminated', 'Terminated']);
    expect(Entities).toHaveLength(16);
  });

  it('gives one type of the nodes that are asked for, with capture time and content hash', async () => {
    const { inventory, ssm } = createNodes();
    const id = ssm.nodes(MEMBER, REGION)[3]?.node.id ?? '';
    const { Entities } = await inventory({ ...idsFilter(id), ResultAttributes: [{ TypeName: 'AWS:Application' }] });
    expect(Entities).toMatchObject([
      {
        Id: id,
        Data: {
          'AWS:Application': {
            TypeName: 'AWS:Application',
            SchemaVersion: '1.1',
            CaptureTime: ssm.nodes(MEMBER, REGION)[3]?.item('AWS:Application')?.captureTime,
            ContentHash: expect.stringMatching(/^[0-9a-f]{32}$/),
            Content: ssm.nodes(MEMBER, REGION)[3]?.item('AWS:Application')?.rows(),
          },
        },
      },
    ]);
    const other = await inventory({ ...idsFilter(id), ResultAttributes: [{ TypeName: 'Custom:Rack' }] });
    expect(other.Entities).toEqual([{ Id: id, Data: {} }]);
  });

  it.each([
    ['more than 40 ids', idsFilter(...Array.from({ length: 41 }, (_, index) => `i-${index}`)), 'ValidationException'],
    ['no ids', idsFilter(), 'ValidationException'],
    ['another filter', { Filters: [{ Key: 'AWS:Application.Name', Values: ['x'] }] }, 'NotImplemented'],
    [
      'two types',
      { ResultAttributes: [{ TypeName: 'AWS:Tag' }, { TypeName: 'AWS:Network' }] },
      'InvalidResultAttributeException',
    ],
    ['a page of 51', { MaxResults: 51 }, 'ValidationException'],
  ])('refuses %s', async (_, input, name) => {
    const { inventory } = createNodes();
    expect(await faultOf(inventory(input))).toMatchObject({ name });
  });

  it.each([
    [false, 0],
    [true, 5],
  ])(
    'with reports that move the capture time (%s) an unchanged type is captured anew: %i times (not documented)',
    async (moves, times) => {
      const { ssm, advance } = createNodes({ nodes: 1, churn: 'none' }, { hashOnlyPutMovesCaptureTime: moves });
      const item = () => ssm.nodes(MEMBER, REGION)[0]?.item('AWS:Application');
      const before = item();
      const seen = new Set([before?.captureTime]);
      for (let passed = 0; passed < 6; passed += 0.5) {
        await advance(HOUR / 2);
        seen.add(item()?.captureTime);
      }
      expect(seen.size - 1).toBeGreaterThanOrEqual(times > 0 ? 3 : 0);
      expect(seen.size - 1).toBeLessThanOrEqual(times * 2);
      expect(item()?.rows()).toEqual(before?.rows());
    },
  );
});
