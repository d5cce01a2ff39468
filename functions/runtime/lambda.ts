import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { stepErrorOf } from '../../aws/errors.ts';
import { StepError } from '../../core/step-error.ts';
import type { Contract } from './contract.ts';
import type { Log } from './log.ts';

export type Invocation = {
  log: Log;
  metrics: Pick<Metrics, 'addMetric'>;
  now: () => Date;
  /** Where the function itself runs, as its own ARN says. */
  self: { partition: string; accountId: string };
};

type Handler<Input, Output> = (input: Input, invocation: Invocation) => Promise<Output>;

function parse<Schema extends z.ZodType>(what: string, schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new StepError('InvalidInput', `${what}: ${z.prettifyError(parsed.error)}`, { cause: parsed.error });
}

/** `arn:<partition>:lambda:<region>:<account>:function:<name>` (Lambda developer guide, the context object). */
function whereIs(functionArn: string): Invocation['self'] {
  const [, partition = 'aws', , , accountId = ''] = functionArn.split(':');
  return { partition, accountId };
}

/** One segment for the invocation, never one per call: a batch makes hundreds. Without X-Ray it only runs the work. */
async function traced<Result>(tracer: Tracer, name: string, work: () => Promise<Result>): Promise<Result> {
  const parent = tracer.getSegment();
  const segment = parent?.addNewSubsegment(`## ${name}`);
  if (segment !== undefined) tracer.setSegment(segment);
  tracer.annotateColdStart();
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error) tracer.addErrorAsMetadata(error);
    throw error;
  } finally {
    segment?.close();
    if (parent !== undefined) tracer.setSegment(parent);
  }
}

/**
 * Ties a contract to its work. The environment is read once, at load; each input is parsed per call. Whatever is thrown leaves as one of the
 * names in `core/step-error.ts` where it has one, so that the state machine can tell what is worth a retry.
 */
export function lambda<Env extends z.ZodType, Input extends z.ZodType, Output extends z.ZodType>(
  { name, env, input, output }: Contract<Env, Input, Output>,
  prepare: (env: z.output<Env>) => Handler<z.output<Input>, z.input<Output>>,
): (event: unknown, context: Context) => Promise<z.output<Output>> {
  const work = prepare(parse(`environment of ${name}`, env, process.env));
  const logger = new Logger({ serviceName: 'muster' });
  const metrics = new Metrics({ namespace: 'Muster', serviceName: 'muster' });
  const tracer = new Tracer({ serviceName: name, captureHTTPsRequests: false });

  return async (event, context) => {
    logger.addContext(context);
    try {
      const given = parse(`input of ${name}`, input, event);
      const log = logOf(logger.createChild({ persistentKeys: runKeys(given) }));
      const invocation = { log, metrics, now: () => new Date(), self: whereIs(context.invokedFunctionArn) };
      const answer = await traced(tracer, name, () => work(given, invocation));
      return output.parse(answer);
    } catch (error) {
      throw stepErrorOf(error);
    } finally {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    }
  };
}

function logOf(logger: Logger): Log {
  return {
    debug: (fact, facts = {}) => logger.debug(fact, facts),
    info: (fact, facts = {}) => logger.info(fact, facts),
    warn: (fact, facts = {}) => logger.warn(fact, facts),
    error: (fact, facts = {}) => logger.error(fact, facts),
  };
}

function runKeys(input: unknown): { runId?: string } {
  const { data } = z.object({ runId: z.string() }).safeParse(input);
  return data ?? {};
}
