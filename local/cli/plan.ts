/** A plan asked of the deployed pipeline, as an operator asks for it. */
import type * as Api from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { PlannedDecision } from '../../core/plan.ts';
import { runFiles } from '../../core/run.ts';
import type { Hub } from './hub.ts';
import type { PlanReport } from './report.ts';
import { finish, start } from './run.ts';
import { readStateFile } from './state-file.ts';

export const unplanned: PlanReport = { hash: null, risks: [], decisions: [] };

export interface Planning {
  readonly plan: PlanReport;
  /** Where the verdicts of this run are: it leaves none in the ledger. */
  readonly verdicts: string;
}

const Planned = z.object({ hash: z.string(), key: z.string(), risks: z.array(z.string()) });

/** No more time passes than retries take. A plan that failed is none: its execution says why. */
export async function runPlan(hub: Hub): Promise<Planning> {
  const { name, executionArn } = await start(hub, 'muster-converge', { mode: 'plan' });
  await finish(hub);
  const verdicts = runFiles(name).verdicts;
  const { output } = await hub.ask<Api.DescribeExecutionOutput>('states', 'DescribeExecution', { executionArn });
  if (output === undefined) return { plan: unplanned, verdicts };
  const { hash, key, risks } = Planned.parse(JSON.parse(output));
  const lines = await readStateFile(hub, key);
  const decisions = lines.map((line) => {
    const { schemaVersion, seen, ...planned } = PlannedDecision.parse(line);
    return planned;
  });
  return { plan: { hash, risks, decisions }, verdicts };
}
