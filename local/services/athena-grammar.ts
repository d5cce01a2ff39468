/** Athena's dialects: Trino's SQL for queries, Hive's for data definition. Whatever their grammars refuse is refused before it runs. */
import { existsSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Dialect = 'TrinoSQL' | 'HiveSQL';

/** A part of a statement. Names are the grammar's own. */
export interface SyntaxNode {
  /** Rule, such as `primaryExpression`; empty for a single word. */
  readonly rule: string;
  /** Alternative of the rule, such as `FunctionCall`. */
  readonly kind: string;
  /** Its words, without the white space between them. */
  readonly text: string;
  /** Code points from the start of the statement; `end` is behind the last one. */
  readonly start: number;
  readonly end: number;
  /** `line 1:8` */
  readonly at: string;
  readonly children: readonly SyntaxNode[];
}

export class SyntaxRefused extends Error {}

interface Token {
  readonly text?: string | null | undefined;
  readonly start: number;
  readonly stop: number;
  readonly line: number;
  readonly column: number;
}

interface RawNode {
  readonly ruleIndex?: number;
  readonly start?: Token | null;
  readonly stop?: Token | null;
  readonly symbol?: Token | undefined;
  readonly children?: readonly RawNode[] | null;
  getText(): string;
}

type Grammars = Pick<typeof import('dt-sql-parser'), Dialect>;

let grammars: Promise<Grammars> | undefined;

/** The package's own modules do not load in Node (they import directories), so they are bundled once, beside the installed packages. */
async function loadGrammars(): Promise<Grammars> {
  const installed = createRequire(import.meta.url).resolve('dt-sql-parser/package.json');
  const { version } = createRequire(import.meta.url)(installed);
  const folder = join(dirname(installed), '../.cache/muster');
  const outfile = join(folder, `sql-grammars-${version}.mjs`);
  if (!existsSync(outfile)) {
    const { build } = await import('esbuild');
    const names = { TrinoSQL: 'trino', HiveSQL: 'hive' };
    const contents = Object.entries(names).map(
      ([name, of]) => `export { ${name} } from './dist/parser/${of}/index.js';`,
    );
    const own = `${outfile}.${process.pid}`;
    await build({
      stdin: { contents: contents.join('\n'), resolveDir: dirname(installed) },
      outfile: own,
      bundle: true,
      format: 'esm',
      platform: 'node',
      keepNames: true,
    });
    renameSync(own, outfile);
  }
  return import(pathToFileURL(outfile).href);
}

/** Reads one statement; throws `SyntaxRefused` with what Athena says about the first error. */
export async function parse(sql: string, dialect: Dialect): Promise<SyntaxNode> {
  grammars ??= loadGrammars();
  const { [dialect]: Grammar } = await grammars;
  const parser = new Grammar().createParser(sql, () => undefined);
  const errors: string[] = [];
  const ignore = () => undefined;
  parser.removeErrorListeners();
  parser.addErrorListener({
    syntaxError: (...[, token, line, column, message]) =>
      errors.push(`line ${line}:${column + 1}: ${describe(message, token?.text ?? '')}`),
    reportAmbiguity: ignore,
    reportAttemptingFullContext: ignore,
    reportContextSensitivity: ignore,
  });
  parser.interpreter.predictionMode = FULL_CONTEXT;
  const tree = parser.program();
  const [first] = errors;
  if (first) throw new SyntaxRefused(first);
  return simplify(tree, parser.ruleNames);
}

/** ANTLR's `PredictionMode.LL`: the quicker one that the package prefers refuses some statements that are right. */
const FULL_CONTEXT = 1;

function describe(message: string, text: string): string {
  const [, expected] = /expecting \{?(.+?)\}?$/.exec(message) ?? [];
  const isShort = expected !== undefined && expected.length < 200;
  return `mismatched input '${text}'${isShort ? `. Expecting: ${expected}` : ''}`;
}

function simplify(node: RawNode, ruleNames: readonly string[]): SyntaxNode {
  const first = node.symbol ?? node.start;
  const last = node.symbol ?? node.stop ?? first;
  return {
    rule: node.ruleIndex === undefined ? '' : (ruleNames[node.ruleIndex] ?? ''),
    kind: node.constructor.name.replace(/Context$/, ''),
    get text() {
      return node.getText();
    },
    start: first?.start ?? 0,
    end: (last?.stop ?? 0) + 1,
    at: `line ${first?.line ?? 1}:${(first?.column ?? 0) + 1}`,
    children: (node.children ?? []).map((child) => simplify(child, ruleNames)),
  };
}

/** All parts of a statement, each before its own parts; `enter` false leaves a part's own out. */
export function* partsOf(node: SyntaxNode, enter: (node: SyntaxNode) => boolean = () => true): Generator<SyntaxNode> {
  yield node;
  if (enter(node)) for (const child of node.children) yield* partsOf(child, enter);
}

/** A name as catalogs fold it: without its quotes, in lower case. */
export function foldName(text: string): string {
  return text.replaceAll(/^["`]|["`]$/g, '').toLowerCase();
}
