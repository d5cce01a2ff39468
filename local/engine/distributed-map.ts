import type { MapState } from './definition.ts';
import { StatesError, Stopped } from './errors.ts';
import { Evaluation } from './evaluation.ts';
import { type Batch, batchItems } from './item-batcher.ts';
import { readItems } from './item-reader.ts';
import { type MapRunResult, shapeResult } from './result-writer.ts';
import type { Ended, Visit } from './run.ts';
import { Stop } from './stop.ts';

/** "Maximum number of parallel Map Run child executions: 10,000" (Step Functions service quotas). */
const DISTRIBUTED_CONCURRENCY = 10_000;

/** Runs a map state in DISTRIBUTED mode: a map run whose children are executions of their own and see no outer variables. */
export async function runDistributed(visit: Visit<MapState>): Promise<unknown> {
  const { state, track, name } = visit;
  const { history, host, launch } = track.run;
  const evaluation = new Evaluation(visit);
  const listed = state.ItemReader ? undefined : await evaluation.array(state.Items ?? '{% $states.input %}', 'Items');
  history.add(track, 'MapStateStarted', { mapStateStartedEventDetails: { length: listed?.length ?? 0 } });
  const label = (state.Label ?? name).replaceAll(' ', '').slice(0, 40);
  const id = host.draw.uuid('map run', launch.arn, track.path, track.last);
  const mapRunArn = `${launch.stateMachineArn.replace(':stateMachine:', ':mapRun:')}/${label}:${id}`;
  history.add(track, 'MapRunStarted', { mapRunStartedEventDetails: { mapRunArn } });
  try {
    const result = await mapRun(visit, { evaluation, listed, mapRunArn, label });
    history.add(track, 'MapRunSucceeded');
    return result;
  } catch (thrown) {
    if (thrown instanceof StatesError)
      history.add(track, 'MapRunFailed', { mapRunFailedEventDetails: { error: thrown.error, cause: thrown.cause } });
    throw thrown;
  }
}

interface MapRun {
  readonly evaluation: Evaluation;
  readonly listed: readonly unknown[] | undefined;
  readonly mapRunArn: string;
  readonly label: string;
}

async function mapRun(visit: Visit<MapState>, run: MapRun): Promise<unknown> {
  const { state, track } = visit;
  const { evaluation, mapRunArn } = run;
  const { host } = track.run;
  const items = run.listed ?? (state.ItemReader ? await readItems(state.ItemReader, evaluation, host) : []);
  const batches = await batchItems(await selectItems(visit, items), state.ItemBatcher, evaluation);
  const bearable = await bearableFailures(state, evaluation, items.length);
  const { exceeded, ...result } = await runChildren(visit, run, { batches, bearable });
  const shaped = await shapeResult({ mapRunArn, ...result }, state.ResultWriter, { evaluation, host });
  if (!exceeded) return shaped;
  throw new StatesError(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
}

async function selectItems(visit: Visit<MapState>, items: readonly unknown[]): Promise<readonly unknown[]> {
  const { ItemSelector } = visit.state;
  if (ItemSelector === undefined) return items;
  const selected: unknown[] = [];
  for (const [Index, Value] of items.entries()) {
    const evaluation = new Evaluation(visit, {}, { Map: { Item: { Index, Value } } });
    selected.push(await evaluation.template(ItemSelector, 'ItemSelector'));
  }
  return selected;
}

/** How many failed items a map run bears: none by default; of two thresholds the one breached first counts. */
async function bearableFailures(state: MapState, evaluation: Evaluation, items: number): Promise<number> {
  const { ToleratedFailureCount: count, ToleratedFailurePercentage: percentage } = state;
  if (count === undefined && percentage === undefined) return 0;
  const share = await evaluation.number(percentage, 'ToleratedFailurePercentage', 100);
  return Math.min(await evaluation.number(count, 'ToleratedFailureCount', items), (items * share) / 100);
}

/** Runs the children. Once too many items failed no further child begins and those under way are ended. */
async function runChildren(
  visit: Visit<MapState>,
  { evaluation, mapRunArn, label }: MapRun,
  { batches, bearable }: { batches: readonly Batch[]; bearable: number },
): Promise<Omit<MapRunResult, 'mapRunArn'> & { exceeded: boolean }> {
  const { track, state } = visit;
  const { host, launch } = track.run;
  const { ItemProcessor: definition, MaxConcurrency } = state;
  const concurrency = (await evaluation.number(MaxConcurrency, 'MaxConcurrency', 0)) || DISTRIBUTED_CONCURRENCY;
  const stop = new Stop(track.stop);
  const kin = { definition, mapRunArn, roleArn: launch.roleArn, stateMachineArn: `${launch.stateMachineArn}/${label}` };
  const express = definition.ProcessorConfig?.ExecutionType === 'EXPRESS';
  let failed = 0;
  const tasks = batches.map((batch, index) => async (): Promise<Ended | string> => {
    const input = JSON.stringify(batch.input);
    if (stop.reason) return input;
    track.run.transitions++;
    const name = host.draw.uuid('child', mapRunArn, index);
    const arn = `${kin.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const ended = await host.child({ ...kin, arn, name, input, express }, stop);
    if (ended.status !== 'SUCCEEDED') failed += batch.items;
    if (failed > bearable) stop.end(new Stopped('ABORTED'));
    return ended;
  });
  const outcomes = await host.clock.all(tasks, concurrency);
  stop.dispose();
  if (track.stop.reason) throw track.stop.reason;
  return {
    ended: outcomes.filter((outcome) => typeof outcome !== 'string'),
    pending: outcomes.filter((outcome) => typeof outcome === 'string'),
    exceeded: failed > bearable,
  };
}
