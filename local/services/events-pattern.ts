/** Matching of events against patterns ("Event pattern operators", EventBridge User Guide). */
import { BlockList, isIP } from 'node:net';
import { validatePattern } from './events-pattern-syntax.ts';

export type Pattern = (event: unknown) => boolean;
type Fields = Readonly<Record<string, unknown>>;

/** Throws `InvalidEventPatternException` for a pattern that AWS refuses. */
export function compilePattern(text: string): Pattern {
  validatePattern(text);
  const pattern = nest(JSON.parse(text));
  return (event) => matches(pattern, nest(event));
}

/** A dot in a name and a step into an object are the same path to EventBridge. */
function nest(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(nest);
  if (!isFields(node)) return node;
  const nested: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(node)) {
    const [first = '', ...rest] = path.split('.');
    const inner = nest(rest.length > 0 ? { [rest.join('.')]: value } : value);
    const there = nested[first];
    nested[first] = isFields(there) && isFields(inner) ? { ...there, ...inner } : inner;
  }
  return nested;
}

function matches(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(event)) return event.some((item) => matches(pattern, item));
  const fields = isFields(event) ? event : {};
  return Object.entries(pattern ?? {}).every(([name, wanted]) => {
    if (name === '$or') return Array.isArray(wanted) && wanted.some((branch) => matches(branch, event));
    return Array.isArray(wanted)
      ? leaves(fields[name]).some((leaf) => wanted.some((one) => accepts(one, leaf)))
      : matches(wanted, fields[name]);
  });
}

/** Values of a field; `undefined` for one that is absent, empty or no leaf. */
function leaves(value: unknown): unknown[] {
  const values = (Array.isArray(value) ? value : [value]).filter((item) => !isFields(item));
  return values.length > 0 ? values : [undefined];
}

function accepts(wanted: unknown, value: unknown): boolean {
  if (!isFields(wanted)) return value === wanted;
  const [operator = '', operand] = Object.entries(wanted)[0] ?? [];
  if (operator === 'exists') return operand === (value !== undefined);
  if (value === undefined) return false;
  if (operator === 'anything-but') return !excluded(operand, value);
  if (operator === 'numeric') return typeof value === 'number' && isWithin(value, operand);
  return typeof value === 'string' && isLike(value, operator, operand);
}

function excluded(operand: unknown, value: unknown): boolean {
  if (!isFields(operand)) return [operand].flat().includes(value);
  return Object.entries(operand).some(([operator, values]) =>
    [values].flat().some((one) => accepts({ [operator]: one }, value)),
  );
}

function isLike(value: string, operator: string, operand: unknown): boolean {
  if (isFields(operand))
    return isLike(value.toLowerCase(), operator, String(operand['equals-ignore-case']).toLowerCase());
  const text = String(operand);
  if (operator === 'prefix') return value.startsWith(text);
  if (operator === 'suffix') return value.endsWith(text);
  if (operator === 'equals-ignore-case') return value.toLowerCase() === text.toLowerCase();
  return operator === 'cidr' ? isInBlock(value, text) : wildcard(text).test(value);
}

function isWithin(value: number, terms: unknown): boolean {
  if (!Array.isArray(terms)) return false;
  return terms.every((bound, index) => {
    const operator: unknown = terms[index - 1];
    if (typeof bound !== 'number' || typeof operator !== 'string') return true;
    if (value === bound) return operator.includes('=');
    return operator.startsWith('<') ? value < bound : operator.startsWith('>') && value > bound;
  });
}

function isInBlock(address: string, block: string): boolean {
  if (isIP(address) === 0) return false;
  const [network = '', bits] = block.split('/');
  const blocks = new BlockList();
  blocks.addSubnet(network, Number(bits), family(network));
  return blocks.check(address, family(address));
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

/** `*` stands for anything, `\*` and `\\` for themselves. */
function wildcard(text: string): RegExp {
  const source = text.replace(/\\([\\*])|[\\^$.|?+()[\]{}*]/g, (all, literal: string | undefined) =>
    all === '*' ? '.*' : `\\${literal ?? all}`,
  );
  return new RegExp(`^${source}$`, 's');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
