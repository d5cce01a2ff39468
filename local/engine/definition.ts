/** The part of the Amazon States Language in JSONata that is run here. Any other field is refused; those of type `unknown` are templates. */
import * as z from 'zod';

const template = z.unknown().optional();
const QueryLanguage = z.enum(['JSONata', 'JSONPath']).optional();
const Comment = z.string().optional();
const exit = { Output: template, Assign: z.record(z.string(), z.unknown()).optional() };
const common = { ...exit, QueryLanguage, Comment };
const onwards = { ...common, Next: z.string().optional(), End: z.literal(true).optional() };

const Retrier = z.strictObject({
  ErrorEquals: z.array(z.string()),
  IntervalSeconds: z.number().default(1),
  MaxAttempts: z.number().default(3),
  BackoffRate: z.number().default(2),
  MaxDelaySeconds: z.number().default(Number.POSITIVE_INFINITY),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
});
const Catcher = z.strictObject({ ...exit, ErrorEquals: z.array(z.string()), Next: z.string() });
const persistent = { ...onwards, Retry: z.array(Retrier).default([]), Catch: z.array(Catcher).default([]) };

const Pass = z.strictObject({ ...onwards, Type: z.literal('Pass') });
const Succeed = z.strictObject({ ...common, Type: z.literal('Succeed') });
const Fail = z.strictObject({ Type: z.literal('Fail'), QueryLanguage, Comment, Error: template, Cause: template });
const Wait = z.strictObject({ ...onwards, Type: z.literal('Wait'), Seconds: template, Timestamp: template });
const ChoiceRule = z.strictObject({ ...exit, Comment, Condition: z.unknown(), Next: z.string() });
const Choice = z.strictObject({
  ...common,
  Type: z.literal('Choice'),
  Choices: z.array(ChoiceRule),
  Default: z.string().optional(),
});
const Task = z.strictObject({
  ...persistent,
  Type: z.literal('Task'),
  Resource: z.string(),
  Arguments: template,
  TimeoutSeconds: template,
});
const ReaderConfig = z.strictObject({ InputType: z.literal('JSONL') });
const ItemReader = z.strictObject({ Resource: z.string(), ReaderConfig, Arguments: template });
const WriterConfig = z.strictObject({ OutputType: z.literal('JSON'), Transformation: z.literal('COMPACT') });
const ResultWriter = z.strictObject({ Resource: z.string(), WriterConfig, Arguments: template });
const Mapping = z.strictObject({
  ...persistent,
  Type: z.literal('Map'),
  ItemProcessor: z.lazy((): z.ZodType<ItemProcessor> => Processor),
  Items: template,
  ItemSelector: template,
  ItemReader: ItemReader.optional(),
  ItemBatcher: z
    .strictObject({ MaxItemsPerBatch: template, MaxInputBytesPerBatch: template, BatchInput: template })
    .optional(),
  ResultWriter: ResultWriter.optional(),
  MaxConcurrency: template,
  ToleratedFailureCount: template,
  ToleratedFailurePercentage: template,
});
const State = z.discriminatedUnion('Type', [Pass, Succeed, Fail, Wait, Choice, Task, Mapping]);

const walk = { Comment, QueryLanguage, StartAt: z.string(), States: z.record(z.string(), State) };
const ProcessorConfig = z.strictObject({
  Mode: z.enum(['INLINE', 'DISTRIBUTED']).default('INLINE'),
  ExecutionType: z.literal('STANDARD').optional(),
});
const Processor = z.strictObject({ ...walk, ProcessorConfig: ProcessorConfig.optional() });
export const Definition = z.strictObject({ ...walk, TimeoutSeconds: z.number().optional() });

export type Retrier = z.infer<typeof Retrier>;
export type PassState = z.infer<typeof Pass>;
export type SucceedState = z.infer<typeof Succeed>;
export type FailState = z.infer<typeof Fail>;
export type WaitState = z.infer<typeof Wait>;
export type ChoiceState = z.infer<typeof Choice>;
export type TaskState = z.infer<typeof Task>;
export type MapState = z.infer<typeof Mapping>;
export type State = z.infer<typeof State>;

/** States with a way through them. */
export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly QueryLanguage?: 'JSONata' | 'JSONPath' | undefined;
  readonly TimeoutSeconds?: number | undefined;
}

interface ItemProcessor extends Machine {
  readonly ProcessorConfig?: z.infer<typeof ProcessorConfig> | undefined;
}
