/** `npm run preflight`: the process around the checks, and its exit codes. */
import { InvalidConfig, parseConfigWith } from '../infra/config.ts';
import musterConfig from '../muster.config.ts';
import { help, parseOptions, WrongOptions } from '../operator/preflight/options.ts';
import { hasFailed, renderChecks } from '../operator/preflight/print.ts';
import { findGround, NotSignedIn, runChecks } from '../operator/preflight/run.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const usersErrors = [InvalidConfig, NotSignedIn, WrongOptions];

async function preflight(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  const ground = await findGround(parseConfigWith(musterConfig, overrides()), options);
  const reports = await runChecks(ground, (check) => {
    if (process.stderr.isTTY) process.stderr.write(`looking at ${check} ...\n`);
  });
  process.stdout.write(`${options.json ? JSON.stringify(reports, null, 2) : renderChecks(reports, ground)}\n`);
  return hasFailed(reports) ? 1 : 0;
}

/** As `-c muster:overrides=...` gives the app: what is deployed with overrides is looked at with the same. */
function overrides(): unknown {
  const { CDK_CONTEXT_JSON: context = '{}' } = process.env;
  return JSON.parse(context)['muster:overrides'] ?? {};
}

try {
  process.exitCode = await preflight(process.argv.slice(2));
} catch (error) {
  const known = usersErrors.some((kind) => error instanceof kind);
  process.stderr.write(`${error instanceof Error ? (known ? error.message : error.stack) : error}\n`);
  process.exitCode = known ? 2 : 1;
}
