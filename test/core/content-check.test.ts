import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ContentVerdict, isForgery, judgeContent, rangesToRead } from '../../core/content-check.ts';

const nodeId = 'i-0123456789abcdef0';
const accountId = '100000000010';
const envelope = { resourceId: nodeId, captureTime: '2026-11-02T06:00:00Z', schemaVersion: '1.0' };
const line = (fields: object = {}) => JSON.stringify({ Name: 'curl', ...envelope, ...fields });

/** Judges a whole object as a pass would: by its ranges, and once more if they do not suffice. */
function judged(body: string | Uint8Array, type = 'AWS:Network'): { verdict: ContentVerdict; readBytes: number } {
  const bytes = Buffer.from(body);
  let readBytes = 0;
  const once = (retry: boolean) => {
    const ranges = rangesToRead(bytes.length, { retry });
    const parts = ranges.map(({ first, last }) => bytes.subarray(first, last + 1));
    readBytes += parts.reduce((sum, { length }) => sum + length, 0);
    return judgeContent({ key: { type, accountId, nodeId }, sizeBytes: bytes.length, parts });
  };
  const first = once(false);
  return { verdict: first === 'unclear' ? once(true) : first, readBytes };
}

const verdictOn = (body: string | Uint8Array, type?: string) => judged(body, type).verdict;

describe('an object is good', () => {
  it.each<[string, string, string?]>([
    ['with one entry', line()],
    ['with a line feed at its end', `${line()}\n`],
    ['with several entries', [line(), line({ Name: 'nginx' })].join('\n')],
    ['with carriage returns', [line(), line()].join('\r\n')],
    ['with empty lines between entries', `${line()}\n\n${line()}\n`],
    ['with letters of any script', line({ Name: 'Größe 日本 𝄞' })],
    ['with its envelope in another case', line().replace('resourceId', 'ResourceID')],
    ['without version and time, which are not documented for every type', `{"resourceId":"${nodeId}"}`],
    ['with an attribute that is empty', line({ InstanceId: '' }), 'AWS:InstanceInformation'],
    ['that names its node twice', line({ InstanceId: nodeId }), 'AWS:InstanceInformation'],
    ['of a version that its type had earlier', line(), 'AWS:Application'],
    ['of the newest version of its type', line({ schemaVersion: '1.1' }), 'AWS:Application'],
    ['of any version of a custom type', line({ schemaVersion: '12.7' }), 'Custom:Rack'],
    [
      'whose custom type speaks of other accounts and nodes',
      line({ AccountId: '1', InstanceId: 'i-1' }),
      'Custom:Rack',
    ],
  ])('%s', (_, body, type) => {
    expect(verdictOn(body, type)).toBe('good');
  });
});

describe('an object is put into quarantine', () => {
  const broken = Buffer.from(line({ Name: 'é' }), 'latin1');
  it.each<[ContentVerdict, string, string | Uint8Array, string?]>([
    ['EmptyObject', 'without bytes', ''],
    ['EmptyObject', 'with nothing but white space', '\n \r\n'],
    ['NotUtf8', 'with bytes of another encoding', broken],
    ['NotUtf8', 'cut in the middle of a letter', Buffer.from(`${line()}\n{"Name":"é`).subarray(0, -1)],
    ['NotJsonLines', 'cut short', line().slice(0, -1)],
    ['NotJsonLines', 'whose last line is cut short', `${line()}\n${line().slice(0, 20)}`],
    ['NotJsonLines', 'with a byte order mark', `\uFEFF${line()}`],
    ['NotJsonLines', 'with a list around its entries', `[${line()}]`],
    ['NotJsonLines', 'with a text instead of an entry', '"curl"'],
    ['NotJsonLines', 'with null instead of an entry', `${line()}\nnull`],
    ['NotJsonLines', 'that is pretty-printed', JSON.stringify(envelope, null, 2)],
    ['NotJsonLines', 'with two entries on a line', `${line()}${line()}`],
    ['NotJsonLines', 'with an error message instead', '<Error><Code>SlowDown</Code></Error>'],
    ['DuplicateKeys', 'with keys that differ in case only', line({ URL: 'a', Url: 'b' })],
    ['DuplicateKeys', 'with an attribute that hides its envelope', line({ ResourceId: 'rack-7' }), 'Custom:Rack'],
    ['NodeUnnamed', 'without a node', JSON.stringify({ Name: 'curl' })],
    ['NodeUnnamed', 'with a number for its node', line({ resourceId: 7 })],
    ['NodeMismatch', 'of another node', line({ resourceId: 'i-0fedcba9876543210' })],
    ['NodeMismatch', 'with one entry of another node', `${line()}\n${line({ resourceId: 'i-0fedcba9876543210' })}`],
    ['NodeMismatch', 'that says it is another machine', line({ InstanceId: 'i-1' }), 'AWS:InstanceInformation'],
    ['AccountMismatch', 'of another account', line({ accountId: '100000000011' })],
    ['UnknownSchemaVersion', 'of a version that its type never had', line({ schemaVersion: '2.0' })],
    ['UnknownSchemaVersion', 'of a later version than is known', line({ schemaVersion: '1.1' })],
    ['UnknownSchemaVersion', 'of a version that is none', line({ schemaVersion: 'v1' }), 'Custom:Rack'],
    ['UnknownSchemaVersion', 'with a number for its version', line({ schemaVersion: 1.1 }), 'AWS:Application'],
    ['InvalidCaptureTime', 'with a time that has a fraction', line({ captureTime: '2026-11-02T06:00:00.000Z' })],
    ['InvalidCaptureTime', 'with a time that is none', line({ captureTime: '' })],
  ])('as %s: %s', (reason, _, body, type) => {
    expect(verdictOn(body, type)).toBe(reason);
  });

  it('for one reason, form before content', () => {
    const forged = line({ resourceId: 'i-1', schemaVersion: '9.9' });
    expect(verdictOn(forged)).toBe('NodeMismatch');
    expect(verdictOn(`${forged}\n{`)).toBe('NotJsonLines');
  });

  it('as a forgery when it disagrees with its key', () => {
    const forgeries = ['NodeMismatch', 'AccountMismatch', 'NodeUnnamed', 'NotJsonLines'] as const;
    expect(forgeries.map(isForgery)).toEqual([true, true, false, false]);
  });
});

describe('a large object', () => {
  const entries = (count: number, fields: object = {}) => Array.from({ length: count }, () => line(fields));
  const text = (...lines: string[]) => lines.join('\n');

  it('is read at its two ends', () => {
    const { verdict, readBytes } = judged(text(...entries(2_000)));
    expect(verdict).toBe('good');
    expect(readBytes).toBe(20 * 1024);
  });

  it('goes by what stands at its ends', () => {
    const middle = entries(1_000);
    expect(verdictOn(text(line({ resourceId: 'i-1' }), ...middle))).toBe('NodeMismatch');
    expect(verdictOn(text(...middle, line({ resourceId: 'i-1' })))).toBe('NodeMismatch');
    expect(verdictOn(text(...middle, line().slice(0, 40)))).toBe('NotJsonLines');
    expect(verdictOn(text(...middle, '{', ...middle))).toBe('good');
  });

  it('names the worse of what its two ends show', () => {
    const ends = text(line({ schemaVersion: '9.9' }), ...entries(500), line({ resourceId: 'i-1' }));
    expect(verdictOn(ends)).toBe('NodeMismatch');
  });

  it.each([
    ['first', (long: string) => text(long, ...entries(200))],
    ['last', (long: string) => text(...entries(200), long)],
    ['only', (long: string) => long],
  ])('is read whole when its %s line is longer than what was read', (_, body) => {
    const good = body(line({ Summary: 'x'.repeat(30_000) }));
    expect(judged(good)).toEqual({ verdict: 'good', readBytes: 20 * 1024 + good.length });
    expect(verdictOn(body(line({ Summary: 'x'.repeat(30_000), resourceId: 'i-1' })))).toBe('NodeMismatch');
  });

  it('is read whole when one of its ends is blank', () => {
    expect(verdictOn(`${text(...entries(200))}\n${' '.repeat(5_000)}\n${' '.repeat(10)}`)).toBe('good');
    expect(verdictOn(`${'\n'.repeat(30_000)}${line()}`)).toBe('good');
    expect(verdictOn('\n'.repeat(30_000))).toBe('EmptyObject');
  });

  it('is oversize when it holds more than a node may report, envelopes apart', () => {
    const fields = { Version: '8.5.0-1.amzn2023.0.4', Publisher: 'Amazon Linux' };
    const bytes = JSON.stringify({ Name: 'curl', ...fields }).length + 1;
    expect(verdictOn(text(...entries(Math.floor((1000 * 1024) / bytes), fields)))).toBe('good');
    expect(verdictOn(text(...entries(Math.floor((1500 * 1024) / bytes), fields)))).toBe('Oversize');
    expect(verdictOn(text(...entries(2_000, { Summary: 'x'.repeat(600) })))).toBe('Oversize');
  });

  it('is oversize without being read when it is larger than all that a node may report in a day', () => {
    const { verdict, readBytes } = judged(Buffer.alloc(5_000 * 1024 + 1, '{'));
    expect({ verdict, readBytes }).toEqual({ verdict: 'Oversize', readBytes: 16 * 1024 });
  });
});

describe('whatever the bytes', () => {
  const rows = fc.array(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), { minLength: 1, maxLength: 5 });

  it('an object gets one verdict, and never unclear once it was read whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const whole = { sizeBytes: bytes.length, parts: bytes.length === 0 ? [] : [bytes] };
        expect(judgeContent({ key: { type: 'AWS:Tag', accountId, nodeId }, ...whole })).not.toBe('unclear');
      }),
    );
  });

  it('what a sync writes is good, with or without a line feed at its end', () => {
    fc.assert(
      fc.property(rows, fc.boolean(), (content, trailing) => {
        const lines = content.map((row) => {
          const attributes = Object.entries(row).map(([name, value], index) => [`A${index}${name}`, value]);
          return JSON.stringify({ ...Object.fromEntries(attributes), ...envelope });
        });
        expect(verdictOn(lines.join('\n') + (trailing ? '\n' : ''), 'Custom:Any')).toBe('good');
      }),
    );
  });

  it('a good object cut short is never good, unless it is cut between two lines', () => {
    const body = Buffer.from([line(), line({ Name: 'é' }), line()].join('\n'));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: body.length - 1 }), (length) => {
        const atLine = [0x0a, 0x7d].includes(body[length - 1] ?? 0);
        expect(verdictOn(body.subarray(0, length)) === 'good').toBe(atLine);
      }),
    );
  });
});
