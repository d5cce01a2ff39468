/** The product's evaluator of resource policies and the embedded cloud's, written apart, held against each other. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../core/answer.ts';
import { compileResourcePolicy } from '../../../core/resource-policy.ts';
import { evaluate } from '../../../local/iam/evaluate.ts';
import type { ConditionBlock, PolicyDocument, PolicyStatement } from '../../../local/iam/policy.ts';

const bucket = 'arn:aws:s3:::inventory-bucket';
const principal = 'ssm.amazonaws.com';
const context = new Map<string, readonly string[]>([
  ['aws:sourceaccount', ['100000000010']],
  ['aws:sourcearn', ['arn:aws:ssm:eu-west-1:100000000010:resource-data-sync/muster-1a2b3c4d']],
  ['aws:sourceorgid', ['o-a1b2c3d4e5']],
  ['aws:securetransport', ['true']],
  ['aws:principalisawsservice', ['true']],
  ['aws:principalservicename', [principal]],
  ['s3:x-amz-acl', ['bucket-owner-full-control']],
]);
/** What the product knows to be absent the embedded cloud does not have either. */
const known = new Map([...context, ['aws:principalorgid', []], ['aws:sourcevpce', []]]);

const some = <T>(one: fc.Arbitrary<T>, most = 2) => fc.oneof(one, fc.array(one, { minLength: 1, maxLength: most }));
const not = (operator: string) => operator.replace(/^(String|Arn)/, '$1Not');
const operators = ['StringEquals', 'StringLike', 'ArnEquals', 'ArnLike'];
const variants = [...operators, ...operators.map(not)].flatMap((name) => [name, `${name}IfExists`]);
const variable = (name: string) => `$\{${name}}`;

const condition: fc.Arbitrary<ConditionBlock> = fc.dictionary(
  fc.constantFrom(...variants, 'Bool', 'Null'),
  fc.dictionary(
    fc.constantFrom(
      'aws:SourceAccount',
      'AWS:SourceArn',
      'aws:SourceOrgID',
      'aws:PrincipalOrgID',
      's3:x-amz-acl',
      'aws:SecureTransport',
      'aws:SourceVpce',
    ),
    some(
      fc.constantFrom(
        '100000000010',
        '1000000000??',
        '*',
        'o-a1b2c3d4e5',
        'O-*',
        'true',
        'false',
        'bucket-owner-full-control',
        'arn:aws:ssm:*:*:resource-data-sync/*',
        'arn:aws:ssm:eu-west-?:100000000011:*',
        variable('aws:SourceAccount'),
      ),
    ),
    { minKeys: 1, maxKeys: 2 },
  ),
  { maxKeys: 2 },
);

const statement: fc.Arbitrary<PolicyStatement> = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  Principal: fc.constantFrom<NonNullable<PolicyStatement['Principal']>>(
    '*',
    { AWS: '*' },
    { Service: principal },
    { Service: [principal, 'config.amazonaws.com'] },
    { Service: 'config.amazonaws.com' },
    { AWS: 'arn:aws:iam::100000000002:root' },
  ),
  Action: some(
    fc.constantFrom('s3:PutObject', 's3:putobject', 's3:Put*', 's3:*', '*', 's3:PutObjectTagging', 's3:Get?bject'),
  ),
  Resource: some(
    fc.constantFrom(
      '*',
      bucket,
      `${bucket}/*`,
      `${bucket}/inventory/*`,
      `${bucket}/*/accountid=*/*`,
      `${bucket}/*/accountid=${variable('aws:SourceAccount')}/*`,
      `${bucket}/*/accountid=100000000011/*`,
      'arn:*:s3:::inventory-bucket/?nventory/*.json',
    ),
  ),
  Condition: condition,
});

const document: fc.Arbitrary<PolicyDocument> = fc.record({
  Version: fc.constantFrom('2012-10-17', '2012-10-17', '2008-10-17'),
  Statement: fc.array(statement, { minLength: 1, maxLength: 3 }),
});

const runs = { numRuns: 3000, seed: 7 };
const request = {
  action: 's3:PutObject',
  resource: `${bucket}/inventory/AWS:Application/accountid=100000000010/region=eu-west-1/i-1.json`,
};

function product(policy: PolicyDocument): Answer {
  return compileResourcePolicy(JSON.stringify(policy))({ principal, ...request, context: known });
}

function embedded(policy: PolicyDocument): Answer {
  const caller = { kind: 'service', principal, sourceAccount: '100000000010' } as const;
  const resourcePolicy = { name: 'bucket', document: policy };
  const none = { identity: [], serviceControl: [], resourceControl: [] };
  return evaluate({ principal: caller, owner: '100000000002', context, resourcePolicy, ...none, ...request }).allowed
    ? 'yes'
    : 'no';
}

describe('whatever the policy', () => {
  it('two evaluators that were written apart agree, or the product says that it does not know', () => {
    fc.assert(
      fc.property(document, (policy) => {
        expect([embedded(policy), 'unknown']).toContain(product(policy));
      }),
      runs,
    );
  });

  it('and the product mostly knows', () => {
    const answers = fc.sample(document, runs).map(product);
    const count = (one: Answer) => answers.filter((other) => other === one).length;
    expect(count('yes')).toBeGreaterThan(200);
    expect(count('no')).toBeGreaterThan(200);
    expect(count('unknown')).toBeLessThan(runs.numRuns / 4);
  });
});
