/** One CommonJS file per function in `dist/functions/<name>/index.cjs`: what synth deploys, the embedded cloud runs and the tests load. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = ['aws', 'core', 'functions', 'scripts/bundle.ts', 'package-lock.json'];

export type Bundle = { name: string; file: string; sizeBytes: number };

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesOf(join(root, source))))
    hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

/** Builds every function into `outdir`, unless it already holds what the present sources make. */
export async function bundle(outdir = join(root, 'dist/functions')): Promise<Bundle[]> {
  const names = readdirSync(join(root, 'functions')).filter((name) =>
    existsSync(join(root, 'functions', name, 'handler.ts')),
  );
  const stamp = join(outdir, 'sources.sha256');
  const hash = hashSources();
  const bundles = names.map((name) => ({ name, file: join(outdir, name, 'index.cjs') }));
  const fresh =
    existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && bundles.every(({ file }) => existsSync(file));
  if (!fresh) {
    const { build } = await import('esbuild');
    await build({
      entryPoints: names.map((name) => ({ in: join(root, 'functions', name, 'handler.ts'), out: `${name}/index` })),
      outdir,
      outExtension: { '.js': '.cjs' },
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      minify: true,
      keepNames: true,
      mainFields: ['module', 'main'],
      legalComments: 'none',
      logLevel: 'warning',
    });
    writeFileSync(stamp, hash);
  }
  return bundles.map((one) => ({ ...one, sizeBytes: statSync(one.file).size }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, sizeBytes } of await bundle()) process.stdout.write(`${name} ${Math.ceil(sizeBytes / 1024)} KB\n`);
}
