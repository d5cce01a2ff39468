import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { nodeCounts, VerdictRecord } from '../../core/ledger.ts';
import { stateFiles } from '../../core/run.ts';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Hub } from './hub.ts';
import type { TargetReport } from './report.ts';

/** The latest verdicts by account and Region; none before the first run ended. */
export async function latestTargets(hub: Hub): Promise<TargetReport[]> {
  const lines = (await latestVerdicts(hub)).split('\n').filter((line) => line !== '');
  const targets = lines.map((line): TargetReport => {
    const record = VerdictRecord.parse(JSON.parse(line));
    const { accountId, region, status, reasons, suspected, denial, foreignSyncs, ...more } = record;
    const { syncName, decision, lastDeliveredAt } = more;
    const judged = { accountId, region, status, reasons, suspected, denial, foreignSyncs };
    return { ...judged, syncName, decision, nodes: nodeCounts(record), lastDeliveredAt };
  });
  return targets.sort((a, b) => (`${a.accountId}/${a.region}` < `${b.accountId}/${b.region}` ? -1 : 1));
}

async function latestVerdicts({ ask, stateBucket: Bucket }: Hub): Promise<string> {
  try {
    const { Body } = await ask<GetObjectCommandOutput>('s3', 'GetObject', { Bucket, Key: stateFiles.verdicts });
    // Among the services a body is not yet a stream.
    return Buffer.from(Body as unknown as Uint8Array).toString();
  } catch (error) {
    if (error instanceof AwsFault && error.name === 'NoSuchKey') return '';
    throw error;
  }
}
