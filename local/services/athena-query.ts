/** A query in Trino's SQL made ready for DuckDB: whole tables' names, virtual time, and only what Athena knows. */
import { REWRITES } from './athena-dialect.ts';
import { Edits } from './athena-edits.ts';
import { QueryFailure, unresolvedColumn } from './athena-failure.ts';
import { isFunction } from './athena-functions.ts';
import { foldName, partsOf, type SyntaxNode } from './athena-grammar.ts';

export interface TableName {
  readonly database: string;
  readonly table: string;
  /** Where the statement first names it: `line 1:15`. */
  readonly at: string;
}

export interface Query {
  readonly tables: readonly TableName[];
  readonly duckdb: string;
  /** Where the statement names a column or function. */
  locate(name: string): string;
  /** Refuses, as Athena does and DuckDB does not, names of the select list in WHERE, GROUP BY and HAVING. */
  refuseAliases(columns: ReadonlySet<string>): void;
}

interface Surroundings {
  /** Of tables that are named without one. */
  readonly database: string;
  readonly now: Date;
}

/** Reads a query. Throws `QueryFailure` FUNCTION_NOT_FOUND. */
export function readQuery(sql: string, tree: SyntaxNode, surroundings: Surroundings): Query {
  const reading = new Reading(surroundings);
  reading.visit(tree);
  const locate = (name: string) => reading.places.get(name.toLowerCase()) ?? 'line 1:1';
  return {
    tables: [...reading.tables.values()],
    duckdb: reading.edits.apply(sql),
    locate,
    refuseAliases(columns) {
      for (const { name, others } of reading.aliasUses)
        if (!columns.has(name) && !others().has(name)) throw unresolvedColumn(name, locate);
    },
  };
}

class Reading {
  readonly tables = new Map<string, TableName>();
  readonly places = new Map<string, string>();
  readonly aliasUses: { readonly name: string; others(): Set<string> }[] = [];
  readonly edits = new Edits();
  readonly #database: string;
  readonly #instant: string;
  /** Names of WITH queries, and where each is defined: within its own definition the name means a table. */
  readonly #withQueries = new Map<string, number>();
  /** Names that a subquery, WITH or UNNEST gives to columns, by the part of the statement that does. */
  readonly #namings = new Map<SyntaxNode, ReadonlySet<string>>();

  constructor({ database, now }: Surroundings) {
    this.#database = database;
    this.#instant = now.toISOString().replace('T', ' ').replace('Z', '');
  }

  visit(node: SyntaxNode): void {
    (this.#visitors[node.kind] ?? this.#visitors[node.rule])?.(node);
    REWRITES[node.kind]?.(node, this.edits);
    for (const child of node.children) this.visit(child);
  }

  readonly #visitors: Readonly<Record<string, (node: SyntaxNode) => void>> = {
    NamedQuery: (node) => this.#withQueries.set(foldName(node.children[0]?.text ?? ''), node.end),
    tableRef: (node) => this.#visitTable(node),
    columnRef: (node) => this.#place(node),
    columnName: (node) => this.#place(node),
    FunctionCall: (node) => this.#visitFunction(node),
    QuerySpecification: (node) => this.#visitSelect(node),
    ColumnAliases: (node) => this.#namings.set(node, namesAmong(node.children)),
    CurrentTimestamp: (node) => this.edits.replace(node, `TIMESTAMPTZ '${this.#instant}+00'`),
    CurrentDate: (node) => this.edits.replace(node, `CAST(TIMESTAMP '${this.#instant}' AS DATE)`),
    CurrentTime: (node) => this.edits.replace(node, `CAST(TIMESTAMP '${this.#instant}' AS TIME)`),
    LocalTimestamp: (node) => this.edits.replace(node, `TIMESTAMP '${this.#instant}'`),
    LocalTime: (node) => this.edits.replace(node, `CAST(TIMESTAMP '${this.#instant}' AS TIME)`),
  };

  #visitTable(node: SyntaxNode): void {
    const names = identifiersOf(node).map(({ text }) => foldName(text));
    const [table = '', database = this.#database] = names.toReversed();
    const definedAt = this.#withQueries.get(table);
    if (names.length === 1 && definedAt !== undefined && definedAt < node.start) return;
    const key = `${database}.${table}`;
    if (!this.tables.has(key)) this.tables.set(key, { database, table, at: node.at });
    this.edits.replace(node, qualifiedName({ database, table }));
  }

  #visitFunction(node: SyntaxNode): void {
    const called = node.children.find(({ rule }) => rule === 'functionName');
    if (!called) return;
    const name = foldName(called.text);
    if (!isFunction(name))
      throw new QueryFailure('FUNCTION_NOT_FOUND', `${node.at}: Function '${name}' not registered`);
    this.#place(called);
    if (name === 'now') this.edits.replace(node, `TIMESTAMPTZ '${this.#instant}+00'`);
  }

  /** A column without a name is `_col0` and so on, by its place. */
  #visitSelect(node: SyntaxNode): void {
    const list = node.children.find(({ rule }) => rule === 'selectList');
    const items = list?.children.filter(({ rule }) => rule === 'selectItem') ?? [];
    const aliases = new Set<string>();
    for (const [index, item] of items.entries()) {
      const [, ...more] = item.children;
      const isNamed = more.length > 0 || item.text.endsWith('*') || isColumn(item);
      if (!isNamed) this.edits.wrap(item, '', ` AS "_col${index}"`);
      for (const name of namesAmong(more)) aliases.add(name);
    }
    this.#namings.set(node, aliases);
    this.#noteAliasUses(node, aliases);
  }

  #noteAliasUses(node: SyntaxNode, aliases: ReadonlySet<string>): void {
    for (const clause of node.children.filter(({ rule }) => /^(whereClause|groupBy|havingClause)$/.test(rule)))
      for (const part of partsOf(clause, ({ rule }) => rule !== 'query')) {
        const name = foldName(part.text);
        if (!/^column(Ref|Name)$/.test(part.rule) || !aliases.has(name)) continue;
        const others = () => new Set([...this.#namings].flatMap(([at, names]) => (at === node ? [] : [...names])));
        this.aliasUses.push({ name, others });
      }
  }

  #place(node: SyntaxNode): void {
    const name = node.text.replaceAll('"', '').toLowerCase();
    for (const key of [name, name.split('.').at(-1) ?? '', name.split('.')[0] ?? ''])
      if (!this.places.has(key)) this.places.set(key, node.at);
  }
}

export function qualifiedName({ database, table }: { database: string; table: string }): string {
  return `${quote(database)}.${quote(table)}`;
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function identifiersOf(node: SyntaxNode): SyntaxNode[] {
  return [...partsOf(node, ({ rule }) => rule !== 'identifier')].filter(({ rule }) => rule === 'identifier');
}

function namesAmong(nodes: readonly SyntaxNode[]): Set<string> {
  return new Set(nodes.filter(({ rule }) => rule === 'identifier').map(({ text }) => foldName(text)));
}

/** Whether an expression is a column, or a field of one, and so has a name. */
function isColumn(node: SyntaxNode): boolean {
  if (/^column(Ref|Name)$/.test(node.rule) || node.kind === 'Dereference') return true;
  const [only, ...more] = node.children;
  return only !== undefined && more.length === 0 && isColumn(only);
}
