import { nodeCounts, VerdictRecord } from '../../core/ledger.ts';
import { stateFiles } from '../../core/run.ts';
import type { Hub } from './hub.ts';
import type { TargetReport } from './report.ts';
import { readStateFile } from './state-file.ts';

/** The verdicts of the ledger, or of another file, by account and Region; none before the first run ended. */
export async function readTargets(hub: Hub, key: string = stateFiles.verdicts): Promise<TargetReport[]> {
  const targets = (await readStateFile(hub, key)).map((line): TargetReport => {
    const record = VerdictRecord.parse(line);
    const { accountId, region, status, reasons, suspected, denial, foreignSyncs, ...more } = record;
    const { syncName, decision, lastDeliveredAt, slots } = more;
    const judged = { accountId, region, status, reasons, suspected, denial, foreignSyncs };
    return { ...judged, syncName, decision, nodes: nodeCounts(record), lastDeliveredAt, slots };
  });
  return targets.sort((a, b) => (`${a.accountId}/${a.region}` < `${b.accountId}/${b.region}` ? -1 : 1));
}
