import { Listr, ListrLogger, ProcessOutput } from 'listr2';

/** One step of a long job; it may say what it is at. */
export interface Step {
  readonly title: string;
  run(say: (detail: string) => void): Promise<void>;
}

/** Runs steps in order and shows them on stderr: live on a terminal, a line each elsewhere, nothing when quiet. */
export async function runSteps(steps: readonly Step[], quiet: boolean): Promise<void> {
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const live = process.stderr.isTTY === true;
  const tasks = steps.map(({ title, run }) => ({
    title,
    task: async (_context: unknown, task: { output: string }) => {
      await run((detail) => {
        if (live) task.output = detail;
      });
    },
  }));
  const renderer = quiet ? 'silent' : live ? 'default' : 'simple';
  await new Listr(tasks, { renderer, rendererOptions: { logger }, registerSignalListeners: false }).run();
}
