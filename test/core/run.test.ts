import { describe, expect, it } from 'vitest';
import { RunId, runFiles, stateFiles } from '../../core/run.ts';

describe('the files of a run', () => {
  it('lie under the run, apart from what outlives it', () => {
    expect(Object.values(runFiles('run-1')).every((key) => key.startsWith('runs/run-1/'))).toBe(true);
    expect(Object.values(stateFiles).some((key) => key.startsWith('runs/'))).toBe(false);
  });

  it.each(['a/b', '', '..\n', 'x'.repeat(81)])('are not named after %j', (runId) => {
    expect(RunId.safeParse(runId).success).toBe(false);
  });
});
