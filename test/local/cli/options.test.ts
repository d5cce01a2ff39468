import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../local/cli/options.ts';

describe('the command line', () => {
  it('runs the default world when nothing is said', () => {
    expect(parseOptions([])).toEqual({
      world: undefined,
      size: undefined,
      report: undefined,
      queries: [],
      serve: undefined,
      quiet: false,
      help: false,
    });
  });

  it.each([
    ['a generated world', ['--accounts', '20'], { size: { accounts: 20, regions: 4, nodes: 100 } }],
    ['several queries', ['--query', 'SELECT 1', '--query', 'SELECT 2'], { queries: ['SELECT 1', 'SELECT 2'] }],
    ['the default port', ['--serve'], { serve: { port: 4566, bare: false } }],
    ['an empty cloud on another port', ['--serve', '--bare', '--port', '0'], { serve: { port: 0, bare: true } }],
    ['help', ['--help'], { help: true }],
  ])('understands %s', (_case, args, expected) => {
    expect(parseOptions(args)).toMatchObject(expected);
  });

  it.each([
    ['an option that does not exist', ['--word', 'x'], /--word/],
    ['a file where none belongs', ['world.json'], /world\.json/],
    ['a number in words', ['--accounts', 'ten'], /--accounts takes a whole number from 2 to 10000, not 'ten'/],
    ['more Regions than there are', ['--regions', '99'], /--regions takes a whole number/],
    ['a world of a given size', ['--world', 'w.json', '--nodes', '5'], /--world does not go together/],
    ['a plan', ['--plan'], /not supported yet/],
    ['--bare alone', ['--bare'], /--bare goes with --serve/],
    ['--port alone', ['--port', '1'], /--port goes with --serve/],
  ])('refuses %s with a sentence', (_case, args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
