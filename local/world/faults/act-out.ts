import type { World } from '../schema.ts';
import type { Scene } from './fault.ts';
import { faultKinds } from './kinds.ts';

/** Lets every fault of the world begin and end at its time; those of the first instant begin now. */
export function actOut({ faults, start }: World, scene: Scene): void {
  const startMs = Date.parse(start);
  faults.forEach((fault, index) => {
    const label = `fault ${String(index).padStart(4, '0')}`;
    const act = () => {
      // The schema of a world holds each fault to the shape of its kind.
      const undo = faultKinds[fault.kind]?.act(fault as never, scene);
      if (undo && fault.until !== undefined) scene.clock.at(startMs + fault.until, label, undo);
    };
    if (fault.at === 0) act();
    else scene.clock.at(startMs + fault.at, label, act);
  });
}
