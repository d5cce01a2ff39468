import { afterEach, describe, expect, it } from 'vitest';
import { AwsFault } from '../../local/cloud/aws-fault.ts';
import { answer, deny, MEMBERS, openFleet, type TestFleet } from './a-fleet.ts';

const [first = '', second = ''] = MEMBERS;
const regions = ['eu-west-1', 'us-east-1'];
const batch = (more: object = {}) => ({
  runId: 'run-1',
  mode: 'converge',
  attempt: 1,
  accounts: [
    { accountId: first, regions, associations: { 'us-east-1': {} } },
    { accountId: second, regions },
  ],
  ...more,
});

const refused = new AwsFault(
  'ResourceDataSyncInvalidConfigurationException',
  'S3 write failed for bucket inventory-bucket',
);

describe('converge-accounts', () => {
  let fleet: TestFleet | undefined;
  const open = async () => {
    fleet = await openFleet();
    const { converge, keys, lines, ssm } = fleet;
    ssm.addNodes(first, 'us-east-1', { nodes: 60, hybrid: 1 });
    /** The observations of a batch, by `account/region`. */
    const observe = async (input: object) => {
      const report = await converge(input);
      const files = (await keys('state-bucket')).filter((key) => key.includes('/observations/'));
      const found = files.flatMap((key) => lines(key));
      return {
        report,
        files,
        observations: new Map(found.map((one) => [`${one['accountId']}/${one['region']}`, one])),
      };
    };
    return { ...fleet, observe };
  };
  afterEach(() => fleet?.close());

  it('creates the sync in every target with one List and one Create each, and one AssumeRole per account', async () => {
    const { observe, calls } = await open();
    const { report, observations } = await observe(batch());
    expect(report).toEqual({ observed: 4, failed: 0, created: 4, retry: [] });
    const count = (name: string) => calls.filter((call) => call === name).length;
    expect([count('AssumeRole'), count('ListResourceDataSync'), count('CreateResourceDataSync')]).toEqual([2, 4, 4]);
    expect(observations.get(`${first}/us-east-1`)).toMatchObject({
      failure: null,
      syncs: [],
      nodes: expect.objectContaining({ length: 61 }),
      associations: [{ owner: 'other', settings: { parameters: {}, output: null } }],
      action: { decision: 'create', created: true, refusal: null },
    });
    expect(observations.get(`${second}/us-east-1`)).toMatchObject({ nodes: [], associations: null });
  });

  it('keeps what is there when it is run again, and only looks when told to observe', async () => {
    const { observe, calls } = await open();
    await observe(batch());
    calls.length = 0;
    const { report } = await observe(batch());
    expect(report.created).toBe(0);
    const { observations } = await observe(batch({ mode: 'observe' }));
    expect(observations.get(`${first}/us-east-1`)).toMatchObject({
      action: null,
      syncs: [{ lastStatus: 'InProgress' }],
    });
    expect(calls.filter((call) => call === 'CreateResourceDataSync')).toEqual([]);
  });

  it('writes the same file when the same batch is done again', async () => {
    const { observe } = await open();
    await observe(batch());
    expect((await observe(batch())).files).toHaveLength(1);
  });

  it('finds its sync behind others on a later page, and takes one somebody else made in between for its own', async () => {
    const { observe, cause, ssm } = await open();
    const exists = new AwsFault('ResourceDataSyncAlreadyExistsException', '', { fields: { SyncName: 'ours' } });
    await observe(batch());
    ssm.removeSync(first, 'us-east-1', 'none');
    cause(answer('CreateResourceDataSync', exists));
    const { report } = await observe(batch({ accounts: [{ accountId: first, regions: ['ap-south-1'] }] }));
    expect(report).toMatchObject({ created: 0, observed: 1 });
  });

  it('hands a refused bucket back for another attempt, and records the refusal at the fourth', async () => {
    const { observe, cause } = await open();
    cause(answer('CreateResourceDataSync', refused));
    const { report, files } = await observe(batch());
    expect(files).toEqual([]);
    expect(report).toEqual({ observed: 0, failed: 0, created: 0, retry: batch().accounts });
    const last = await observe(batch({ attempt: 4 }));
    expect(last.report.retry).toEqual([]);
    expect(last.observations.get(`${first}/us-east-1`)).toMatchObject({ action: { refusal: 'DestinationRejected' } });
  });

  it('hands a target that was not heard back for another attempt, but not one in which it changed something', async () => {
    const { observe, cause } = await open();
    const notNow = new AwsFault('ThrottlingException', 'not now', { status: 400 });
    cause(answer('CreateResourceDataSync', notNow));
    const { report } = await observe(batch());
    expect(report).toMatchObject({ observed: 0, failed: 0, retry: batch().accounts });
    cause(answer('DescribeInstanceInformation', notNow));
    const { observations } = await observe(batch());
    expect(observations.get(`${first}/us-east-1`)).toMatchObject({
      action: { created: true },
      failure: { kind: 'Throttled' },
    });
    const asked = await observe(batch({ mode: 'observe' }));
    expect(asked.report.retry).toEqual([]);
  });

  it.each([
    ['five foreign syncs', 5, 'ResourceDataSyncCountExceededException', 'SyncQuotaFull'],
    ['another Organization sync', 1, 'ResourceDataSyncCountExceededException', 'OrganizationSyncConflict'],
    ['another refusal for it', 1, 'ResourceDataSyncInvalidConfigurationException', 'OrganizationSyncConflict'],
  ])('tells %s apart', async (_case, foreign, code, refusal) => {
    const { observe, ssm, cause } = await open();
    const destination = { BucketName: 'elsewhere', SyncFormat: 'JsonSerDe', Region: 'us-east-1' } as const;
    for (let index = 0; index < foreign; index += 1) {
      ssm.placeSync(first, 'us-east-1', { name: `foreign-${index}`, destination });
    }
    cause(answer('CreateResourceDataSync', new AwsFault(code, 'no room')));
    const { observations } = await observe(batch());
    expect(observations.get(`${first}/us-east-1`)).toMatchObject({ action: { created: false, refusal } });
  });

  it('a role that cannot be assumed is a result of every Region of its account', async () => {
    const { observe, cause } = await open();
    cause(({ operation, input }) =>
      operation === 'AssumeRole' && JSON.stringify(input).includes(first)
        ? new AwsFault('AccessDenied', 'not authorized to perform: sts:AssumeRole', { status: 403 })
        : undefined,
    );
    const { report, observations } = await observe(batch());
    expect(report).toMatchObject({ observed: 2, failed: 2 });
    expect(observations.get(`${first}/eu-west-1`)).toMatchObject({
      failure: { kind: 'RoleUnassumable', operation: 'AssumeRole' },
      syncs: null,
      nodes: null,
    });
  });

  it.each([
    ['ListResourceDataSync', 'AccessDeniedException', 'DeniedByPolicy'],
    ['CreateResourceDataSync', 'AccessDeniedException', 'DeniedByPolicy'],
    ['DescribeInstanceInformation', 'ThrottlingException', 'Throttled'],
    ['ListAssociations', 'InternalServerError', 'CheckFailed'],
    ['AssumeRole', 'ThrottlingException', 'Throttled'],
    ['AssumeRole', 'InternalFailure', 'CheckFailed'],
  ])('%s that answers %s is %s, and not the end of the batch', async (operation, name, kind) => {
    const { observe, cause } = await open();
    cause(answer(operation, new AwsFault(name, 'told so', { status: name.startsWith('Internal') ? 500 : 400 })));
    const { report, observations } = await observe(batch({ attempt: 4 }));
    expect(report.observed + report.failed).toBe(4);
    expect(observations.get(`${first}/us-east-1`)).toMatchObject({ failure: { kind, operation } });
  });

  it('a Region that a service control policy closes hides nothing of the others', async () => {
    const { observe, cause } = await open();
    cause(deny('ListResourceDataSync', 'eu-west-1'));
    const { report, observations } = await observe(batch());
    expect(report).toMatchObject({ observed: 2, failed: 2, created: 2 });
    expect(observations.get(`${first}/us-east-1`)).toMatchObject({ failure: null });
  });

  it('brings back what SSM holds of suspicious nodes, forty ids to a filter', async () => {
    const { observe, ssm, calls } = await open();
    const nodes = ssm.nodes(first, 'us-east-1').slice(0, 45);
    const compare = { 'us-east-1': nodes.map(({ node }) => ({ nodeId: node.id, types: ['AWS:Network', 'AWS:Tag'] })) };
    const accounts = [{ accountId: first, regions: ['us-east-1'], compare }];
    const { observations } = await observe(batch({ mode: 'observe', accounts }));
    const contents = observations.get(`${first}/us-east-1`)?.['contents'];
    expect(contents).toHaveLength(90);
    expect(calls.filter((call) => call === 'GetInventory').length).toBeGreaterThanOrEqual(4);
  });
});
