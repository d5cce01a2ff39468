import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestContext } from '../../../local/iam/conditions.ts';
import { type EvaluationInput, evaluate } from '../../../local/iam/evaluate.ts';
import { listOf, type NamedPolicy, type PolicyStatement } from '../../../local/iam/policy.ts';

const ACCOUNTS = ['100000000010', '100000000002'] as const;
const ROLE = 'arn:aws:iam::100000000010:role/Reader';
const named = (Statement: readonly PolicyStatement[]): NamedPolicy => ({
  name: 'p',
  document: { Version: '2012-10-17', Statement },
});

const identityStatement: fc.Arbitrary<PolicyStatement> = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Allow', 'Allow', 'Allow', 'Deny'),
  Action: fc.constantFrom('*', 's3:*', 's3:GetObject', 'kms:Decrypt', 'sts:AssumeRole'),
  Resource: fc.constantFrom('*', 'arn:aws:s3:::bucket/*', 'arn:aws:s3:::other/*'),
  Condition: fc.constantFrom({}, {}, { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }),
});
const principal = fc.constantFrom<PolicyStatement['Principal'] & {}>(
  '*',
  { AWS: ROLE },
  { AWS: ACCOUNTS[0] },
  { Service: 'ssm.amazonaws.com' },
);
const resourceStatement = fc.tuple(identityStatement, principal).map(([one, Principal]) => ({ ...one, Principal }));
const trustOnly = ({ Resource: _, ...rest }: PolicyStatement): PolicyStatement => rest;
const several = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 4 });

const FULL: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };
type Statements = readonly PolicyStatement[];
const mostly = <T>(usual: T, otherwise: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: otherwise });

const request: fc.Arbitrary<EvaluationInput> = fc
  .record({
    principal: fc.constantFrom<EvaluationInput['principal']>(
      {
        kind: 'role',
        account: ACCOUNTS[0],
        arn: 'arn:aws:sts::100000000010:assumed-role/Reader/a',
        roleArn: ROLE,
        sessionName: 'a',
      },
      { kind: 'service', principal: 'ssm.amazonaws.com' },
      { kind: 'administrator', account: ACCOUNTS[1], arn: 'arn:aws:iam::100000000002:user/operator' },
    ),
    action: fc.constantFrom('s3:GetObject', 'kms:Decrypt', 'sts:AssumeRole'),
    owner: fc.constantFrom(...ACCOUNTS),
    region: fc.constantFrom('us-east-1', 'eu-west-1'),
    identity: several(identityStatement),
    resource: several(resourceStatement),
    scp: mostly<Statements>([FULL], several(identityStatement)),
    rcp: mostly<Statements>([{ ...FULL, Principal: '*' }], several(resourceStatement)),
  })
  .map(({ region, identity, resource, scp, rcp, ...rest }) => ({
    ...rest,
    resource: 'arn:aws:s3:::bucket/key',
    context: requestContext({ 'aws:RequestedRegion': region }),
    identity: [named(identity)],
    resourcePolicy: named(rest.action === 'sts:AssumeRole' ? resource.map(trustOnly) : resource),
    serviceControl: rest.principal.kind === 'role' ? [[named(scp)]] : [],
    resourceControl: [[named(rcp)]],
  }));

type Edit = (statements: readonly PolicyStatement[]) => readonly PolicyStatement[];

/** Edits every document of the request alike. */
function edited(input: EvaluationInput, edit: Edit): EvaluationInput {
  const swap = ({ document }: NamedPolicy) => named(edit(listOf(document.Statement)));
  return {
    ...input,
    identity: input.identity.map(swap),
    resourcePolicy: input.resourcePolicy && swap(input.resourcePolicy),
    serviceControl: input.serviceControl.map((level) => level.map(swap)),
    resourceControl: input.resourceControl.map((level) => level.map(swap)),
  };
}

const runs = { numRuns: 1000, seed: 7 };

describe('whatever the policies', () => {
  it('a further Deny never allows more', () => {
    fc.assert(
      fc.property(request, identityStatement, (input, statement) => {
        const more = { ...input, identity: [...input.identity, named([{ ...statement, Effect: 'Deny' }])] };
        expect(evaluate(more).allowed && !evaluate(input).allowed).toBe(false);
      }),
      runs,
    );
  });

  it('an Allow less never allows more', () => {
    fc.assert(
      fc.property(request, fc.nat(3), (input, index) => {
        const less = edited(input, (all) => all.filter(({ Effect }, at) => Effect === 'Deny' || at !== index));
        expect(evaluate(less).allowed && !evaluate(input).allowed).toBe(false);
      }),
      runs,
    );
  });

  it('the order of statements is irrelevant', () => {
    fc.assert(
      fc.property(request, (input) => {
        const reversed = evaluate(edited(input, (all) => [...all].reverse()));
        expect({ ...reversed, applied: [] }).toEqual({ ...evaluate(input), applied: [] });
      }),
      runs,
    );
  });

  it('both outcomes occur', () => {
    const outcomes = fc.sample(request, runs).map((input) => evaluate(input).allowed);
    expect(outcomes.filter(Boolean).length).toBeGreaterThan(50);
    expect(outcomes.filter((allowed) => !allowed).length).toBeGreaterThan(50);
  });
});
