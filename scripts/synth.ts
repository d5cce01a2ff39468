/** Synthesizes every stack into cdk.out as a deployment would, offline, and fails on any finding that is not acknowledged in place. */
import { fileURLToPath } from 'node:url';
import { synthesizeConfigured } from '../infra/app.ts';
import { bundle } from './bundle.ts';

await bundle();
const outdir = fileURLToPath(new URL('../cdk.out', import.meta.url));
for (const { stackName, template } of synthesizeConfigured({ outdir, checks: true })?.stacks ?? []) {
  process.stdout.write(`${stackName}: ${Object.keys(template.Resources).length} resources\n`);
}
