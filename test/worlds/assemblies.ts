import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildAssembly } from '../../local/cli/build.ts';
import { configOf } from '../../local/cli/hub.ts';
import { World } from '../../local/world/schema.ts';
import type { WorldFile } from './in-world.ts';

/** The stacks of each config, synthesized once, below one folder. */
export class Assemblies {
  readonly #folder: string;
  readonly #built = new Map<string, Promise<string>>();
  /** Bundles are written to one place, so builds wait for each other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  of(file: WorldFile): Promise<string> {
    const config = configOf(World.parse(file));
    const name = JSON.stringify(config);
    const built = this.#built.get(name) ?? this.#build(config, join(this.#folder, String(this.#built.size)));
    this.#built.set(name, built);
    return built;
  }

  #build(config: Record<string, unknown>, folder: string): Promise<string> {
    const building = this.#last.then(async () => {
      mkdirSync(folder);
      await buildAssembly(config, folder);
      return folder;
    });
    this.#last = building.catch(() => undefined);
    return building;
  }
}
