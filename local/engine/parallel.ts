import type { ParallelState } from './definition.ts';
import { Stopped } from './errors.ts';
import { Evaluation } from './evaluation.ts';
import { leaveWith } from './outcome.ts';
import { innerTrack, type Outcome, type Visit } from './run.ts';
import { Stop } from './stop.ts';

/** Runs the branches side by side. When one fails the others are ended, and the state fails as that branch did. */
export async function parallel(visit: Visit<ParallelState>): Promise<Outcome> {
  const { state, track, input } = visit;
  const { run } = track;
  const args =
    state.Arguments === undefined ? input : await new Evaluation(visit).template(state.Arguments, 'Arguments');
  const started = run.history.add(track, 'ParallelStateStarted');
  const stop = new Stop(track.stop);
  const branches = state.Branches.map((branch, index) => async () => {
    const inner = innerTrack(visit, { path: `branch ${index}`, stop, last: started });
    try {
      return await run.walk(branch, args, inner);
    } catch (thrown) {
      stop.end(new Stopped('ABORTED'));
      throw thrown;
    } finally {
      if (inner.last > track.last) track.last = inner.last;
    }
  });
  try {
    const result = await run.host.clock.all(branches);
    run.history.append(track.last, 'ParallelStateSucceeded');
    return await leaveWith(visit, result);
  } finally {
    stop.dispose();
  }
}
