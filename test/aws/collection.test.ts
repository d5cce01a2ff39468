import { afterEach, describe, expect, it } from 'vitest';
import { type DesiredAssociation, settingsFingerprint } from '../../core/association.ts';
import { collectionOrder } from '../../infra/collection.ts';
import { parseConfig } from '../../infra/config.ts';
import { AwsFault } from '../../local/cloud/aws-fault.ts';
import { answer, MEMBERS, openFleet, type TestFleet } from './a-fleet.ts';

const [account = ''] = MEMBERS;
const region = 'us-east-1';
const organizationId = 'o-a1b2c3d4e5';
const orderOf = (more: object = {}) => collectionOrder(parseConfig({ organizationId, collection: 'ensure', ...more }));
const desired: DesiredAssociation = JSON.parse(orderOf());

type Found = { owner: string; associationId: string; version: string; [more: string]: unknown };

describe('collection', () => {
  let fleet: TestFleet | undefined;
  afterEach(() => fleet?.close());

  const open = async (association: 'none' | 'all' | 'foreign' = 'none') => {
    fleet = await openFleet([account]);
    const { ssm, set, converge, keys, lines, calls } = fleet;
    ssm.addNodes(account, region, { nodes: 4, association });
    let run = 0;
    /** What one visit saw, and the calls about associations that it made. */
    const visit = async (collection: string, { mode = 'converge', known = {} as object | null } = {}) => {
      run += 1;
      calls.length = 0;
      set({ COLLECTION: collection });
      const associations = known && { [region]: known };
      const accounts = [{ accountId: account, regions: [region], ...(associations && { associations }) }];
      await converge({ runId: `run-${run}`, mode, attempt: 1, accounts });
      const files = (await keys('state-bucket')).filter((key) => key.startsWith(`runs/run-${run}/observations/`));
      const [seen = {}] = files.flatMap((key) => lines(key));
      const found = seen['associations'] as Found[] | null;
      return { found, failure: seen['failure'], asked: calls.filter((call) => /Association/.test(call)) };
    };
    return { ...fleet, visit };
  };
  const knownOf = (found: Found[] | null) =>
    Object.fromEntries(
      (found ?? []).map(({ associationId, version }) => [`${associationId}:${version}`, settingsFingerprint(desired)]),
    );

  it('makes the association where nodes have none, once', async () => {
    const { visit } = await open();
    const first = await visit(orderOf());
    expect(first.asked).toEqual(['ListAssociations', 'CreateAssociation']);
    expect(first.found).toMatchObject([
      {
        owner: 'muster',
        targets: desired.targets,
        schedule: 'rate(12 hours)',
        status: 'Pending',
        counts: { Pending: 4 },
      },
    ]);
    const second = await visit(orderOf(), { known: knownOf(first.found) });
    expect(second.asked).toEqual(['ListAssociations']);
    expect(second.found).toMatchObject([{ owner: 'muster', settings: null }]);
  });

  it('makes it as the config says', async () => {
    const { visit } = await open();
    const { found } = await visit(
      orderOf({
        collectionTargets: 'tag:Environment=production',
        collectionSchedule: 'rate(30 minutes)',
        collectionParameters: { services: 'Disabled', files: '[{"Path":"/etc"}]' },
        collectionOutput: { bucketName: 'runs-of-ours', prefix: 'inventory' },
      }),
    );
    const { found: listed } = await visit('adopt');
    expect(listed).toMatchObject([
      {
        owner: 'muster',
        targets: [{ key: 'tag:Environment', values: ['production'] }],
        schedule: 'rate(30 minutes)',
        settings: {
          parameters: { applications: ['Enabled'], services: ['Disabled'], files: ['[{"Path":"/etc"}]'] },
          output: { bucketName: 'runs-of-ours', prefix: 'inventory', region: null },
        },
      },
    ]);
    expect(listed?.[0]?.['tagged']).not.toBeNull();
    expect(found).toHaveLength(1);
  });

  it('adopts Inspector’s', async () => {
    const { visit } = await open('foreign');
    const { asked, found } = await visit(orderOf());
    expect(asked).toEqual(['ListAssociations', 'DescribeAssociation']);
    expect(found).toMatchObject([{ owner: 'inspector', status: 'Success' }]);
  });

  it.each([
    ['AssociationAlreadyExists', ''],
    [
      'ValidationException',
      "Multiple apply all associations with document 'AWS-GatherSoftwareInventory' are not supported.",
    ],
  ])('adopts what somebody made in between, when AWS answers %s', async (name, text) => {
    const { visit, cause, ssm } = await open();
    cause((call) => {
      if (call.operation !== 'CreateAssociation') return undefined;
      ssm.placeAssociation(account, region, { AssociationName: 'AWS-QuickSetup-SSM-CollectInventory-8a1a2' });
      return new AwsFault(name, text);
    });
    const { asked, found, failure } = await visit(orderOf());
    expect(asked).toEqual(['ListAssociations', 'CreateAssociation', 'ListAssociations', 'DescribeAssociation']);
    expect(found).toMatchObject([{ owner: 'quick-setup' }]);
    expect(failure).toBeNull();
  });

  it('lives with an account that has no room for another', async () => {
    const { visit, cause } = await open();
    cause(answer('CreateAssociation', new AwsFault('AssociationLimitExceeded', '')));
    expect(await visit(orderOf())).toMatchObject({ found: [], failure: null });
  });

  it('says so when it may not', async () => {
    const { visit, cause } = await open();
    cause(answer('CreateAssociation', new AwsFault('AccessDeniedException', 'not authorized', { status: 400 })));
    const { found, failure } = await visit(orderOf());
    expect(found).toEqual([]);
    expect(failure).toMatchObject({ kind: 'DeniedByPolicy', operation: 'CreateAssociation' });
  });

  describe('that is to change', () => {
    const changed = orderOf({ collectionSchedule: 'rate(1 day)' });
    const made = async () => {
      const opened = await open();
      const { found } = await opened.visit(orderOf());
      return { ...opened, known: knownOf(found), id: found?.[0]?.associationId };
    };

    it('is deleted and made anew, never updated', async () => {
      const { visit, known, id } = await made();
      const { asked, found } = await visit(changed, { known });
      expect(asked).toEqual(['ListAssociations', 'DescribeAssociation', 'DeleteAssociation', 'CreateAssociation']);
      expect(found).toMatchObject([{ owner: 'muster', schedule: 'rate(1 day)' }]);
      expect((await visit(changed)).found?.[0]?.associationId).toBe(found?.[0]?.associationId);
      expect(found?.[0]?.associationId).not.toBe(id);
    });

    it.each([
      ['refused', 'InvalidTarget', 'CheckFailed'],
      ['throttled', 'ThrottlingException', 'Throttled'],
      ['without room', 'AssociationLimitExceeded', undefined],
    ])('is put back when the new one is %s', async (_case, name, kind) => {
      const { visit, cause, known } = await made();
      cause(({ operation, input }) =>
        operation === 'CreateAssociation' && JSON.stringify(input).includes('rate(1 day)')
          ? new AwsFault(name, '')
          : undefined,
      );
      const { asked, failure } = await visit(changed, { known });
      expect(asked.slice(-3)).toEqual(['DeleteAssociation', 'CreateAssociation', 'CreateAssociation']);
      expect(failure ?? {}).toEqual(kind === undefined ? {} : expect.objectContaining({ kind }));
      expect((await visit('adopt')).found).toMatchObject([{ owner: 'muster', schedule: 'rate(12 hours)' }]);
    });

    it('is whole again after a worker that was killed in between', async () => {
      const { visit, cause, known } = await made();
      cause(answer('CreateAssociation', new AwsFault('InternalServerError', '', { status: 500 })));
      expect((await visit(changed, { known })).failure).not.toBeNull();
      cause(() => undefined);
      expect((await visit('adopt')).found).toEqual([]);
      const { found } = await visit(changed, { known });
      expect(found).toMatchObject([{ owner: 'muster', schedule: 'rate(1 day)' }]);
      expect((await visit('adopt')).found).toHaveLength(1);
    });

    it('is left alone when it went meanwhile, and made', async () => {
      const { visit, cause, known } = await made();
      cause(answer('DescribeAssociation', new AwsFault('AssociationDoesNotExist', '')));
      expect((await visit(changed, { known })).found).toMatchObject([{ schedule: 'rate(1 day)' }]);
    });
  });

  it.each(['plan', 'observe', 'apply'])('changes nothing in mode %s', async (mode) => {
    const { visit } = await open();
    expect(await visit(orderOf(), { mode })).toMatchObject({ asked: ['ListAssociations'], found: [] });
  });

  it('only looks where associations are adopted, and not at all where they are off', async () => {
    const { visit } = await open();
    expect(await visit('adopt')).toMatchObject({ asked: ['ListAssociations'], found: [] });
    expect(await visit('off')).toMatchObject({ asked: [], found: null });
  });

  it('does not ask in a visit that nobody ordered to', async () => {
    const { visit } = await open();
    expect(await visit(orderOf(), { known: null })).toMatchObject({ found: null, asked: [] });
  });

  it('of selected nodes is looked up by their tags where none is for all nodes', async () => {
    const { visit, ssm } = await open();
    const tag = (...Values: string[]) => [{ Key: 'tag:Environment', Values }];
    ssm.placeAssociation(account, region, {
      AssociationName: 'Some',
      Targets: tag('production', 'staging', 'development'),
    });
    const { asked, found } = await visit(orderOf());
    expect(asked).not.toContain('CreateAssociation');
    expect(found).toMatchObject([{ owner: 'other', tagged: { length: 4 } }]);
  });
});
