/** Worlds through the very steps of `npm start`, in process. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inject, vi } from 'vitest';
import { buildAssembly } from '../../local/cli/build.ts';
import { collectReport } from '../../local/cli/collect-report.ts';
import { configOf, type Hub } from '../../local/cli/hub.ts';
import type { Report } from '../../local/cli/report.ts';
import { runWorld } from '../../local/cli/run.ts';
import type { EmbeddedCloud } from '../../local/embedded-cloud.ts';
import { World } from '../../local/world/schema.ts';
import { inWorld, type WorldFile } from '../worlds/in-world.ts';

/** A world takes a second or two, and ten times that on a machine that others keep busy. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

export type { WorldFile };

export function defaultWorld(): WorldFile {
  return JSON.parse(readFileSync(new URL('../../local/world/default.json', import.meta.url), 'utf8'));
}

/** What a world came to. `watch` gets the cloud before anything is in it. */
export async function runWorldFile(file: WorldFile, watch?: (embedded: EmbeddedCloud) => void): Promise<Report> {
  return withWorld(
    file,
    async (hub) => {
      await runWorld(hub, () => undefined);
      return reportOf(hub);
    },
    watch,
  );
}

/** Does something in a world whose first converge has not begun. */
export async function withWorld<T>(
  file: WorldFile,
  work: (hub: Hub) => Promise<T>,
  watch?: (embedded: EmbeddedCloud) => void,
): Promise<T> {
  return inWorld({ file, assembly: await assemblyOf(configOf(World.parse(file))), watch }, work);
}

export function reportOf(hub: Hub): Promise<Report> {
  return collectReport(hub, { worldName: 'tested', wallSeconds: 0, queries: [] });
}

/** Deploys another config into the hub of a world that has run. */
export async function redeploy(hub: Hub, config: Record<string, unknown>): Promise<void> {
  await hub.redeploy(await assemblyOf({ ...configOf(hub.world), ...config }));
}

/** Each config is synthesized once for all test files; of two that build it at the same time one is thrown away. */
export async function assemblyOf(overrides: Record<string, unknown>): Promise<string> {
  const folder = inject('assemblies');
  const built = join(folder, createHash('sha256').update(JSON.stringify(overrides)).digest('hex').slice(0, 16));
  if (existsSync(built)) return built;
  const building = mkdtempSync(join(folder, 'building-'));
  await buildAssembly(overrides, building);
  try {
    renameSync(building, built);
  } catch (error) {
    if (!existsSync(built)) throw error;
    rmSync(building, { recursive: true });
  }
  return built;
}
