import { jsonLines, type StateBucket } from '../../aws/state-bucket.ts';
import { judgeTarget } from '../../core/judge.ts';
import { verdictRecord } from '../../core/ledger.ts';
import { drawPlan, planFile } from '../../core/plan.ts';
import { runFiles } from '../../core/run.ts';
import type { Gathered } from './gather-evidence.ts';
import { summaryOf } from './publish-verdicts.ts';

/** Writes the plan and what the judge says now. The verdicts stay with the run: no later judgement knows of them. */
export async function publishPlan({ evidence, seen, asked }: Gathered, state: StateBucket, runId: string) {
  const records = evidence.map((one) => verdictRecord(one, judgeTarget(one)));
  const { hash, decisions, counts, risks } = drawPlan(seen);
  const key = planFile(hash);
  await state.put(runFiles(runId).verdicts, jsonLines(records));
  await state.put(key, jsonLines(decisions));
  const plan = { hash, key, decisions: counts, undecided: asked - decisions.length, risks };
  const { counts: summary, coverage } = summaryOf(records);
  return { summary, coverage, plan };
}
