import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle } from '../../scripts/bundle.ts';

describe('the bundles', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'muster-bundle-'));
  let bundles: Bundle[] = [];

  beforeAll(async () => {
    bundles = await bundle(outdir);
  }, 30_000);
  afterAll(() => rmSync(outdir, { recursive: true }));

  it('there is one for each function that has a handler', () => {
    expect(bundles.map(({ name }) => name)).toEqual([
      'assess-delivery',
      'converge-accounts',
      'maintain-catalog',
      'publish-health',
      'resolve-targets',
    ]);
  });

  it('an unchanged tree is not built again', async () => {
    const written = bundles.map(({ file }) => statSync(file).mtimeMs);
    expect(await bundle(outdir)).toEqual(bundles);
    expect(bundles.map(({ file }) => statSync(file).mtimeMs)).toEqual(written);
  });

  it('none carries the languages of zod or a second copy of anything large', () => {
    for (const { name, sizeBytes } of bundles) expect([name, sizeBytes < 900_000]).toEqual([name, true]);
    for (const { file } of bundles) expect(readFileSync(file, 'utf8')).not.toContain('Ungültige Eingabe');
  });

  it('each refuses to load without its environment, naming the variable', () => {
    const load = createRequire(import.meta.url);
    for (const { file } of bundles) {
      expect(() => load(file)).toThrow(/environment of .*\n.*STATE_BUCKET/);
    }
  });
});
