/** Policies as people and services write them: order, single values and lists of one are the same. */

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Sids of desired statements that the policy lacks, and of statements that nobody asked for. A statement is compared as a whole, whatever its Sid. */
export function compareStatements(
  standing: unknown,
  desired: readonly { readonly Sid: string }[],
): { missing: string[]; surplus: string[] } {
  const has = asList(standing).map((statement) => ({ name: nameOf(statement), text: canonical(statement) }));
  const wants = desired.map((statement) => ({ name: statement.Sid, text: canonical(statement) }));
  const lacking = (some: typeof has, among: typeof has) =>
    some.filter(({ text }) => !among.some((other) => other.text === text)).map(({ name }) => name);
  return { missing: lacking(wants, has), surplus: lacking(has, wants) };
}

function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

function nameOf(statement: unknown): string {
  const { Sid } = isRecord(statement) ? statement : {};
  return typeof Sid === 'string' ? Sid : 'a statement without Sid';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function canonical(value: unknown): string {
  return JSON.stringify(ordered(value));
}

function ordered(value: unknown): Json {
  if (Array.isArray(value)) {
    const items = value.map(ordered);
    return items.length === 1
      ? (items[0] ?? null)
      : items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (isRecord(value)) {
    const entries = Object.entries(value).filter(([key]) => key !== 'Sid');
    return Object.fromEntries(entries.sort().map(([key, below]) => [key, ordered(below)]));
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : String(value ?? '');
}
