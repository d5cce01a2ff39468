/** Wildcards and policy variables ("IAM policy elements: Variables and tags", IAM User Guide), compiled once per pattern. */
/** Condition keys in lower case, each with its values; a key without values is absent. Make it with `requestContext`. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

export type Matcher = (value: string, context: RequestContext) => boolean;

export interface TextOptions {
  /** `*` and `?` are wildcards. */
  readonly wildcards?: boolean;
  readonly ignoreCase?: boolean;
  /** `${key}` and `${key, 'default'}` are replaced, as in documents of version 2012-10-17 only. */
  readonly variables?: boolean;
  /** The six parts of an ARN match one by one: a wildcard reaches over a colon in the last part only. */
  readonly arn?: boolean;
}

/** A piece of a regular expression, or the variable whose value becomes one. */
type Piece = string | { readonly key: string; readonly otherwise: string | undefined };

const TOKENS = /\$\{[^}]*\}|[*?:]|[^*?:$]+|\$/g;
const VARIABLE = /^\$\{\s*([^,]+?)\s*(?:,\s*'(.*)'\s*)?\}$/;
/** With fewer colons a pattern is no ARN; it is matched as one text. */
const ARN_COLONS = 5;
/** Bound of what is remembered of patterns whose variables are filled in. */
const MAX_REMEMBERED = 10_000;
const remembered = new Map<string, RegExp>();

export function compileText(pattern: string, options: TextOptions): Matcher {
  const flags = options.ignoreCase ? 'i' : '';
  const pieces = piecesOf(pattern.match(TOKENS) ?? [], options);
  if (pieces.some((piece) => typeof piece !== 'string'))
    return (value, context) => {
      const source = fill(pieces, context);
      return source !== undefined && remember(source, flags).test(value);
    };
  const regex = new RegExp(`^${pieces.join('')}$`, flags);
  return (value) => regex.test(value);
}

function piecesOf(tokens: readonly string[], { wildcards, variables, arn }: TextOptions): Piece[] {
  const partWise = arn && tokens.filter((token) => token === ':').length >= ARN_COLONS;
  let colons = 0;
  return tokens.map((token) => {
    if (token === ':') colons++;
    const any = partWise && colons < ARN_COLONS ? '[^:]' : '[^]';
    const isWild = (wildcards || arn) && (token === '*' || token === '?');
    return isWild ? any + token.replace('?', '') : pieceOf(token, variables);
  });
}

function pieceOf(token: string, variables: boolean | undefined): Piece {
  const [, key, otherwise] = (variables && VARIABLE.exec(token)) || [];
  if (key === undefined) return literal(token);
  return /^[*?$]$/.test(key) ? literal(key) : { key: key.toLowerCase(), otherwise };
}

/** Undefined when a variable has neither a value nor a default: then the pattern matches nothing. Values are literal: a `*` in one is no wildcard. */
function fill(pieces: readonly Piece[], context: RequestContext): string | undefined {
  let source = '';
  for (const piece of pieces) {
    const values = typeof piece === 'string' ? undefined : context.get(piece.key);
    const text = typeof piece === 'string' ? piece : values?.length === 1 ? values[0] : piece.otherwise;
    if (text === undefined) return undefined;
    source += typeof piece === 'string' ? piece : literal(text);
  }
  return `^${source}$`;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function remember(source: string, flags: string): RegExp {
  let regex = remembered.get(flags + source);
  if (!regex) {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    regex = new RegExp(source, flags);
    remembered.set(flags + source, regex);
  }
  return regex;
}
