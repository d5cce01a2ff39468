import type { MapState } from './definition.ts';
import { runDistributed } from './distributed-map.ts';
import { Stopped } from './errors.ts';
import { Evaluation } from './evaluation.ts';
import { contextOf, selected } from './items.ts';
import { leave } from './outcome.ts';
import type { Outcome, Track, Visit } from './run.ts';

/** "Inline mode: up to 40 concurrent iterations" (Step Functions developer guide, Map state processing modes). */
const INLINE_CONCURRENCY = 40;

export async function map(visit: Visit<MapState>): Promise<Outcome> {
  const { state, track } = visit;
  const distributed = state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED';
  const result = distributed ? await runDistributed(visit) : await runInline(visit);
  track.run.history.append(track.last, 'MapStateSucceeded');
  return leave(visit, { data: result, next: state.Next, from: state, states: { result } });
}

/** When one iteration fails the others are ended. */
async function runInline(visit: Visit<MapState>): Promise<unknown[]> {
  const { state, track, name } = visit;
  const { history, host, walk } = track.run;
  const evaluation = new Evaluation(visit);
  const items = await evaluation.typed('array', state.Items ?? '{% $states.input %}', 'Items');
  const concurrency = await evaluation.typed('number', state.MaxConcurrency ?? 0, 'MaxConcurrency');
  const failed = new AbortController();
  const started = history.add(track, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  /** Last events of iterations that are done: the next iteration follows one of them. */
  const done: number[] = [];
  const tasks = items.map((item, index) => async () => {
    const at = { name, index };
    const context = { ...track.context, ...contextOf(item, index) };
    const path = `${track.path}/${name}/${index}`;
    const signal = AbortSignal.any([track.signal, failed.signal]);
    const inner: Track = { ...track, path, signal, context, last: done.shift() ?? started };
    history.add(inner, 'MapIterationStarted', { mapIterationStartedEventDetails: at });
    try {
      const output = await walk(state.ItemProcessor, await selected(visit, item, index), inner);
      done.push(inner.last);
      track.last = history.append(inner.last, 'MapIterationSucceeded', { mapIterationSucceededEventDetails: at });
      return output;
    } catch (thrown) {
      track.last =
        thrown instanceof Stopped
          ? history.append(inner.last, 'MapIterationAborted', { mapIterationAbortedEventDetails: at })
          : history.append(inner.last, 'MapIterationFailed', { mapIterationFailedEventDetails: at });
      failed.abort(new Stopped('ABORTED'));
      throw thrown;
    }
  });
  return host.clock.all(tasks, Math.min(concurrency || INLINE_CONCURRENCY, INLINE_CONCURRENCY));
}
