import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../../infra/app.ts';
import { parseConfigWith } from '../../infra/config.ts';
import musterConfig from '../../muster.config.ts';
import { bundle } from '../../scripts/bundle.ts';

export type Resource = { Type: string; Properties: Record<string, unknown> };
export type StackTemplate = { Resources: Record<string, Resource>; Parameters?: Record<string, { Type: string }> };
export type Statement = {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: unknown;
};
export type PolicyOf = { owner: string; statement: Statement };

/** The templates of muster.config.ts with some keys replaced, by the names of their stacks, and what the StackSet brings to a member as `member`. */
export async function synthesize(overrides: Record<string, unknown> = {}): Promise<Record<string, StackTemplate>> {
  await bundle();
  const outdir = mkdtempSync(join(tmpdir(), 'muster-synth-'));
  const assembly = buildApp(parseConfigWith(musterConfig, overrides), { outdir, checks: false }).synth();
  const templates = Object.fromEntries(assembly.stacks.map(({ stackName, template }) => [stackName, template]));
  const [stackSet] = resourcesOf(templates['MusterMember'], 'AWS::CloudFormation::StackSet');
  return { ...templates, member: JSON.parse(String(stackSet?.Properties['TemplateBody'])) };
}

export function resourcesOf(template: StackTemplate | undefined, type: string): Resource[] {
  return Object.values(template?.Resources ?? {}).filter((resource) => resource.Type === type);
}

function statements(document: unknown): Statement[] {
  const { Statement: list = [] } = (document ?? {}) as { Statement?: Statement[] };
  return list;
}

/** Every statement of every policy in a template, with the logical id that holds it; trust policies as `<id> (trust)`. */
export function policiesOf(template: StackTemplate | undefined): PolicyOf[] {
  return Object.entries(template?.Resources ?? {}).flatMap(([id, { Properties }]) => {
    const { PolicyDocument, KeyPolicy, AssumeRolePolicyDocument, Policies } = Properties;
    const inline = ((Policies ?? []) as { PolicyDocument: unknown }[]).map((policy) => policy.PolicyDocument);
    const own = [PolicyDocument, KeyPolicy, ...inline].flatMap(statements);
    return [
      ...own.map((statement) => ({ owner: id, statement })),
      ...statements(AssumeRolePolicyDocument).map((statement) => ({ owner: `${id} (trust)`, statement })),
    ];
  });
}

export function actionsOf({ Action }: Statement): string[] {
  return [Action].flat();
}

/** An ARN or name as a reader writes it: references by their logical id, imports by what they import. */
export function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(plain).join(', ');
  const [[name, argument] = ['', '']] = Object.entries(value ?? {});
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(plain).join('');
  if (name === 'Fn::GetAtt') return `<${(argument as string[])[0]}>`;
  if (name === 'Fn::ImportValue') return `<${/(Ref|GetAtt)([A-Za-z]+?)[0-9A-F]{8}/.exec(String(argument))?.[2]}>`;
  return `<${String(argument)}>`;
}
