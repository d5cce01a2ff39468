import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../../infra/app.ts';
import { parseConfigWith } from '../../infra/config.ts';
import musterConfig from '../../muster.config.ts';
import { configDocument } from '../../scripts/docs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function run(script: string, env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('npm run synth', () => {
  // Ten times what it takes here: CDK's own validation alone is four seconds of a busy core.
  it('finds nothing that is not acknowledged in place, and says nothing but the stacks', { timeout: 60_000 }, () => {
    expect(run('scripts/synth.ts', {})).toEqual({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(/^(Muster(State|Pipeline|Member|Management): \d+ resources\n){4}$/),
    });
  });
});

describe('cdk-nag', () => {
  it('finds nothing in the config that asks for everything', { timeout: 60_000 }, () => {
    const outdir = mkdtempSync(join(tmpdir(), 'muster-synth-'));
    buildApp(parseConfigWith(musterConfig, { collection: 'ensure' }), { outdir, checks: true }).synth();
  });

  it('sees what is planted', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'muster-synth-'));
    const app = buildApp(parseConfigWith(musterConfig, {}), { outdir, checks: true });
    new CfnRole(new Stack(app, 'Planted'), 'Role', {
      assumeRolePolicyDocument: {},
      policies: [
        { policyName: 'All', policyDocument: { Statement: [{ Effect: 'Allow', Action: 'ssm:*', Resource: '*' }] } },
      ],
    });
    expect(() => app.synth()).toThrow('AwsSolutions-IAM5[Action::ssm:*]');
  });
});

describe('infra/app.ts as a child process', () => {
  const CDK_VALIDATION = 'false';

  it('writes an assembly with overrides, and says nothing', () => {
    const CDK_OUTDIR = mkdtempSync(join(tmpdir(), 'muster-synth-'));
    const CDK_CONTEXT_JSON = JSON.stringify({ 'muster:overrides': { hubRegion: 'eu-west-1', prefix: 'fleet' } });
    const answer = run('infra/app.ts', { CDK_VALIDATION, CDK_OUTDIR, CDK_CONTEXT_JSON });
    expect(answer).toEqual({ status: 0, stdout: '', stderr: '' });
    const template = readFileSync(join(CDK_OUTDIR, 'MusterPipeline.template.json'), 'utf8');
    expect(template).toContain('"HUB_REGION": "eu-west-1"');
    expect(template).toContain('"INVENTORY_PREFIX": "fleet"');
  });

  it.each([
    ['a word where an object belongs', 'regions', 'config: the overrides are not an object\n'],
    ['a misspelt key', { regoins: [] }, 'config.regoins: there is no such key\n'],
    [
      'a feature that is not built',
      { census: 's3-inventory' },
      'config.census: S3 Inventory is not read yet; the bucket is listed\n',
    ],
  ])('refuses %s with one message and status 2', (_case, overrides, message) => {
    const CDK_CONTEXT_JSON = JSON.stringify({ 'muster:overrides': JSON.stringify(overrides) });
    const CDK_OUTDIR = mkdtempSync(join(tmpdir(), 'muster-synth-'));
    expect(run('infra/app.ts', { CDK_VALIDATION, CDK_OUTDIR, CDK_CONTEXT_JSON })).toEqual({
      status: 2,
      stdout: '',
      stderr: message,
    });
  });
});

describe('docs/config.md', () => {
  it('is what `npm run docs` would write', () => {
    expect(readFileSync(join(root, 'docs/config.md'), 'utf8')).toBe(configDocument());
  });
});
