import type { NormalizedSchema } from '@smithy/core/schema';
import type { OperationShape } from './catalog.ts';
import type { WireRequest } from './request.ts';

export type Labels = Readonly<Record<string, string | undefined>>;

interface Route {
  readonly operation: OperationShape;
  readonly path: RegExp;
  /** Parameters the URI spells out, such as `list-type=2`; an empty value means any. */
  readonly literals: readonly (readonly [string, string])[];
  readonly queries: readonly string[];
  readonly headers: readonly string[];
  /** How much it asks for. */
  readonly rank: number;
}

/**
 * Finds operations by method, path, query and headers. Of several that fit, the one that asks for most wins: the JavaScript clients say
 * `x-id=CopyObject`, but others tell CopyObject from PutObject by its required header alone. Throws URIError at a malformed escape.
 */
export function compileRoutes(operations: Iterable<OperationShape>, isS3: boolean) {
  const routes = [...operations].map((operation) => compileRoute(operation, isS3)).sort((a, b) => b.rank - a.rank);

  return (request: WireRequest): { operation: OperationShape; labels: Labels } | undefined => {
    const route = routes.find((candidate) => asksFor(candidate, request));
    if (!route) return;
    const labels = Object.entries(route.path.exec(request.path)?.groups ?? {});
    const decoded = labels.map(([name, text]) => [name, decodeURIComponent(text)]);
    return { operation: route.operation, labels: Object.fromEntries(decoded) };
  };
}

export function membersOf(schema: NormalizedSchema): (readonly [string, NormalizedSchema])[] {
  return schema.isStructSchema() ? [...schema.structIterator()] : [];
}

function asksFor(route: Route, { method, path, query, headers }: WireRequest): boolean {
  const isSaid = ([name, value]: readonly [string, string]) => {
    if (name === 'x-id') return query.get('x-id') === value || !query.has('x-id');
    return query.has(name) && (value === '' || query.get(name) === value);
  };
  return (
    route.operation.http?.[0] === method &&
    route.literals.every(isSaid) &&
    route.queries.every((name) => query.has(name)) &&
    route.headers.every((name) => headers[name] !== undefined) &&
    route.path.test(path)
  );
}

/** S3's bucket is a label that no URI shows: endpoint rules put it in front of the path. */
function compileRoute(operation: OperationShape, isS3: boolean): Route {
  const [path = '', search] = operation.http?.[1].split('?') ?? [];
  const literals = [...new URLSearchParams(search)];
  const members = membersOf(operation.input);
  const inBucket = isS3 && members.some(([name, member]) => name === 'Bucket' && member.getMergedTraits().httpLabel);
  const pattern = `${inBucket ? '/{Bucket}' : ''}${path}`
    .replace(/\/$/, '/?')
    .replace(/\{(\w+)(\+?)\}/g, (_, name, greedy) => `(?<${name}>${greedy ? '.+' : '[^/]+'})`);
  // Required members come first in a structure's schema; its seventh element counts them.
  const schema: unknown = operation.input.getSchema();
  const required = members.slice(0, Array.isArray(schema) ? Number(schema[6] ?? 0) : 0);
  const traits = required.map(([, member]) => member.getMergedTraits());
  const queries = traits.flatMap(({ httpQuery }) => httpQuery ?? []);
  const headers = traits.flatMap(({ httpHeader }) => httpHeader?.toLowerCase() ?? []);
  const demands = literals.filter(([name]) => name !== 'x-id').length + queries.length + headers.length;
  const fixed = path.replace(/\{[^}]*\}/g, '').length;
  return { operation, path: new RegExp(`^${pattern}$`), literals, queries, headers, rank: demands * 1000 + fixed };
}
