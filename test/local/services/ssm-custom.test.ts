import type { GetInventoryCommandOutput } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import type { Unknowns } from '../../../local/world/schema.ts';
import { createInventoryCloud, faultOf, MEMBER, MINUTE, REGION } from './inventory-cloud.ts';

const TYPE = 'Custom:RackInfo';
const anItem = (more: object = {}) => ({
  TypeName: TYPE,
  SchemaVersion: '1.0',
  CaptureTime: '2026-11-02T06:00:00Z',
  Content: [{ Rack: 'B/C/D' }],
  ...more,
});

async function openNode(unknowns: Partial<Unknowns> = {}) {
  const made = createInventoryCloud({ unknowns });
  made.ssm.addNodes(MEMBER, REGION, { nodes: 1, stopped: 1, terminated: 1, churn: 'none' });
  const idOf = (status: string) => made.ssm.nodes(MEMBER, REGION).find(({ node }) => node.status === status)?.node.id;
  const InstanceId = idOf('Active');
  const key = `inventory/${TYPE}/accountid=${MEMBER}/region=${REGION}/resourcetype=ManagedInstanceInventory/${InstanceId}.json`;
  await made.createSync();
  await made.advance(5 * MINUTE);
  return {
    ...made,
    idOf,
    put: (...Items: object[]) => made.inMember('PutInventory', { InstanceId, Items }),
    putOn: (status: string) => made.inMember('PutInventory', { InstanceId: idOf(status), Items: [anItem()] }),
    delivered: () => made.s3.bucket('inventory-bucket')?.get(key),
    records: () => made.records(key),
    async held() {
      const request = { ResultAttributes: [{ TypeName: TYPE }] };
      const { Entities = [] } = await made.inMember<GetInventoryCommandOutput>('GetInventory', request);
      return Entities.find(({ Id }) => Id === InstanceId)?.Data?.[TYPE];
    },
  };
}

describe('PutInventory (SSM API reference)', () => {
  it('adds a custom type to what GetInventory tells of the node, and no other call tells of it', async () => {
    const { put, held } = await openNode();
    expect(await held()).toBeUndefined();
    expect(await put(anItem())).toEqual({});
    expect(await held()).toMatchObject({ ...anItem(), ContentHash: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  it('is delivered after 1 to 5 minutes, with the envelope of every object', async () => {
    const { put, delivered, records, advance, idOf } = await openNode();
    await put(anItem());
    await advance(MINUTE - 1);
    expect(delivered()).toBeUndefined();
    await advance(4 * MINUTE + 1);
    const envelope = { resourceId: idOf('Active'), captureTime: '2026-11-02T06:00:00Z', schemaVersion: '1.0' };
    expect(records()).toEqual([{ Rack: 'B/C/D', ...envelope }]);
  });

  it('is part of the baseline of a later sync', async () => {
    const { put, delivered, advance, ssm, createSync } = await openNode();
    ssm.removeSync(MEMBER, REGION, 'muster');
    await put(anItem());
    await advance(10 * MINUTE);
    expect(delivered()).toBeUndefined();
    await createSync();
    await advance(5 * MINUTE);
    expect(delivered()).toBeDefined();
  });

  it.each([
    [false, '2026-11-02T06:00:00Z'],
    [true, '2026-11-02T08:00:00Z'],
  ])(
    'does not deliver content again whose hash did not change (InventoryItem); with hashOnlyPutMovesCaptureTime %s it is captured at %s (not documented)',
    async (hashOnlyPutMovesCaptureTime, captureTime) => {
      const { put, held, delivered, advance } = await openNode({ hashOnlyPutMovesCaptureTime });
      await put(anItem());
      await advance(5 * MINUTE);
      const before = delivered()?.lastModified;
      const { ContentHash } = (await held()) ?? {};
      await put(anItem({ CaptureTime: '2026-11-02T07:00:00Z' }));
      await put(anItem({ CaptureTime: '2026-11-02T08:00:00Z', Content: undefined, ContentHash }));
      await advance(5 * MINUTE);
      expect(delivered()?.lastModified).toEqual(before);
      expect(await held()).toMatchObject({ CaptureTime: captureTime, Content: [{ Rack: 'B/C/D' }] });
      await put(anItem({ Content: [{ Rack: 'E' }] }));
      await advance(5 * MINUTE);
      expect(delivered()?.lastModified).not.toEqual(before);
    },
  );

  it.each<[string, object, string]>([
    ['a type without a capital', { TypeName: 'Custom:rack' }, 'InvalidTypeNameException'],
    ['a type of another family', { TypeName: 'Rack' }, 'InvalidTypeNameException'],
    ["a type of the agent's, which nobody puts here", { TypeName: 'AWS:Application' }, 'NotImplemented'],
    ['a schema version that is none', { SchemaVersion: '1' }, 'ValidationException'],
    ['a capture time with a fraction', { CaptureTime: '2026-11-02T06:00:00.000Z' }, 'ValidationException'],
    ['a context', { Context: { ExecutionId: '1' } }, 'UnsupportedInventoryItemContextException'],
    ['a value of 4,097 characters', { Content: [{ Rack: 'x'.repeat(4097) }] }, 'InvalidItemContentException'],
    ['more than 200 KB', { Content: Array(60).fill({ Rack: 'x'.repeat(4000) }) }, 'ItemSizeLimitExceededException'],
    [
      'a hash without the content that it is of',
      { Content: undefined, ContentHash: 'a' },
      'ItemContentMismatchException',
    ],
  ])('refuses %s', async (_, more, name) => {
    const { put, held } = await openNode();
    expect(await faultOf(put(anItem(more)))).toMatchObject({ name });
    expect(await held()).toBeUndefined();
  });

  it('takes a stopped node and refuses one that is terminated or unknown', async () => {
    const { putOn } = await openNode();
    expect(await putOn('Stopped')).toEqual({});
    for (const status of ['Terminated', 'Unheard of'])
      expect(await faultOf(putOn(status))).toMatchObject({ name: 'InvalidInstanceId' });
  });

  it('refuses the twenty-first custom type of an account in a Region ("Systems Manager endpoints and quotas")', async () => {
    const { put, putOn } = await openNode();
    const types = Array.from({ length: 19 }, (_, index) => anItem({ TypeName: `Custom:Type${index}` }));
    await put(...types);
    await putOn('Stopped');
    await put(anItem());
    const refused = await faultOf(put(anItem({ TypeName: 'Custom:OneMore' })));
    expect(refused).toMatchObject({ name: 'CustomSchemaCountLimitExceededException' });
  });

  it('needs a permission whose condition key holds every type of the request (Service Authorization Reference)', async () => {
    const { put, asked } = await openNode();
    await put(anItem(), anItem({ TypeName: 'Custom:Other' }));
    expect(asked.at(-1)?.needs).toMatchObject([
      { action: 'ssm:PutInventory', resource: '*', context: { 'ssm:InventoryTypeName': [TYPE, 'Custom:Other'] } },
    ]);
  });
});
