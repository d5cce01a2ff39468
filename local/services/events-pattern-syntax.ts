/** What EventBridge refuses as an event pattern, in the words of its open-source compiler (aws/event-ruler), which reads the pattern as a stream of JSON tokens. */
import { isIP } from 'node:net';
import { AwsFault } from '../cloud/aws-fault.ts';

interface Token {
  readonly text: string;
  readonly index: number;
}

/** Why a value may not stand in anything-but, by the operator inside it. */
const NOT_EXCLUDABLE: Readonly<Record<string, string>> = {
  '': 'Inside anything but list, start|null|boolean is not supported.',
  prefix: 'prefix/suffix match pattern must be a string',
  suffix: 'prefix/suffix match pattern must be a string',
  wildcard: 'wildcard match pattern must be a string',
  'equals-ignore-case': 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
};
const MIXED = 'Inside anything but list, either all values are number or string, mixed type is not supported';

/** Throws `InvalidEventPatternException` with AWS's reason and place. */
export function validatePattern(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
  new PatternReader(text).pattern();
}

function invalid(reason: string): AwsFault {
  return new AwsFault('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}

class PatternReader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]|[^\s,:[\]{}"]+/g)].map((match) => ({
      text: match[0],
      index: match.index,
    }));
  }

  pattern(): void {
    const token = this.#take();
    if (token.text !== '{') this.#refuse('Filter is not an object', token);
    this.#object();
  }

  #object(): void {
    let token = this.#take();
    if (token.text === '}') this.#refuse('Empty objects are not allowed', token);
    for (; token.text !== '}'; token = this.#take()) {
      const value = this.#take();
      if (token.text === '"$or"') this.#or(value);
      else if (value.text === '{') this.#object();
      else if (value.text === '[') this.#values();
      else this.#refuse(`${token.text} must be an object or an array`, value);
    }
  }

  #or(begin: Token): void {
    if (begin.text !== '[') this.#refuse('It must be an Array followed with $or.', begin);
    let token = this.#take();
    let objects = 0;
    for (; token.text !== ']'; token = this.#take(), objects++) {
      if (token.text !== '{') this.#refuse('Only JSON object is allowed in array of $or relationship.', token);
      this.#object();
    }
    if (objects < 2) this.#refuse('There must have at least 2 Objects in $or relationship.', token);
  }

  #values(): void {
    let token = this.#take();
    if (token.text === ']') this.#refuse('Empty arrays are not allowed', token);
    for (; token.text !== ']'; token = this.#take()) {
      if (token.text === '{') this.#expression();
      else if (token.text === '[') this.#refuse('Match value must be String, number, true, false, or null', token);
    }
  }

  #expression(): void {
    const name = this.#take();
    if (name.text === '}') this.#refuse('Match expression name not found', name);
    const value = this.#take();
    const kind = string(name);
    if (kind === 'prefix' || kind === 'suffix') this.#affix(kind, value);
    else if (kind === 'wildcard') this.#wildcard(value);
    else if (kind === 'equals-ignore-case') this.#string(value, `${kind} match pattern must be a string`);
    else if (kind === 'cidr') this.#cidr(value);
    else if (kind === 'numeric') this.#numeric(value);
    else if (kind === 'anything-but') this.#anythingBut(value);
    else if (kind !== 'exists') this.#refuse(`Unrecognized match type ${kind}`, value);
    else if (!/^(true|false)$/.test(value.text))
      this.#refuse('exists match pattern must be either true or false.', value);
    this.#close();
  }

  #close(): void {
    if (this.#take().text !== '}') this.#refuse('Only one key allowed in match expression', this.#take());
  }

  #string(token: Token, otherwise: string): string {
    if (!token.text.startsWith('"')) this.#refuse(otherwise, token);
    return string(token);
  }

  #affix(kind: string, value: Token): void {
    if (value.text !== '{') return void this.#string(value, `${kind} match pattern must be a string`);
    const operator = string(this.#take());
    const operand = this.#take();
    if (operator !== 'equals-ignore-case') this.#refuse(`Unsupported ${kind} pattern: ${operator}`, operand);
    this.#string(operand, 'equals-ignore-case match pattern must be a string');
    this.#close();
  }

  #wildcard(value: Token): void {
    const quoted = `"${this.#string(value, 'wildcard match pattern must be a string')}"`;
    const double = quoted.replace(/\\./g, '__').indexOf('**');
    if (double >= 0) this.#refuse(`Consecutive wildcard characters at pos ${double}`, value, true);
  }

  #cidr(value: Token): void {
    const [address = '', bits] = this.#string(value, 'prefix match pattern must be a string').split('/');
    if (bits === undefined) throw invalid("Malformed CIDR, one '/' required");
    if (!/^\d+$/.test(bits)) throw invalid('Malformed CIDR, mask bits must be an integer');
    const version = isIP(address);
    if (version === 0) throw invalid(`Nonstandard IP address: ${address}`);
    const limit = version === 4 ? 32 : 128;
    if (Number(bits) >= limit) throw invalid(`IPv${version} mask bits must be < ${limit}`);
  }

  /** `=` and a number, or a lower bound, an upper one, or both in this order. */
  #numeric(begin: Token): void {
    if (begin.text !== '[') this.#refuse('Value of numeric must be an array.', begin);
    let allowed = /^"(=|[<>]=?)"$/;
    let token = this.#take();
    do {
      if (!allowed.test(token.text)) this.#refuse(`Unrecognized numeric range operator: ${string(token)}`, token, true);
      const value = this.#take();
      if (!isNumber(value)) this.#refuse(`Value of ${token.text.charAt(1)} must be numeric`, value);
      allowed = token.text.startsWith('">') ? /^"<=?"$/ : /^$/;
      token = this.#take();
    } while (token.text !== ']');
  }

  #anythingBut(value: Token): void {
    if (value.text !== '{') {
      this.#others(value, '');
      return;
    }
    const operator = string(this.#take());
    const operand = this.#take();
    if (!(operator in NOT_EXCLUDABLE)) this.#refuse(`Unsupported anything-but pattern: ${operator}`, operand);
    this.#others(operand, operator);
    this.#close();
  }

  /** The value or values that anything-but excludes, or the operand of the operator inside it. */
  #others(value: Token, operator: string): void {
    if (!/^["[]/.test(value.text) && !isNumber(value))
      this.#refuse('Value of anything-but must be an array or single string/number value.', value);
    if (value.text !== '[') {
      this.#other(value, operator, false);
      return;
    }
    const kinds = new Set<boolean>();
    let token = this.#take();
    for (; token.text !== ']'; token = this.#take()) {
      this.#other(token, operator, true);
      kinds.add(isNumber(token));
    }
    if (kinds.size !== 1) this.#refuse(MIXED, token);
  }

  /** A refusal inside a list tells its place twice, for AWS's compiler wraps it once more. */
  #other(value: Token, operator: string, inList: boolean): void {
    const fits = value.text.startsWith('"') || (operator === '' && isNumber(value));
    const empty = value.text === '""' && operator.endsWith('fix');
    const reason = empty ? 'Null prefix/suffix not allowed' : NOT_EXCLUDABLE[operator];
    if (empty || !fits) this.#refuse(`${reason}${inList ? this.#place(value, true) : ''}`, value, true);
    if (operator === 'wildcard') this.#wildcard(value);
  }

  #take(): Token {
    return this.#tokens[this.#next++] ?? { text: '', index: this.#text.length };
  }

  #refuse(reason: string, token: Token, read = false): never {
    throw invalid(reason + this.#place(token, read));
  }

  /** Where AWS's parser stands: a string counts from its opening quote on until its text is `read`. */
  #place({ text, index }: Token, read: boolean): string {
    const before = this.#text.slice(0, index + (text.startsWith('"') && !read ? 1 : text.length));
    const line = before.split('\n');
    return `\n at [Source: (String)"${this.#text}"; line: ${line.length}, column: ${(line.at(-1) ?? '').length + 1}]`;
  }
}

function isNumber({ text }: Token): boolean {
  return /^[-\d]/.test(text);
}

function string({ text }: Token): string {
  return text.startsWith('"') ? String(JSON.parse(text)) : text;
}
