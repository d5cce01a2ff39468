import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultKinds } from '../../local/world/faults/kinds.ts';

const root = resolve(import.meta.dirname, '../..');

function filesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file}`)
      .filter((file) => /\.(ts|json|sql)$/.test(file))
      .sort(),
  );
}

const DEPLOYED = ['core', 'aws', 'functions', 'infra', 'statemachines', 'queries'];
const deployed = filesBelow(...DEPLOYED);
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');
const matching = (files: readonly string[], pattern: RegExp) => files.filter((file) => pattern.test(textOf(file)));

describe('a fault', () => {
  const kinds = Object.keys(faultKinds);
  const actors = /^local\/world\/faults\/|^local\/world\/default\.json$/;

  it.each(kinds.filter((kind) => kind.includes('-')))(
    '%s is known by name to those who act it out and to nobody else',
    (kind) => {
      const known = matching([...deployed, ...filesBelow('local')], new RegExp(`['"\`]${kind}['"\`]`));
      expect(known.filter((file) => !actors.test(file))).toEqual([]);
      expect(known.filter((file) => file.endsWith('.ts'))).toHaveLength(1);
    },
  );

  it('is of one of the kinds that the schema of a world supports', () => {
    expect(kinds.length).toBeGreaterThanOrEqual(7);
  });

  it('is asked for its kind by those who act it out and by nobody else', () => {
    const readers = matching([...deployed, ...filesBelow('local')], /\bfault\.kind\b|\bfaults\b.*\.kind\b/);
    expect(readers.filter((file) => !actors.test(file))).toEqual([]);
  });
});

describe('what is deployed', () => {
  it('never imports the embedded cloud, statically or otherwise', () => {
    const modules = deployed.filter((file) => file.endsWith('.ts'));
    expect(matching(modules, /(from|import\(|import|require\()\s*['"][^'"]*\blocal\//)).toEqual([]);
  });

  it('does not know where it runs', () => {
    const tells =
      /127\.0\.0\.1|localhost|AWS_ENDPOINT_URL|\bemulat|\bisLocal\b|\bembedded\b|forcePathStyle|MUSTER_LOCAL/i;
    expect(matching(deployed, tells)).toEqual([]);
  });

  it('and every import of a file leads to a folder that its own may use', () => {
    const allowed: Readonly<Record<string, readonly string[]>> = {
      core: ['core'],
      aws: ['aws', 'core'],
      functions: ['functions', 'aws', 'core'],
      infra: ['infra', 'core', 'functions', 'muster.config.ts'],
      local: ['local', 'core', 'scripts'],
      operator: ['operator', 'aws', 'core', 'infra'],
    };
    const strays = [...deployed, ...filesBelow('local', 'operator')].flatMap((file) => {
      const [folder = ''] = file.split('/');
      const imports = [...textOf(file).matchAll(/from '(\.[^']*)'/g)].map(([, path = '']) => join(dirname(file), path));
      return imports.filter((path) => !allowed[folder]?.includes(path.split('/')[0] ?? '')).map((path) => [file, path]);
    });
    expect(strays).toEqual([]);
  });
});

describe('the linter', () => {
  it.each([
    ['core/planted.ts', "import { readFileSync } from 'node:fs';\nexport const planted = readFileSync;\n"],
    [
      'core/planted.ts',
      "import { listAccounts } from '../aws/organization.ts';\nexport const planted = listAccounts;\n",
    ],
    ['aws/planted.ts', "import { Clock } from '../local/cloud/clock.ts';\nexport const planted = Clock;\n"],
    [
      'functions/assess-delivery/planted.ts',
      "import { convergeSync } from '../converge-accounts/converge-sync.ts';\nexport const planted = convergeSync;\n",
    ],
    ['operator/planted.ts', "import { Clock } from '../local/cloud/clock.ts';\nexport const planted = Clock;\n"],
    ['infra/planted.ts', "import { Clock } from '../local/cloud/clock.ts';\nexport const planted = Clock;\n"],
    ['local/planted.ts', "import { judgeTarget } from '../core/judge.ts';\nexport const planted = judgeTarget;\n"],
    ['local/planted.ts', "import { decide } from '../core/decision.ts';\nexport const planted = decide;\n"],
  ])('refuses in %s the import in %j', (file, text) => {
    const { status, output } = lint({ [file]: text });
    expect(output).toContain('noRestrictedImports');
    expect(status).toBe(1);
  });

  it('has nothing against what may be imported', () => {
    const text = "import { targetKey } from './target.ts';\n\nexport const planted = targetKey;\n";
    expect(lint({ 'core/planted.ts': text })).toMatchObject({ status: 0 });
  });
});

/** The project's own linter over files in a folder that has nothing else. */
function lint(files: Readonly<Record<string, string>>): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'muster-lint-'));
  const config = JSON.parse(textOf('biome.json'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...config, vcs: { enabled: false } }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'lint', '--error-on-warnings', '.'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return { status, output: stdout + stderr };
}
