import type { ResultWriter } from './definition.ts';
import { StatesError } from './errors.ts';
import type { Evaluation } from './evaluation.ts';
import type { Ended, Host } from './run.ts';

/** What a map run leaves: children that ended and inputs of children that never began. */
export interface MapRunResult {
  readonly mapRunArn: string;
  readonly ended: readonly Ended[];
  readonly pending: readonly string[];
}

interface File {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'PENDING';
  readonly rows: readonly unknown[];
}

/** The result of a map run as the ResultWriter shapes it: written to S3 with a manifest, or handed on. Throws `States.ResultWriterFailed`. */
export async function shapeResult(
  result: MapRunResult,
  writer: ResultWriter | undefined,
  { evaluation, host }: { evaluation: Evaluation; host: Host },
): Promise<unknown> {
  const exports = writer?.Resource !== undefined;
  const transformation = writer?.WriterConfig?.Transformation ?? (exports ? 'NONE' : 'COMPACT');
  const succeeded = result.ended.filter(({ status }) => status === 'SUCCEEDED');
  const rows = succeeded.map((child) =>
    transformation === 'NONE' ? record(child) : JSON.parse(child.output ?? 'null'),
  );
  const shaped = transformation === 'FLATTEN' ? rows.flat() : rows;
  if (!exports) return shaped;
  const args = await evaluation.object(writer.Arguments ?? {}, 'ResultWriter/Arguments');
  try {
    return await writeFiles(
      [
        { status: 'FAILED', rows: result.ended.filter(({ status }) => status !== 'SUCCEEDED').map(record) },
        { status: 'PENDING', rows: result.pending.map((Input) => ({ Input, Status: 'PENDING' })) },
        { status: 'SUCCEEDED', rows: shaped },
      ],
      result.mapRunArn,
      { writer, args, host },
    );
  } catch (thrown) {
    throw thrown instanceof StatesError ? new StatesError('States.ResultWriterFailed', thrown.cause) : thrown;
  }
}

interface Target {
  readonly writer: ResultWriter;
  readonly args: Readonly<Record<string, unknown>>;
  readonly host: Host;
}

/** `<Prefix>/<map run id>/manifest.json` and next to it one file per status that has rows. */
async function writeFiles(files: readonly File[], MapRunArn: string, { writer, args, host }: Target): Promise<unknown> {
  const { Bucket, Prefix } = args;
  const folder = [String(Prefix ?? '').replace(/\/$/, ''), MapRunArn.split(':').at(-1)].filter(Boolean).join('/');
  const lines = writer.WriterConfig?.OutputType === 'JSONL';
  const put = (Key: string, Body: string) => host.task(writer.Resource ?? '', { Bucket, Key, Body });
  const ResultFiles: Record<string, { Key: string; Size: number }[]> = {};
  for (const { status, rows } of files) {
    ResultFiles[status] = [];
    if (rows.length === 0) continue;
    const Key = `${folder}/${status}_0.${lines ? 'jsonl' : 'json'}`;
    const body = lines ? rows.map((row) => `${JSON.stringify(row)}\n`).join('') : JSON.stringify(rows);
    await put(Key, body);
    ResultFiles[status].push({ Key, Size: Buffer.byteLength(body) });
  }
  const Key = `${folder}/manifest.json`;
  await put(Key, JSON.stringify({ DestinationBucket: Bucket, MapRunArn, ResultFiles }));
  return { MapRunArn, ResultWriterDetails: { Bucket, Key } };
}

/** A child with its metadata, as "ResultWriter (Map)" of the developer guide shows it. */
function record({ launch, status, output, error, cause, startMs, stopMs }: Ended): unknown {
  return {
    ExecutionArn: launch.arn,
    Input: launch.input,
    InputDetails: { Included: true },
    Name: launch.name,
    ...(output === undefined ? { Error: error, Cause: cause } : { Output: output, OutputDetails: { Included: true } }),
    RedriveCount: 0,
    RedriveStatus: status === 'SUCCEEDED' ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
    StartDate: new Date(startMs).toISOString(),
    StateMachineArn: launch.stateMachineArn,
    Status: status,
    StopDate: stopMs === undefined ? undefined : new Date(stopMs).toISOString(),
  };
}
