/** A process that runs worlds one after the other and tells what Muster made of them. */
import { collectReport } from '../../local/cli/collect-report.ts';
import { runWorld } from '../../local/cli/run.ts';
import type { Expectation } from '../second-opinion/targets.ts';
import { inWorld, type WorldFile } from './in-world.ts';

export interface Order {
  readonly file: WorldFile;
  readonly assembly: string;
}

/** What a target was found to be, by `account/region`, or why nothing was. */
export type Outcome =
  | { readonly targets: Readonly<Record<string, Expectation>>; readonly seconds: number }
  | { readonly error: string };

async function outcomeOf(order: Order): Promise<Outcome> {
  const startedMs = performance.now();
  try {
    const { targets } = await inWorld(order, async (hub) => {
      await runWorld(hub, () => undefined);
      return collectReport(hub, { worldName: 'proof', wallSeconds: 0, queries: [] });
    });
    const found = targets.map(({ accountId, region, status, reasons }) => [
      `${accountId}/${region}`,
      { status, reasons },
    ]);
    return { targets: Object.fromEntries(found), seconds: (performance.now() - startedMs) / 1000 };
  } catch (error) {
    return { error: error instanceof Error ? `${error.stack}` : String(error) };
  }
}

process.on('message', async (order: Order) => process.send?.(await outcomeOf(order)));
process.on('disconnect', () => process.exit());
