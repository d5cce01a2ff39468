import { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { publishHealth } from '../../functions/publish-health/contract.ts';
import { ServiceFunction } from '../../infra/constructs/service-function.ts';
import { resourcesOf, type StackTemplate, synthesize } from './synthesis.ts';

const templates = await synthesize();
const state = templates['MusterState'];
const pipeline = templates['MusterPipeline'];
const all = Object.entries(templates);

/** Any text of a template, the bodies that it carries too. */
const textOf = (template: StackTemplate) => JSON.stringify(template);

describe('every stack', () => {
  it.each(all)('brings no custom resource: %s', (_name, template) => {
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type.startsWith('Custom::') || type.includes('CustomResource'))).toEqual([]);
  });

  it.each(all)('uses no managed policy of AWS: %s', (_name, template) => {
    expect(resourcesOf(template, 'AWS::IAM::Role').filter(({ Properties }) => Properties['ManagedPolicyArns'])).toEqual(
      [],
    );
  });

  it.each(all)('names no partition and no URL suffix: %s', (_name, template) => {
    expect(textOf(template)).not.toMatch(/arn:aws[a-z-]*:|amazonaws\.com\.cn|\.amazonaws\.com\//);
  });

  it.each(all)('leaves no placeholder: %s', (_name, template) => {
    // What is left is an IAM policy variable, or CloudFormation's own in the name of the asset bucket.
    const left = [...textOf(template).matchAll(/\$\{([^}]*)\}/g)].map(([, name]) => name);
    expect(
      left.filter((name) => !['aws:SourceAccount', 'AWS::AccountId', 'AWS::Partition'].includes(name ?? '')),
    ).toEqual([]);
  });
});

describe('the buckets', () => {
  const buckets = resourcesOf(state, 'AWS::S3::Bucket');

  it('are versioned, closed to the public and owned by their account, and outlive the stack', () => {
    expect(buckets).toHaveLength(2);
    for (const bucket of buckets) {
      expect(bucket).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          VersioningConfiguration: { Status: 'Enabled' },
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        },
      });
    }
  });

  it('are encrypted under two keys, so that a disabled inventory key does not blind Muster', () => {
    const keys = buckets.map(({ Properties }) => JSON.stringify(Properties['BucketEncryption']));
    expect(new Set(keys).size).toBe(2);
    for (const key of keys) expect(key).toContain('"BucketKeyEnabled":true');
  });

  it('have no Object Lock: Inventory cannot write to a bucket that has it (user guide, resource data sync)', () => {
    expect(JSON.stringify(buckets)).not.toContain('ObjectLock');
  });

  it('never let an inventory object expire by age', () => {
    const [inventory] = buckets;
    expect(inventory?.Properties['LifecycleConfiguration']).toEqual({
      Rules: [
        { Id: 'overwritten', NoncurrentVersionExpiration: { NoncurrentDays: 7 }, Status: 'Enabled' },
        { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Id: 'aborted-uploads', Status: 'Enabled' },
      ],
    });
  });

  it('take the name that the config gives', async () => {
    const { MusterState } = await synthesize({ bucketName: 'fleet-inventory' });
    const names = resourcesOf(MusterState, 'AWS::S3::Bucket').map(({ Properties }) => Properties['BucketName']);
    expect(names).toEqual(['fleet-inventory', undefined]);
  });

  it('let the files of a run go after runDays', async () => {
    const { MusterState } = await synthesize({ runDays: 30 });
    expect(JSON.stringify(MusterState)).toContain('"ExpirationInDays":30,"Id":"runs","Prefix":"runs/"');
    expect(JSON.stringify(MusterState)).toContain('"ExpirationInDays":30,"Id":"plans","Prefix":"plans/"');
  });
});

describe('the catalog', () => {
  it('answers queries in a workgroup that nobody can step around', () => {
    const [workGroup] = resourcesOf(state, 'AWS::Athena::WorkGroup');
    expect(workGroup?.Properties).toMatchObject({
      Name: 'muster',
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 100_000_000_000,
        ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' } },
      },
    });
  });

  it('holds every named query with its first line as its description', () => {
    const queries = resourcesOf(state, 'AWS::Athena::NamedQuery').map(({ Properties }) => Properties);
    expect(queries).toHaveLength(5);
    for (const { QueryString, Description } of queries) expect(QueryString).toContain(`-- ${Description}\n`);
  });
});

describe('the functions', () => {
  const functions = resourcesOf(pipeline, 'AWS::Lambda::Function').map(({ Properties }) => Properties);

  it('run on arm64 and Node.js 24 with traces, and a log of their own that is not kept for ever', () => {
    expect(functions).toHaveLength(5);
    for (const properties of functions) {
      expect(properties).toMatchObject({
        Architectures: ['arm64'],
        Runtime: 'nodejs24.x',
        TracingConfig: { Mode: 'Active' },
        Environment: { Variables: { AWS_RETRY_MODE: 'standard', AWS_MAX_ATTEMPTS: '10' } },
      });
      expect(properties['LoggingConfig']).toBeDefined();
    }
    for (const { Properties } of resourcesOf(pipeline, 'AWS::Logs::LogGroup'))
      expect(Properties['RetentionInDays']).toBe(90);
  });

  it('must be bundled, or a sentence says how', () => {
    const missing = { ...publishHealth, name: 'no-such-function' };
    const props = { contract: missing, environment: { STATE_BUCKET: 'state' }, memoryMb: 128, grants: [] };
    expect(() => new ServiceFunction(new Stack(), 'Missing', props)).toThrow(
      'the function no-such-function is not bundled: run `npm run bundle` first',
    );
  });

  it('share no role', () => {
    expect(new Set(functions.map(({ Role }) => JSON.stringify(Role))).size).toBe(functions.length);
  });

  it('get the config as text', async () => {
    const overrides = { regions: 'all-enabled', organizationalUnits: ['ou-ab12-11111111'], adopt: false };
    const { MusterPipeline } = await synthesize(overrides);
    const variables = JSON.stringify(resourcesOf(MusterPipeline, 'AWS::Lambda::Function'));
    expect(variables).toContain('"REGIONS":"all-enabled","ORGANIZATIONAL_UNITS":"ou-ab12-11111111"');
    expect(variables).toContain('"ADOPT":"false"');
  });
});

describe('the schedules', () => {
  it('start each state machine and keep what could not be delivered', () => {
    const rules = resourcesOf(pipeline, 'AWS::Events::Rule').map(({ Properties }) => Properties);
    expect(rules.map(({ Name, ScheduleExpression, State }) => [Name, ScheduleExpression, State])).toEqual([
      ['muster-converge', 'rate(1 day)', 'ENABLED'],
      ['muster-assess', 'rate(1 hour)', 'ENABLED'],
    ]);
    for (const { Targets } of rules) expect(Targets).toMatchObject([{ Input: '{}', DeadLetterConfig: {} }]);
  });

  it('sleep when they are switched off, and so do the alarms that would miss their runs', async () => {
    const { MusterPipeline } = await synthesize({ schedules: { enabled: false } });
    const rules = resourcesOf(MusterPipeline, 'AWS::Events::Rule');
    expect(rules.map(({ Properties }) => Properties['State'])).toEqual(['DISABLED', 'DISABLED']);
    const alarms = resourcesOf(MusterPipeline, 'AWS::CloudWatch::Alarm');
    expect(alarms.map(({ Properties }) => Properties['ActionsEnabled'])).toEqual([false, false, false]);
  });
});

describe('the member role', () => {
  const { member } = templates;

  it('comes in a template that CloudFormation takes: at most 51,200 bytes', () => {
    expect(Buffer.byteLength(JSON.stringify(member))).toBeLessThan(51_200);
  });

  it('asks for the hub and not for a bootstrapped account', () => {
    expect(Object.keys(member?.Parameters ?? {})).toEqual(['HubAccountId']);
  });

  it('is the same in the management account, which StackSets never reach', () => {
    const management = resourcesOf(templates['MusterManagement'], 'AWS::IAM::Role');
    const [own] = resourcesOf(member, 'AWS::IAM::Role').map(({ Properties }) => Properties);
    expect(management.map(({ Properties }) => Properties)).toContainEqual(own);
  });

  it('goes to the units in scope, else to the root, else to the one that the deployment names', async () => {
    const targets = async (overrides: Record<string, unknown>) => {
      const { MusterMember } = await synthesize(overrides);
      const [stackSet] = resourcesOf(MusterMember, 'AWS::CloudFormation::StackSet');
      return stackSet?.Properties['StackInstancesGroup'];
    };
    const group = (...OrganizationalUnitIds: unknown[]) => [
      { DeploymentTargets: { OrganizationalUnitIds }, Regions: ['us-east-1'] },
    ];
    expect(await targets({ organizationalUnits: ['ou-ab12-11111111'] })).toEqual(group('ou-ab12-11111111'));
    expect(await targets({})).toEqual(group('r-ab12'));
    expect(await targets({ organizationRootId: null })).toEqual(group({ Ref: 'OrganizationRootId' }));
  });

  it('is bounded, like every role of ours, by the policy that the config names', async () => {
    const bounded = await synthesize({ permissionsBoundary: 'Limits' });
    const roles = Object.values(bounded).flatMap((template) => resourcesOf(template, 'AWS::IAM::Role'));
    expect(roles.filter(({ Properties }) => Properties['PermissionsBoundary'] === undefined)).toEqual([]);
  });
});
