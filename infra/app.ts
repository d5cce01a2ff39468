/** The CDK app. `cdk` runs this file; so does whoever wants an assembly without the CLI, with `CDK_OUTDIR` and `CDK_CONTEXT_JSON` in its environment. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { App, PermissionsBoundary, Validations } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import musterConfig from '../muster.config.ts';
import { type Config, InvalidConfig, parseConfigWith } from './config.ts';
import { MissingBundle } from './constructs/service-function.ts';
import { MusterManagement } from './stacks/management.ts';
import { MusterMember } from './stacks/member.ts';
import { MusterPipeline } from './stacks/pipeline.ts';
import { MusterState } from './stacks/state.ts';
import { refuseUnsupported } from './unsupported.ts';

type AppOptions = {
  outdir?: string;
  /** Whether cdk-nag looks at every construct. CDK's own check of templates has a switch too, the variable `CDK_VALIDATION`. */
  checks: boolean;
};

/** The feature flags, whether or not the CLI, which reads them by itself, runs the app. */
function flags(): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')).context;
}

function emptyApp({ outdir, checks }: AppOptions): App {
  const app = new App({ context: flags(), analyticsReporting: false, ...(outdir !== undefined && { outdir }) });
  if (checks) Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return app;
}

function addStacks(app: App, config: Config): App {
  refuseUnsupported(config);
  const { hubRegion, permissionsBoundary } = config;
  const props = {
    config,
    env: { region: hubRegion },
    ...(permissionsBoundary !== null && { permissionsBoundary: PermissionsBoundary.fromName(permissionsBoundary) }),
  };
  const state = new MusterState(app, 'MusterState', props);
  new MusterPipeline(app, 'MusterPipeline', { ...props, state });
  new MusterMember(app, 'MusterMember', props);
  new MusterManagement(app, 'MusterManagement', props);
  return app;
}

/** @throws {InvalidConfig} */
export function buildApp(config: Config, options: AppOptions): App {
  return addStacks(emptyApp(options), config);
}

/** Context `muster:overrides` as `-c` gives it, a text, or as `CDK_CONTEXT_JSON` does, an object. */
function overrides(app: App): unknown {
  const given: unknown = app.node.tryGetContext('muster:overrides') ?? {};
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch (cause) {
    throw new InvalidConfig('config: the overrides are not JSON', { cause });
  }
}

/** muster.config.ts with the overrides of the context. What a user can put right is told in a sentence, with exit code 2, and answers undefined. */
export function synthesizeConfigured(options: AppOptions): CloudAssembly | undefined {
  try {
    const app = emptyApp(options);
    return addStacks(app, parseConfigWith(musterConfig, overrides(app))).synth();
  } catch (error) {
    if (!(error instanceof InvalidConfig || error instanceof MissingBundle)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  synthesizeConfigured({ checks: process.env['CDK_VALIDATION'] !== 'false' });
}
