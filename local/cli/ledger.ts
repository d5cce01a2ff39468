import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { nodeCounts, VerdictRecord } from '../../core/ledger.ts';
import { stateFiles } from '../../core/run.ts';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { TargetReport } from './report.ts';

/** What the operator reads of Muster's own files. */
export class Ledger {
  readonly #cloud: Cloud;
  readonly #place: { readonly account: string; readonly region: string };
  readonly #bucket: string;

  constructor(cloud: Cloud, place: { readonly account: string; readonly region: string }, bucket: string) {
    this.#cloud = cloud;
    this.#place = place;
    this.#bucket = bucket;
  }

  /** The latest verdicts by account and Region; none before the first run ended. */
  async targets(): Promise<TargetReport[]> {
    const text = await this.#read(stateFiles.verdicts);
    const records = text.split('\n').flatMap((line) => (line === '' ? [] : VerdictRecord.parse(JSON.parse(line))));
    return records
      .map((record) => ({
        accountId: record.accountId,
        region: record.region,
        status: record.status,
        reasons: record.reasons,
        suspected: record.suspected,
        syncName: record.syncName,
        decision: record.decision,
        nodes: nodeCounts(record),
        lastDeliveredAt: record.lastDeliveredAt,
      }))
      .sort((a, b) => (`${a.accountId}/${a.region}` < `${b.accountId}/${b.region}` ? -1 : 1));
  }

  async #read(key: string): Promise<string> {
    const { account, region } = this.#place;
    const caller = {
      kind: 'administrator',
      account,
      arn: `arn:${this.#cloud.partition}:iam::${account}:root`,
    } as const;
    const input = { Bucket: this.#bucket, Key: key };
    try {
      const { Body } = await this.#cloud.ask<GetObjectCommandOutput>({
        service: 's3',
        operation: 'GetObject',
        region,
        caller,
        input,
      });
      return Buffer.from(Body as unknown as Uint8Array).toString();
    } catch (error) {
      if (error instanceof AwsFault && error.name === 'NoSuchKey') return '';
      throw error;
    }
  }
}
