import type { MapState } from './definition.ts';
import { StatesError, Stopped } from './errors.ts';
import { Evaluation } from './evaluation.ts';
import { type Batch, batchItems, readItems, selected } from './items.ts';
import { writeResult } from './result-writer.ts';
import type { Ended, Visit } from './run.ts';

/** "Maximum number of parallel Map Run child executions: 10,000" (Step Functions service quotas). */
const DISTRIBUTED_CONCURRENCY = 10_000;

/** Runs a map state in DISTRIBUTED mode: a map run whose children are executions of their own and see no outer variables. */
export async function runDistributed(visit: Visit<MapState>): Promise<unknown> {
  const { state, track, name } = visit;
  const { history, host, launch } = track.run;
  const { ItemReader, Items = '{% $states.input %}' } = state;
  const listed = ItemReader ? undefined : await new Evaluation(visit).typed('array', Items, 'Items');
  history.add(track, 'MapStateStarted', { mapStateStartedEventDetails: { length: listed?.length ?? 0 } });
  const id = host.draw.uuid('map run', launch.arn, track.path, track.last);
  const machineArn = `${launch.stateMachineArn}/${name.replaceAll(' ', '').slice(0, 40)}`;
  const mapRunArn = `${machineArn.replace(':stateMachine:', ':mapRun:')}:${id}`;
  history.add(track, 'MapRunStarted', { mapRunStartedEventDetails: { mapRunArn } });
  try {
    const result = await mapRun(visit, listed ?? (await readItems(visit)), { machineArn, mapRunArn });
    history.add(track, 'MapRunSucceeded');
    return result;
  } catch (thrown) {
    if (thrown instanceof StatesError)
      history.add(track, 'MapRunFailed', { mapRunFailedEventDetails: { error: thrown.error, cause: thrown.cause } });
    throw thrown;
  }
}

interface Arns {
  readonly machineArn: string;
  readonly mapRunArn: string;
}

async function mapRun(visit: Visit<MapState>, items: readonly unknown[], arns: Arns): Promise<unknown> {
  const inputs: unknown[] = [];
  for (const [index, item] of items.entries()) inputs.push(await selected(visit, item, index));
  const batches = await batchItems(visit, inputs);
  const bearable = await bearableFailures(visit, items.length);
  const { ended, pending, failed } = await runChildren(visit, { batches, bearable, ...arns });
  const result = visit.state.ResultWriter
    ? await writeResult(visit, arns.mapRunArn, { ended, pending })
    : ended.flatMap(({ output }) => (output === undefined ? [] : [JSON.parse(output)]));
  if (failed <= bearable) return result;
  const cause = 'The specified tolerated failure threshold was exceeded';
  throw new StatesError('States.ExceedToleratedFailureThreshold', cause);
}

/** How many failed items a map run bears: none by default; of two thresholds the one breached first counts. */
async function bearableFailures(visit: Visit<MapState>, items: number): Promise<number> {
  const { ToleratedFailureCount: count, ToleratedFailurePercentage: percentage } = visit.state;
  const evaluation = new Evaluation(visit);
  const none = count === undefined ? 0 : 100;
  const share = await evaluation.typed('number', percentage ?? none, 'ToleratedFailurePercentage');
  return Math.min(await evaluation.typed('number', count ?? items, 'ToleratedFailureCount'), (items * share) / 100);
}

interface Work extends Arns {
  readonly batches: readonly Batch[];
  readonly bearable: number;
}

/** Once too many items failed no further child begins and those under way are ended. */
async function runChildren(visit: Visit<MapState>, { batches, bearable, machineArn, mapRunArn }: Work) {
  const { track, state } = visit;
  const { host, launch } = track.run;
  const most = await new Evaluation(visit).typed('number', state.MaxConcurrency ?? 0, 'MaxConcurrency');
  const exceeded = new AbortController();
  const signal = AbortSignal.any([track.signal, exceeded.signal]);
  const kin = { definition: state.ItemProcessor, mapRunArn, roleArn: launch.roleArn, stateMachineArn: machineArn };
  const ended: Ended[] = [];
  const pending: string[] = [];
  let failed = 0;
  const tasks = batches.map((batch, index) => async () => {
    const input = JSON.stringify(batch.input);
    if (signal.aborted) return void pending.push(input);
    track.run.transitions++;
    const name = host.draw.uuid('child', mapRunArn, index);
    const arn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const child = await host.child({ ...kin, arn, name, input }, signal);
    ended[index] = child;
    if (child.status !== 'SUCCEEDED') failed += batch.items;
    if (failed > bearable) exceeded.abort(new Stopped('ABORTED'));
  });
  await host.clock.all(tasks, most || DISTRIBUTED_CONCURRENCY);
  track.signal.throwIfAborted();
  return { ended: ended.filter(Boolean), pending, failed };
}
