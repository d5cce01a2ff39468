import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UsageError } from './usage-error.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Exit code of the app for a config that it refuses. */
const REFUSED = 2;

/** Bundles the functions and synthesizes the stacks into `outdir`, as a deployment would. @throws UsageError when the config is refused. */
export async function buildAssembly(overrides: Readonly<Record<string, unknown>>, outdir: string): Promise<void> {
  const bundled = await runNode('scripts/bundle.ts', {});
  if (bundled.code !== 0) throw new Error(`the functions could not be bundled:\n${bundled.stderr}`);
  const { code, stderr } = await runNode('infra/app.ts', {
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify({ 'muster:overrides': overrides }),
    CDK_VALIDATION: 'false',
  });
  if (code === REFUSED) throw new UsageError(stderr.trim());
  if (code !== 0) throw new Error(`the stacks could not be synthesized:\n${stderr}`);
}

/** In a process of its own, whose memory is free again when it ends. */
function runNode(script: string, variables: NodeJS.ProcessEnv): Promise<{ code: unknown; stderr: string }> {
  const options = { cwd: root, env: { ...process.env, ...variables }, maxBuffer: Number.POSITIVE_INFINITY };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', script], options, (error, _stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stderr: stderr || String(error) }),
    );
  });
}
