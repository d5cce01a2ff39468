import type { MapState } from './definition.ts';
import { StatesError } from './errors.ts';
import { Evaluation } from './evaluation.ts';
import type { Ended, Visit } from './run.ts';

/** What a map run leaves: children that ended and inputs of children that never began. */
interface MapRunResult {
  readonly ended: readonly Ended[];
  readonly pending: readonly string[];
}

/** Writes `<Prefix>/<map run id>/manifest.json` and next to it one file per status that has rows. Throws `States.ResultWriterFailed`. */
export async function writeResult(visit: Visit<MapState>, MapRunArn: string, result: MapRunResult): Promise<unknown> {
  const { Resource = '', Arguments } = visit.state.ResultWriter ?? {};
  const args = await new Evaluation(visit).template(Arguments, 'ResultWriter/Arguments');
  const { Bucket, Prefix = '' } = Object(args);
  const folder = [String(Prefix).replace(/\/$/, ''), MapRunArn.split(':').at(-1)].filter(Boolean).join('/');
  const put = async (name: string, content: unknown) => {
    const file = { Key: `${folder}/${name}.json`, Body: JSON.stringify(content) };
    await visit.track.run.host.task(Resource, { Bucket, ...file });
    return { Key: file.Key, Size: Buffer.byteLength(file.Body) };
  };
  const ResultFiles: Record<string, object[]> = {};
  try {
    for (const [status, rows] of Object.entries(rowsOf(result)))
      ResultFiles[status] = rows.length > 0 ? [await put(`${status}_0`, rows)] : [];
    const { Key } = await put('manifest', { DestinationBucket: Bucket, MapRunArn, ResultFiles });
    return { MapRunArn, ResultWriterDetails: { Bucket, Key } };
  } catch (thrown) {
    throw thrown instanceof StatesError ? new StatesError('States.ResultWriterFailed', thrown.cause) : thrown;
  }
}

/** COMPACT: of what succeeded the outputs alone; the rest with metadata, as "ResultWriter (Map)" of the developer guide shows it. */
function rowsOf({ ended, pending }: MapRunResult) {
  return {
    FAILED: ended.filter(({ status }) => status !== 'SUCCEEDED').map(record),
    PENDING: pending.map((Input) => ({ Input, Status: 'PENDING' })),
    SUCCEEDED: ended.flatMap(({ output }) => (output === undefined ? [] : [JSON.parse(output)])),
  };
}

function record({ launch, status, error, cause, startMs, stopMs = Number.NaN }: Ended): unknown {
  const { arn: ExecutionArn, name: Name, input: Input } = launch;
  const [StartDate, StopDate] = [new Date(startMs), new Date(stopMs)];
  return { ExecutionArn, Name, Input, Error: error, Cause: cause, Status: status, StartDate, StopDate };
}
