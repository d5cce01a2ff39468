import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../local/cloud/service.ts';
import { listen, type Wire } from '../../local/wire/server.ts';
import { bundle } from '../../scripts/bundle.ts';
import { cloudThat } from '../local/wire/echo-cloud.ts';

const root = new URL('../..', import.meta.url).pathname;

/** What a function is told in the account it is deployed in, wherever its endpoints are. */
const environment = {
  PATH: process.env['PATH'],
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
  STATE_BUCKET: 'state-bucket',
  MEMBER_ROLE_NAME: 'MusterMember',
  INVENTORY_BUCKET: 'inventory-bucket',
  INVENTORY_PREFIX: 'inventory',
  INVENTORY_KEY_ARN: 'arn:aws:kms:us-east-1:100000000002:key/1',
  HUB_REGION: 'us-east-1',
  ADOPT: 'true',
  REPLACE: 'safe',
  STOP_AFTER_FAILURES: '5',
  COLLECTION: 'adopt',
};
const event = {
  runId: 'run-1',
  mode: 'observe',
  attempt: 1,
  accounts: [{ accountId: '100000000010', regions: ['eu-west-1'] }],
};
const keys = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };
const context = { invokedFunctionArn: 'arn:aws:lambda:us-east-1:100000000002:function:muster-converge-accounts' };

const cloud = cloudThat(
  ({ service }) =>
    service === 'sts'
      ? { Credentials: { AccessKeyId: 'a', SecretAccessKey: 'b', SessionToken: 'c', Expiration: new Date() } }
      : {},
  'sts',
  'ssm',
  's3',
);
cloud.sessions.otherwise = {
  kind: 'administrator',
  account: '100000000002',
  arn: 'arn:aws:iam::100000000002:root',
};

/** Runs the bundle that is deployed in a process of its own, with nothing but these variables more. */
async function converge(variables: Record<string, string>): Promise<void> {
  const file = (await bundle()).find(({ name }) => name === 'converge-accounts')?.file;
  const script = `require(${JSON.stringify(file)}).handler(${JSON.stringify(event)}, ${JSON.stringify(context)})`;
  await promisify(execFile)(process.execPath, ['-e', script], { env: { ...environment, ...variables } });
}

describe('a bundled function takes its endpoints from the SDK’s standard places (AWS SDKs and Tools Reference Guide, "Service-specific endpoints")', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-environment-'));
  const seen = { general: new Set<string>(), special: new Set<string>() };
  let general: Wire;
  let special: Wire;
  const open = (name: keyof typeof seen) => {
    const intercept = ({ service, region }: Call) => void seen[name].add(`${service} ${region}`);
    return listen(cloud, { port: 0, intercept, onBug: (error) => Promise.reject(error) });
  };
  beforeAll(async () => {
    [general, special] = [await open('general'), await open('special')];
  });
  beforeEach(() => {
    for (const services of Object.values(seen)) services.clear();
  });
  afterAll(async () => {
    await Promise.all([general.close(), special.close()]);
    rmSync(folder, { recursive: true });
  });

  it('AWS_ENDPOINT_URL decides for all services', async () => {
    await converge({ ...keys, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: general.url });
    expect([...seen.general].sort()).toEqual(['s3 us-east-1', 'ssm eu-west-1', 'sts us-east-1']);
  });

  it('AWS_ENDPOINT_URL_SSM wins over it for SSM alone', async () => {
    const urls = { AWS_ENDPOINT_URL: general.url, AWS_ENDPOINT_URL_SSM: special.url };
    await converge({ ...keys, AWS_REGION: 'us-east-1', ...urls });
    expect([...seen.special]).toEqual(['ssm eu-west-1']);
    expect([...seen.general].sort()).toEqual(['s3 us-east-1', 'sts us-east-1']);
  });

  it('a profile of AWS_CONFIG_FILE decides for credentials, Region and endpoints when AWS_PROFILE names it', async () => {
    const config = join(folder, 'config');
    writeFileSync(
      config,
      [
        '[profile emulator]',
        'region = eu-north-1',
        'aws_access_key_id = any',
        'aws_secret_access_key = any',
        `endpoint_url = ${general.url}`,
        'services = emulator',
        '[services emulator]',
        'ssm =',
        `  endpoint_url = ${special.url}`,
      ].join('\n'),
    );
    await converge({ AWS_CONFIG_FILE: config, AWS_PROFILE: 'emulator' });
    expect([...seen.special]).toEqual(['ssm eu-west-1']);
    expect([...seen.general].sort()).toEqual(['s3 eu-north-1', 'sts eu-north-1']);
  });

  const sources = ['aws', 'functions'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${folder}/${file}`),
  );

  it.each(sources)('%s tells no client where to go', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    expect(text).not.toMatch(/\bendpoint:|forcePathStyle|amazonaws\.com|http:\/\/|['"][a-z]{2}(-[a-z]+)+-\d['"]/);
    // The Region of a client that is not the function's own is the target's, its credentials are those of AssumeRole.
    expect(text).not.toMatch(/new \w+Client\((?!\{\}\)|\{ region, credentials,|\{ credentials \}\))/);
  });
});
