/** `npm start`: the process around a run, its exit codes and what it prints where. */
import { parseOptions } from './options.ts';
import { UsageError } from './usage-error.ts';

const OLDEST_NODE = '20.19';

function refuseOldNode(): void {
  const { node } = process.versions;
  if (node.localeCompare(OLDEST_NODE, 'en', { numeric: true }) < 0)
    throw new UsageError(`Node ${node} is too old: install Node ${OLDEST_NODE} or later.`);
}

function portRefused(error: unknown): UsageError | undefined {
  if (!(error instanceof Error && 'code' in error && 'port' in error)) return undefined;
  const why = { EADDRINUSE: 'is taken by another program', EACCES: 'may be opened by administrators only' };
  const reason = Object.entries(why).find(([code]) => code === error.code)?.[1];
  return reason ? new UsageError(`Port ${error.port} ${reason}: give a free one with --port P.`) : undefined;
}

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
try {
  refuseOldNode();
  const options = parseOptions(process.argv.slice(2));
  const { start } = await import('./start.ts');
  process.exitCode = await start(options);
  // Functions may be under way when somebody ends a served cloud: their threads wait for a time that no longer comes.
  if (options.serve) process.exit();
} catch (thrown) {
  const error = portRefused(thrown) ?? thrown;
  if (error instanceof UsageError) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
