/** The only keys that tie a log line to a thing; a query over the logs of all functions relies on them. */
type LogKeys = {
  accountId?: string;
  region?: string;
  syncName?: string | null | undefined;
  runId?: string;
};

type Write = (fact: string, facts?: LogKeys & Record<string, unknown>) => void;

/** `fact` is a constant lower-case sentence, what varies stands in `facts`. */
export type Log = Record<'debug' | 'info' | 'warn' | 'error', Write>;
