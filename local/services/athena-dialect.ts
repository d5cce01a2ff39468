/** Where DuckDB spells or means something otherwise than Trino: by the grammar's name of a part, what becomes of it. */
import type { Edits } from './athena-edits.ts';
import { QueryFailure } from './athena-failure.ts';
import { STRICT_CASTS, strftimeFormat, TEMPLATES } from './athena-functions.ts';
import { foldName, partsOf, type SyntaxNode } from './athena-grammar.ts';

type Rewrite = (node: SyntaxNode, edits: Edits) => void;

export const REWRITES: Readonly<Record<string, Rewrite>> = {
  AliasedRelation: rewriteUnnest,
  ArithmeticBinary: rewriteDateArithmetic,
  Cast: rewriteCast,
  Concatenation: rewriteConcatenation,
  DateTimeType: dropPrecision,
  FunctionCall: rewriteCall,
  GenericType: rewriteArrayType,
  InlineTable: rewriteRows,
  ListAgg: rewriteListAgg,
  NamedQuery: inlineNamedQuery,
};

const wordOf = (node: SyntaxNode, ...texts: string[]) => node.children.find(({ text }) => texts.includes(text));
const ofKind = (node: SyntaxNode, kind: string) => node.children.find((child) => child.kind === kind);

/** A part that is all there is of another one. */
function coreOf(node: SyntaxNode): SyntaxNode {
  const [only, ...more] = node.children;
  return only && more.length === 0 ? coreOf(only) : node;
}

function rewriteCall(node: SyntaxNode, edits: Edits): void {
  const called = node.children.find(({ rule }) => rule === 'functionName');
  const name = foldName(called?.text ?? '');
  const [before, rest = ''] = TEMPLATES[name]?.split('…') ?? [];
  const [open, close] = [wordOf(node, '('), wordOf(node, ')')];
  if (called && open && close && before !== undefined) {
    const [behind = '', end = ''] = rest.split('~');
    edits.replace({ start: called.start, end: open.end }, before);
    edits.replace(close, behind);
    edits.wrap(node, '', end);
  }
  if (name === 'date_format' || name === 'date_parse') rewriteFormat(node, edits);
  const nulls = ofKind(node, 'NullTreatment');
  if (!nulls || !close) return;
  edits.replace(nulls, '');
  edits.wrap({ start: close.start, end: close.start }, '', ` ${nulls.children.map(({ text }) => text).join(' ')}`);
}

function rewriteFormat(node: SyntaxNode, edits: Edits): void {
  const format = coreOf(node.children.findLast(({ rule }) => rule === 'expression') ?? node);
  if (!format.text.startsWith("'"))
    throw new QueryFailure('GENERIC_USER_ERROR', 'the embedded Athena takes no format of dates that is not a literal');
  edits.replace(format, strftimeFormat(format.text));
}

/** `listagg(a, ',') WITHIN GROUP (ORDER BY b)` is `string_agg(a, ',' ORDER BY b)`. */
function rewriteListAgg(node: SyntaxNode, edits: Edits): void {
  const [name, , ...more] = node.children;
  const close = more.find(({ text }) => text === ')');
  const group = more.find(({ text }) => text === '(');
  if (name) edits.replace(name, 'string_agg');
  if (close && group) edits.replace({ start: close.start, end: group.end }, wordOf(node, ',') ? ' ' : ", '' ");
}

/** Not of a subquery, which the macro would run more than once. */
function rewriteCast(node: SyntaxNode, edits: Edits): void {
  const [cast, , value, , type] = node.children;
  const name = type?.text.toLowerCase().replace(/\(\d+\)$/, '') ?? '';
  const isKnown = name in STRICT_CASTS || (name === 'varchar' && /^cast$/i.test(cast?.text ?? ''));
  if (!value || !isKnown || [...partsOf(value)].some(({ rule }) => rule === 'query')) return;
  edits.replace({ start: node.start, end: value.start }, `${cast?.text.toLowerCase()}_${name}(`);
  edits.replace({ start: value.end, end: node.end }, ')');
}

function rewriteArrayType(node: SyntaxNode, edits: Edits): void {
  const [name, open, , close] = node.children;
  if (name?.text.toLowerCase() !== 'array' || !open || !close) return;
  edits.replace({ start: name.start, end: open.end }, '');
  edits.replace(close, '[]');
}

/** `timestamp(3)` would be a type of its own. */
function dropPrecision(node: SyntaxNode, edits: Edits): void {
  const [open, close] = [wordOf(node, '('), wordOf(node, ')')];
  if (open && close) edits.replace({ start: open.start, end: close.end }, '');
}

/** A date and an interval are a date. */
function rewriteDateArithmetic(node: SyntaxNode, edits: Edits): void {
  const [, operator, right] = node.children;
  if (!operator || !right || coreOf(right).kind !== 'Interval') return;
  edits.wrap(node, 'date_shift(', ')');
  edits.replace(operator, operator.text === '-' ? ', -' : ',');
}

/** Nothing becomes text by itself. */
function rewriteConcatenation(node: SyntaxNode, edits: Edits): void {
  const [, operator] = node.children;
  edits.wrap(node, 'concat(', ')');
  if (operator) edits.replace(operator, ',');
}

/** Maps, rows and several arrays become columns side by side ("UNNEST", Trino documentation: SELECT). */
function rewriteUnnest(node: SyntaxNode, edits: Edits): void {
  const unnest = coreOf(node.children[0] ?? node);
  const values = unnest.children.filter(({ rule }) => rule === 'expression');
  const [first] = values;
  const close = wordOf(unnest, ')');
  if (unnest.kind !== 'Unnest' || !first || !close) return;
  const isOrdered = unnest.children.some(({ text }) => text.toUpperCase() === 'ORDINALITY');
  const names = ofKind(node, 'ColumnAliases')?.children.filter(({ rule }) => rule === 'identifier') ?? [];
  const isWide = names.length > values.length + Number(isOrdered);
  if (!isWide && values.length === 1) return;
  const [open, end] = isWide ? ['unnest(entries(', '), max_depth := 2)'] : ['unnest(', ')'];
  edits.replace({ start: unnest.start, end: first.start }, '(SELECT ');
  for (const value of values) edits.wrap(value, open, end);
  const places = isOrdered ? `, ${placesIn(first, isWide)})` : ')';
  edits.replace({ start: close.start, end: unnest.end }, places);
}

function placesIn({ text }: SyntaxNode, isWide: boolean): string {
  if (!/^[\w."]+$/.test(text))
    throw new QueryFailure('GENERIC_USER_ERROR', 'the embedded Athena numbers what lies side by side only in a column');
  return `generate_subscripts(${isWide ? `entries(${text})` : text}, 1)`;
}

/** Trino reads a WITH query once for each use, and pushes each user's conditions into it. */
function inlineNamedQuery(node: SyntaxNode, edits: Edits): void {
  const as = node.children.find(({ text }) => text.toUpperCase() === 'AS');
  if (as) edits.wrap(as, '', ' NOT MATERIALIZED');
}

/** Rows without parentheses, or called so. */
function rewriteRows(node: SyntaxNode, edits: Edits): void {
  for (const row of node.children.filter(({ rule }) => rule !== '')) {
    const { kind, children, start, end } = coreOf(row);
    const [, open] = children;
    if (kind === 'RowConstructor' && open && /^row/i.test(row.text)) edits.replace({ start, end: open.start }, '');
    else if (!row.text.startsWith('(')) edits.wrap({ start, end }, '(', ')');
  }
}
