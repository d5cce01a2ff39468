/** CloudFormation's intrinsic functions ("Intrinsic function reference", CloudFormation template reference), as far as synthesized templates use them; pure. */
import { z } from 'zod';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: { [key: string]: Json };
  readonly DependsOn?: string | string[];
}

export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string | number }>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: Json; readonly Export?: { readonly Name: Json } }>>;
}

/** A template that cannot be provisioned. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** What a template is resolved against. `undefined` means that the thing does not exist. */
export interface Scope {
  /** A parameter, a pseudo parameter such as `AWS::Region`, or a resource. */
  ref(name: string): string | undefined;
  attribute(logicalId: string, name: string): Json | undefined;
  exported(name: string): string | undefined;
}

type Intrinsic = (argument: unknown, scope: Scope) => Json | undefined;

/** The value of a node; `undefined` is `AWS::NoValue`, which drops the property or list item that holds it. */
export function resolve(node: Json, scope: Scope): Json | undefined {
  if (Array.isArray(node)) return node.map((item) => resolve(item, scope)).filter((item) => item !== undefined);
  if (node === null || typeof node !== 'object') return node;
  const resolved: { [key: string]: Json } = {};
  for (const [key, item] of Object.entries(node)) {
    const value = resolve(item, scope);
    if (key === 'Ref' || key.startsWith('Fn::')) return call(key, value, scope);
    if (value !== undefined) resolved[key] = value;
  }
  return resolved;
}

function call(name: string, argument: Json | undefined, scope: Scope): Json | undefined {
  const apply = INTRINSICS.get(name);
  if (!apply) throw new TemplateError(`${name} is not supported`);
  try {
    return apply(argument, scope);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new TemplateError(`${name} of ${JSON.stringify(argument)}: ${z.prettifyError(error)}`);
  }
}

const JoinArgument = z.tuple([z.string(), z.array(z.union([z.string(), z.number()]))]);
const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Ref', (argument, scope) => refer(z.string().parse(argument), scope)],
  ['Fn::GetAtt', (argument, scope) => attribute(z.tuple([z.string(), z.string()]).parse(argument).join('.'), scope)],
  ['Fn::ImportValue', (name, scope) => existing(scope.exported(z.string().parse(name)), `the export ${name}`)],
  [
    'Fn::Join',
    (argument) => {
      const [delimiter, items] = JoinArgument.parse(argument);
      return items.join(delimiter);
    },
  ],
  [
    'Fn::Sub',
    (argument, scope) =>
      z
        .string()
        .parse(argument)
        .replace(/\$\{([^!}]+)\}/g, (_all, name: string) =>
          String(name.includes('.') ? attribute(name, scope) : refer(name, scope)),
        )
        .replaceAll('${!', '${'),
  ],
]);

function refer(name: string, scope: Scope): string | undefined {
  return name === 'AWS::NoValue' ? undefined : existing(scope.ref(name), `Ref to ${name}`);
}

function attribute(path: string, scope: Scope): Json {
  const [logicalId = '', ...name] = path.split('.');
  return existing(scope.attribute(logicalId, name.join('.')), `Fn::GetAtt of ${path}`);
}

function existing<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TemplateError(`${what}, which does not exist`);
  return value;
}

/** The resources by logical id, each after all it refers to or depends on. Throws `TemplateError` naming a circle or a dependency on nothing. */
export function deploymentOrder({ Resources }: Template): ReadonlyMap<string, TemplateResource> {
  const order = new Map<string, TemplateResource>();
  const visit = (id: string, path: readonly string[]) => {
    if (order.has(id)) return;
    if (path.includes(id)) throw new TemplateError([...path, id].join(' -> '));
    const resource = existing(Resources[id], `${path.at(-1)} depends on ${id}`);
    const references = referencesIn(resource.Properties ?? {}).filter((name) => name in Resources);
    for (const dependency of [resource.DependsOn ?? [], references].flat()) visit(dependency, [...path, id]);
    order.set(id, resource);
  };
  for (const id of Object.keys(Resources)) visit(id, []);
  return order;
}

/** First parts of everything that Ref, Fn::GetAtt and Fn::Sub name. */
function referencesIn(node: Json): string[] {
  if (node === null || typeof node !== 'object') return [];
  if (Array.isArray(node)) return node.flatMap(referencesIn);
  return Object.entries(node).flatMap(([key, value]) => {
    const first = String(Array.isArray(value) ? value[0] : value);
    if (key === 'Ref' || key === 'Fn::GetAtt') return [first];
    if (key === 'Fn::Sub') return [...first.matchAll(/\$\{([^!}.]+)/g)].flatMap(([, name]) => name ?? []);
    return referencesIn(value);
  });
}
