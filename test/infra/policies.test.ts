import { describe, expect, it } from 'vitest';
import { unknownNames } from './policy-names.ts';
import { actionsOf, plain, policiesOf, resourcesOf, type StackTemplate, synthesize } from './synthesis.ts';

const templates = await synthesize();
const all = Object.entries(templates);

/** One line per statement: enough to see in a review what a change of code gives to whom. */
function inventory(template: StackTemplate): string[] {
  const types = new Map<string, number>();
  for (const { Type } of Object.values(template.Resources)) types.set(Type, (types.get(Type) ?? 0) + 1);
  const lines = policiesOf(template).map(({ owner, statement }) => {
    const { Effect, Principal, Resource, Condition } = statement;
    const who = Principal === undefined ? '' : ` by ${JSON.stringify(Principal)}`;
    const where = Resource === undefined ? '' : ` on ${plain(Resource)}`;
    const when = Condition === undefined ? '' : ` if ${JSON.stringify(Condition)}`;
    return `${owner}: ${Effect} ${actionsOf(statement).join(', ')}${who}${where}${when}`;
  });
  return [...[...types].map(([type, count]) => `${count} ${type}`).sort(), ...lines];
}

function statementOf(stack: string, sid: string) {
  return policiesOf(templates[stack]).find(({ statement }) => statement.Sid === sid)?.statement;
}

describe('the policies of every stack', () => {
  it.each(all)('are what the last review saw: %s', (_name, template) => {
    expect(inventory(template)).toMatchSnapshot();
  });

  it.each(all)('name actions and condition keys that exist: %s', async (_name, template) => {
    for (const { owner, statement } of policiesOf(template)) {
      expect([owner, await unknownNames(statement)]).toEqual([owner, []]);
    }
  });

  it.each(all)('allow every action of a service to nobody but the owner of a key: %s', (_name, template) => {
    const wide = policiesOf(template).filter(
      ({ statement }) => statement.Effect === 'Allow' && actionsOf(statement).some((action) => action.endsWith('*')),
    );
    for (const { owner, statement } of wide) {
      expect(owner).toContain('Key');
      expect(statement.Action).toBe('kms:*');
    }
  });
});

describe('who may reach the accounts', () => {
  it('is two functions, each through its own role, which trusts only the name of that function', () => {
    const assuming = Object.values(templates).flatMap((template) =>
      policiesOf(template).filter(({ owner, statement }) => {
        return !owner.endsWith('(trust)') && actionsOf(statement).includes('sts:AssumeRole');
      }),
    );
    expect(assuming.map(({ owner, statement }) => [owner.replace(/Role.*/, ''), plain(statement.Resource)])).toEqual([
      ['ResolveTargets', 'arn:<AWS::Partition>:iam::*:role/MusterListRegions'],
      ['ConvergeAccounts', 'arn:<AWS::Partition>:iam::*:role/MusterMember'],
    ]);
    expect(JSON.stringify(statementOf('member', 'HubVisits'))).toContain(':role/MusterConvergeAccounts');
    const [reader] = resourcesOf(templates['MusterManagement'], 'AWS::IAM::Role').slice(-1);
    expect(reader?.Properties['RoleName']).toBe('MusterListRegions');
    expect(JSON.stringify(reader?.Properties['AssumeRolePolicyDocument'])).toContain(':role/MusterResolveTargets');
  });

  it('names the hub by its account, never by the ARN of a role, which dies when the role is made anew', () => {
    expect(statementOf('member', 'HubVisits')).toMatchObject({
      Principal: { AWS: [{ 'Fn::Join': ['', expect.arrayContaining([':root'])] }] },
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
    });
  });
});

describe('who may deliver', () => {
  it('is Systems Manager for an account of the organization, to the path of that account', () => {
    const delivers = statementOf('MusterState', 'SsmDelivers');
    expect(plain(delivers?.Resource)).toMatch(/\/inventory\/\*\/accountid=\$\{aws:SourceAccount\}\/\*$/);
    expect(delivers).toMatchObject({
      Principal: { Service: 'ssm.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5', 's3:x-amz-acl': 'bucket-owner-full-control' } },
    });
  });

  it('is widened by the switches of the config and by nothing else', async () => {
    const { MusterState } = await synthesize({
      regionalPrincipals: ['ap-east-1'],
      literalAccountPath: true,
      kmsCarriesSourceOrgId: true,
    });
    const text = JSON.stringify(MusterState);
    expect(text).toContain('"Service":["ssm.amazonaws.com","ssm.ap-east-1.amazonaws.com"]');
    expect(text).toContain('/inventory/*/accountid=*/*');
    expect(text).not.toContain('aws:SourceAccount');
    const key = policiesOf(MusterState).find(({ statement }) => statement.Sid === 'SsmEncrypts')?.statement;
    expect(key?.Condition).toMatchObject({ StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } });
  });

  it('never comes without TLS, on either bucket', () => {
    const denials = policiesOf(templates['MusterState']).filter(({ statement }) => statement.Effect === 'Deny');
    expect(denials).toHaveLength(2);
    for (const { statement } of denials) {
      expect(statement).toMatchObject({
        Principal: '*',
        Action: 's3:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
    }
  });
});

describe('what a visit may do about associations', () => {
  const collecting = async (collection: string) =>
    policiesOf((await synthesize({ collection }))['member']).filter(({ statement }) =>
      actionsOf(statement).some((action) => /^ssm:(Create|Delete)Association$/.test(action)),
    );

  it('is to make and delete those of one document of AWS, and only where they are to be ensured', async () => {
    expect([await collecting('off'), await collecting('adopt')]).toEqual([[], []]);
    const ensuring = await collecting('ensure');
    expect(ensuring.map(({ statement }) => plain(statement.Resource).split(', '))).toEqual([
      [
        'arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:association/*',
        'arn:<AWS::Partition>:ssm:*:*:document/AWS-GatherSoftwareInventory',
        'arn:<AWS::Partition>:ec2:*:<AWS::AccountId>:instance/*',
        'arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:managed-instance/*',
      ],
    ]);
  });
});

describe('what resolve-targets may ask', () => {
  it('are units instead of all accounts when the config names units', async () => {
    const { MusterPipeline } = await synthesize({ organizationalUnits: ['ou-ab12-11111111'] });
    const listing = policiesOf(MusterPipeline).find(({ statement }) => statement.Sid === 'ListAccounts');
    expect(listing?.statement.Action).toEqual([
      'organizations:ListAccountsForParent',
      'organizations:ListOrganizationalUnitsForParent',
    ]);
  });
});
