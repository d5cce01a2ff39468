/** Texts of a policy with wildcards and policy variables ("IAM policy elements: Variables and tags", "Resource", IAM User Guide). */
import { type Answer, all, answer } from './answer.ts';

/** Condition keys in lower case. An empty list is a key that the request does not have; of a key that is not listed nothing is known. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

export type Pattern = (value: string, context: RequestContext) => Answer;

/** One character of a pattern. What a variable was replaced by is `filled`: neither a wildcard nor a separator. */
interface Glyph {
  readonly text: string;
  readonly kind: 'literal' | 'wildcard' | 'filled';
}

interface Syntax {
  readonly wildcards: boolean;
  /** Documents of version 2012-10-17 only. */
  readonly variables: boolean;
}

const arnParts = 6;
const token = /\$\{[^}]*\}|./gs;
const plainVariable = /^\$\{([\w:/.@+=-]+)\}$/;
const escaped = /^\$\{([*?$])\}$/;

/** Unknown when a variable stands in it whose one value is not known; default values of variables are not understood. */
export function textPattern(text: string, syntax: Syntax): Pattern {
  return patternOf(text, syntax, (glyphs, value) => answer(matches(glyphs, value)));
}

/** The six parts of an ARN match one by one: a wildcard reaches over a colon in the last part only. Unknown when the pattern is no ARN. */
export function arnPattern(text: string, variables: boolean): Pattern {
  return patternOf(text, { wildcards: true, variables }, (glyphs, value) => {
    const patterns = glyphParts(glyphs);
    if (patterns.length < arnParts) return 'unknown';
    const parts = value.split(':');
    const values = [...parts.slice(0, arnParts - 1), parts.slice(arnParts - 1).join(':')];
    return all(patterns.map((pattern, index) => answer(matches(pattern, values[index] ?? ''))));
  });
}

function patternOf(text: string, syntax: Syntax, match: (glyphs: readonly Glyph[], value: string) => Answer): Pattern {
  const tokens = [...text.matchAll(token)].map(([one]) => one);
  const isVariable = (one: string) => syntax.variables && one.length > 1;
  const pieces = tokens.map((one) => (isVariable(one) ? one : glyphsOf(one, syntax)));
  const fixed = tokens.some(isVariable) ? undefined : fill(pieces, new Map());
  return (value, context) => {
    const glyphs = fixed ?? fill(pieces, context);
    return glyphs === undefined ? 'unknown' : match(glyphs, value);
  };
}

/** A piece is fixed, or the variable that it stands for; undefined when one cannot be replaced. */
function fill(pieces: readonly (Glyph[] | string)[], context: RequestContext): Glyph[] | undefined {
  const glyphs: Glyph[] = [];
  for (const piece of pieces) {
    const value = typeof piece === 'string' ? variableValue(piece, context) : '';
    if (value === undefined) return undefined;
    const filled =
      typeof piece === 'string' ? value.split('').map((text) => ({ text, kind: 'filled' as const })) : piece;
    glyphs.push(...filled);
  }
  return glyphs;
}

function variableValue(variable: string, context: RequestContext): string | undefined {
  const [, sign] = escaped.exec(variable) ?? [];
  if (sign !== undefined) return sign;
  const [, key = ''] = plainVariable.exec(variable) ?? [];
  const [only, ...more] = context.get(key.toLowerCase()) ?? [];
  return more.length > 0 ? undefined : only;
}

function glyphsOf(text: string, { wildcards }: Syntax): Glyph[] {
  return text.split('').map((one) => ({ text: one, kind: wildcards && /[*?]/.test(one) ? 'wildcard' : 'literal' }));
}

function glyphParts(glyphs: readonly Glyph[]): Glyph[][] {
  const parts: Glyph[][] = [[]];
  for (const glyph of glyphs) {
    if (glyph.text === ':' && glyph.kind === 'literal' && parts.length < arnParts) parts.push([]);
    else parts.at(-1)?.push(glyph);
  }
  return parts;
}

/** Takes up the latest `*` again where the rest does not fit: at most the product of both lengths in steps, whatever the pattern. */
function matches(glyphs: readonly Glyph[], value: string): boolean {
  let [star, resume, at] = [-1, 0, 0];
  for (let read = 0; read < value.length; ) {
    const glyph = glyphs[at];
    if (isStar(glyph)) {
      [star, resume] = [at, read];
      at += 1;
    } else if (glyph !== undefined && (glyph.kind === 'wildcard' || glyph.text === value[read])) {
      at += 1;
      read += 1;
    } else if (star >= 0) {
      resume += 1;
      [at, read] = [star + 1, resume];
    } else return false;
  }
  return glyphs.slice(at).every(isStar);
}

function isStar(glyph: Glyph | undefined): boolean {
  return glyph?.kind === 'wildcard' && glyph.text === '*';
}
