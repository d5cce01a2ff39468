import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseConfigWith } from '../../infra/config.ts';
import { configOf, openHub } from '../../local/cli/hub.ts';
import { AwsFault } from '../../local/cloud/aws-fault.ts';
import type { Call } from '../../local/cloud/service.ts';
import { World } from '../../local/world/schema.ts';
import musterConfig from '../../muster.config.ts';
import { hasFailed, renderChecks } from '../../operator/preflight/print.ts';
import { type CheckReport, findGround, NotSignedIn, runChecks } from '../../operator/preflight/run.ts';
import { HUB, STOREFRONT, smallWorld } from '../e2e/small-world.ts';
import { assemblyOf } from '../e2e/world-runner.ts';

const place = { account: HUB, region: 'us-east-1' };

describe('a preflight of a deployed hub', () => {
  let hub: Awaited<ReturnType<typeof openHub>>;
  const asked: Call[] = [];
  const world = World.parse(smallWorld());
  const config = parseConfigWith(musterConfig, configOf(world));

  beforeAll(async () => {
    hub = await openHub({ world, assembly: await assemblyOf(configOf(world)), port: 0 });
    const { cloud, directory } = hub.embedded;
    const {
      AccessKeyId = '',
      SecretAccessKey = '',
      SessionToken = '',
    } = cloud.sessions.issue(cloud.administratorOf(place.account), 3600);
    const trust = {
      Effect: 'Allow' as const,
      Principal: { AWS: `arn:aws:iam::${HUB}:root` },
      Action: 'sts:AssumeRole',
    };
    const look = { Effect: 'Allow' as const, Action: 'ssm:ListResourceDataSync', Resource: '*' };
    directory.putRole({
      arn: `arn:aws:iam::${STOREFRONT}:role/Audit`,
      trust: { Version: '2012-10-17', Statement: [trust] },
      policies: [{ name: 'Look', document: { Version: '2012-10-17', Statement: [look] } }],
    });
    const variables = {
      AWS_ENDPOINT_URL: hub.wire.url,
      AWS_REGION: place.region,
      AWS_ACCESS_KEY_ID: AccessKeyId,
      AWS_SECRET_ACCESS_KEY: SecretAccessKey,
      AWS_SESSION_TOKEN: SessionToken,
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    cloud.onCall((call) => void asked.push(call));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await hub.wire.close();
    await hub.embedded.lambda.close();
  });

  const preflight = async (role?: string) => {
    const ground = await findGround(config, { sample: 10, role });
    return { ground, reports: await runChecks(ground, () => undefined) };
  };
  const found = (reports: readonly CheckReport[], status: string) =>
    reports.flatMap(({ findings }) => findings.filter((finding) => finding.status === status));

  it('fails nowhere, and says in which accounts it could not look and why', async () => {
    const { reports, ground } = await preflight();
    expect(found(reports, 'fail')).toEqual([]);
    expect(found(reports, 'warn')).toEqual([]);
    const skipped = found(reports, 'skipped').map(({ says }) => says);
    expect(skipped.filter((says) => says.includes('may not assume MusterMember'))).toHaveLength(3);
    expect(skipped.filter((says) => says.includes('nobody here may know'))).toHaveLength(1);
    expect(skipped).toHaveLength(4);
    expect(renderChecks(reports, ground)).toMatch(/passed, 0 warnings, 0 failed, 4 could not be looked at$/);
  });

  it('asks nothing that changes anything', async () => {
    asked.length = 0;
    await preflight('Audit');
    const operations = [...new Set(asked.map(({ operation }) => operation))];
    expect(operations.length).toBeGreaterThan(10);
    expect(operations.filter((operation) => !/^(Get|List|Describe|AssumeRole)/.test(operation))).toEqual([]);
  });

  it('looks into an account with a role that the caller may assume, and names what takes its slots', async () => {
    const { ssm } = hub.embedded;
    const destination = { BucketName: 'elsewhere', SyncFormat: 'JsonSerDe' as const, Region: 'us-east-1' };
    const names = ['one', 'two', 'three', 'four', 'five'];
    for (const name of names) ssm.placeSync(STOREFRONT, 'us-east-1', { name, destination });
    const { reports } = await preflight('Audit');
    for (const name of names) ssm.removeSync(STOREFRONT, 'us-east-1', name);
    expect(found(reports, 'fail')).toMatchObject([{ says: expect.stringContaining(`${STOREFRONT} us-east-1: all 5`) }]);
    expect(hasFailed(reports)).toBe(true);
  });

  describe('of which something is wrong', () => {
    let mend: () => void = () => undefined;
    afterEach(() => mend());
    const outputs = async () =>
      (await import('../../operator/preflight/deployed.ts')).deployedOutputs('us-east-1', 'MusterState');

    it('shows a policy that somebody replaced', async () => {
      const seen = await outputs();
      const name = seen.kind === 'seen' ? (seen.value['InventoryBucketName'] ?? '') : '';
      const before = hub.embedded.s3.bucket(name)?.settings.policy;
      mend = () => hub.embedded.s3.putBucketPolicy(name, before);
      hub.embedded.s3.putBucketPolicy(name, { Version: '2012-10-17', Statement: [] });
      const { reports } = await preflight();
      expect(found(reports, 'fail')).toMatchObject([
        { says: expect.stringContaining('SsmDelivers'), mend: ['npx cdk deploy MusterState'] },
      ]);
    });

    it('shows a disabled key with the command that enables it', async () => {
      const seen = await outputs();
      const arn = seen.kind === 'seen' ? (seen.value['InventoryKeyArn'] ?? '') : '';
      const key = hub.embedded.kms.key(arn);
      mend = () => {
        key.state = 'Enabled';
      };
      key.state = 'Disabled';
      const { reports } = await preflight();
      expect(found(reports, 'fail')).toMatchObject([{ mend: [`aws kms enable-key --key-id ${arn}`] }]);
    });

    it('names the permission where a look is refused', async () => {
      const refused = new AwsFault('AccessDeniedException', 'no', { status: 400 });
      hub.embedded.cloud.authorizeWith((needs) => {
        if (needs.some(({ action }) => action === 'lambda:GetAccountSettings')) throw refused;
      });
      mend = () => hub.embedded.cloud.authorizeWith(hub.embedded.authorizer.authorize);
      const { reports } = await preflight();
      const [capacity] = reports.filter(({ check }) => check === 'Lambda concurrency');
      expect(capacity?.findings).toEqual([
        { status: 'skipped', says: 'could not look: you need lambda:GetAccountSettings' },
      ]);
    });
  });

  it('needs to know who asks', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
    await expect(findGround(config, { sample: 1, role: undefined })).rejects.toThrow(NotSignedIn);
    vi.stubEnv('AWS_ENDPOINT_URL', hub.wire.url);
  });
});
