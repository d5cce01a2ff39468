/** A world through the very steps of `npm start`, in this process. */
import type { z } from 'zod';
import { type Hub, openHub } from '../../local/cli/hub.ts';
import type { EmbeddedCloud } from '../../local/embedded-cloud.ts';
import { World } from '../../local/world/schema.ts';

export type WorldFile = z.input<typeof World>;

interface Entry {
  readonly file: WorldFile;
  /** Folder of the stacks that were synthesized for the world's config. */
  readonly assembly: string;
  /** Gets the cloud before anything is in it. */
  readonly watch?: ((embedded: EmbeddedCloud) => void) | undefined;
}

/** Does something in a world whose first converge has not begun. Throws when the embedded cloud itself could not do its part. */
export async function inWorld<T>({ file, assembly, watch }: Entry, work: (hub: Hub) => Promise<T>): Promise<T> {
  const hub = await openHub({ world: World.parse(file), assembly, port: 0, watch });
  try {
    const result = await work(hub);
    const troubles = hub.tally.troubles();
    if (troubles.length > 0) throw new Error(troubles.join('\n'));
    return result;
  } finally {
    await hub.wire.close();
    await hub.embedded.lambda.close();
  }
}
