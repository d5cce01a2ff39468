import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../local/cli/options.ts';

describe('the command line', () => {
  it('runs the default world when nothing is said', () => {
    expect(parseOptions([])).toEqual({
      world: undefined,
      size: undefined,
      report: undefined,
      queries: [],
      plan: false,
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
    [
      'a plan of a generated world',
      ['--plan', '--nodes', '5', '--quiet'],
      { plan: true, size: { nodes: 5 }, quiet: true },
    ],
    ['a plan in a cloud that stays up', ['--plan', '--serve'], { plan: true, serve: { bare: false } }],
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
    ['a question to what a plan never delivers', ['--plan', '--query', 'SELECT 1'], /--query asks what was delivered/],
    ['a plan of nothing', ['--plan', '--serve', '--bare'], /--bare is an empty cloud: it takes no world, plan/],
    ['--bare alone', ['--bare'], /--bare goes with --serve/],
    ['--port alone', ['--port', '1'], /--port goes with --serve/],
  ])('refuses %s with a sentence', (_case, args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
