import { Listr, ListrLogger, ProcessOutput } from 'listr2';

/** What a step does; it may say what it is at. */
type Work<T> = (say: (detail: string) => void) => Promise<T>;

export type Step = <T>(title: string, work: Work<T>) => Promise<T>;

/** Shows each step of a long job on stderr: live on a terminal, a line each elsewhere, nothing when quiet. */
export function steps(quiet: boolean): Step {
  const live = process.stderr.isTTY === true;
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const renderer = quiet ? 'silent' : live ? 'default' : 'simple';
  return async <T>(title: string, work: Work<T>) => {
    const task = async (context: { result: T }, shown: { output: string }) => {
      context.result = await work((detail) => {
        if (live) shown.output = detail;
      });
    };
    const options = { renderer, rendererOptions: { logger }, registerSignalListeners: false } as const;
    const { result } = await new Listr<{ result: T }, typeof renderer>([{ title, task }], options).run();
    return result;
  };
}
