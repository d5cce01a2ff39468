import type { MapState } from './definition.ts';
import { runDistributed } from './distributed-map.ts';
import { Stopped } from './errors.ts';
import { Evaluation } from './evaluation.ts';
import { leaveWith } from './outcome.ts';
import { innerTrack, type Outcome, type Visit } from './run.ts';
import { Stop } from './stop.ts';

/** "Inline mode: up to 40 concurrent iterations" (Step Functions developer guide, Map state processing modes). */
const INLINE_CONCURRENCY = 40;

export async function map(visit: Visit<MapState>): Promise<Outcome> {
  const { history } = visit.track.run;
  const distributed = visit.state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED';
  const result = distributed ? await runDistributed(visit) : await runInline(visit);
  history.append(visit.track.last, 'MapStateSucceeded');
  return leaveWith(visit, result);
}

async function runInline(visit: Visit<MapState>): Promise<unknown[]> {
  const { state, track } = visit;
  const { run } = track;
  const evaluation = new Evaluation(visit);
  const items = await evaluation.array(state.Items ?? '{% $states.input %}', 'Items');
  const concurrency = await evaluation.number(state.MaxConcurrency, 'MaxConcurrency', 0);
  const started = run.history.add(track, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const iterations = new Iterations(visit, started);
  const tasks = items.map((item, index) => () => iterations.run(item, index));
  try {
    return await run.host.clock.all(tasks, Math.min(concurrency || INLINE_CONCURRENCY, INLINE_CONCURRENCY));
  } finally {
    iterations.stop.dispose();
  }
}

/** The iterations of one inline map. When one fails the others are ended. */
class Iterations {
  readonly stop: Stop;
  readonly #visit: Visit<MapState>;
  readonly #started: number;
  /** Last events of iterations that are done: the next iteration follows one of them. */
  readonly #done: number[] = [];

  constructor(visit: Visit<MapState>, started: number) {
    this.#visit = visit;
    this.#started = started;
    this.stop = new Stop(visit.track.stop);
  }

  async run(item: unknown, index: number): Promise<unknown> {
    const visit = this.#visit;
    const { track, name, state } = visit;
    const { history, walk } = track.run;
    const at = { name, index };
    const context = { Map: { Item: { Index: index, Value: item } } };
    const last = this.#done.shift() ?? this.#started;
    const inner = innerTrack(visit, { path: `${index}`, stop: this.stop, context, last });
    history.add(inner, 'MapIterationStarted', { mapIterationStartedEventDetails: at });
    try {
      const selected =
        state.ItemSelector === undefined
          ? item
          : await new Evaluation(visit, {}, context).template(state.ItemSelector, 'ItemSelector');
      const output = await walk(state.ItemProcessor, selected, inner);
      this.#done.push(inner.last);
      track.last = history.append(inner.last, 'MapIterationSucceeded', { mapIterationSucceededEventDetails: at });
      return output;
    } catch (thrown) {
      track.last =
        thrown instanceof Stopped
          ? history.append(inner.last, 'MapIterationAborted', { mapIterationAbortedEventDetails: at })
          : history.append(inner.last, 'MapIterationFailed', { mapIterationFailedEventDetails: at });
      this.stop.end(new Stopped('ABORTED'));
      throw thrown;
    }
  }
}
