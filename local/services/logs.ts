import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, operation, operationsNeeding, type RoleCaller, type Service } from '../cloud/service.ts';
import { ownNeed } from './need.ts';
import { pageOf } from './page.ts';

interface LogGroup {
  readonly arn: string;
  readonly streams: Map<string, sdk.FilteredLogEvent[]>;
}

/** Where a function's lines go: its group, and the stream of its execution environment. */
interface LogDestination {
  readonly caller: RoleCaller;
  readonly region: string;
  readonly group: string;
  readonly stream: string;
}

/** What a state machine's role needs before its log configuration is accepted ("Logging using CloudWatch Logs", Step Functions Developer Guide). */
const DELIVERY_ACTIONS = [
  'CreateLogDelivery',
  'GetLogDelivery',
  'UpdateLogDelivery',
  'DeleteLogDelivery',
  'ListLogDeliveries',
  'PutResourcePolicy',
  'DescribeResourcePolicies',
  'DescribeLogGroups',
];

/** FilterLogEvents, CloudWatch Logs API reference. */
const EVENTS_PER_PAGE = 10_000;
/** Lines of a stream that are kept, the newest. */
const KEPT_LINES = 1000;

export class Logs implements Service {
  readonly name = 'logs';
  /** Hears every line that a stream took: CloudWatch finds embedded metrics there. */
  onLine: (message: string) => void = () => undefined;
  readonly #cloud: Cloud;
  readonly #groups = new Map<string, LogGroup>();

  readonly operations = {
    ...operationsNeeding<typeof sdk>((input, call) => this.#needs(input, call), {
      CreateLogStream: ({ logGroupName, logStreamName = '' }, call) => {
        this.#at(logGroupName, call).streams.set(logStreamName, []);
        return {};
      },
      PutLogEvents: ({ logGroupName, logStreamName = '', logEvents = [] }, call) => {
        const lines = this.#at(logGroupName, call).streams.get(logStreamName);
        if (!lines) throw new AwsFault('ResourceNotFoundException', 'The specified log stream does not exist.');
        lines.push(...logEvents.map((line) => ({ ...line, logStreamName })));
        lines.splice(0, lines.length - KEPT_LINES);
        for (const { message = '' } of logEvents) this.onLine(message);
        return {};
      },
      FilterLogEvents: (input, call) => {
        const found = [...this.#at(input.logGroupName, call).streams.values()].flat().filter(filterOf(input));
        found.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
        const page = pageOf(found, { size: input.limit ?? EVENTS_PER_PAGE, token: input.nextToken });
        if (!page) throw new AwsFault('InvalidParameterException', 'The specified nextToken is invalid.');
        return { events: page.items, nextToken: page.next };
      },
    }),
    CreateLogDelivery: operation<object, object>({
      needs: (_input, call) => DELIVERY_ACTIONS.map((name) => ownNeed('logs', { ...call, operation: name })),
      run: () => ({}),
    }),
  };

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  createLogGroup({ account, region, name }: { account: string; region: string; name: string }): { arn: string } {
    const arn = this.#arn(name, account, region);
    this.#groups.set(arn, { arn, streams: new Map() });
    return { arn };
  }

  /** Writes a function's lines as its role. As with Lambda, lines that the role may not write are lost and no error. */
  async append({ caller, region, group, stream }: LogDestination, lines: readonly string[]): Promise<void> {
    const known = this.#groups.get(this.#arn(group, caller.account, region))?.streams.has(stream);
    const timestamp = this.#cloud.clock.nowMs();
    const logEvents = lines.map((message) => ({ timestamp, message }));
    const input = { logGroupName: group, logStreamName: stream };
    const call = { service: this.name, region, caller } as const;
    try {
      if (!known) await this.#cloud.dispatch({ ...call, operation: 'CreateLogStream', input });
      await this.#cloud.dispatch({ ...call, operation: 'PutLogEvents', input: { ...input, logEvents } });
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
    }
  }

  #arn(name: string, account: string, region: string): string {
    return `arn:${this.#cloud.partition}:logs:${region}:${account}:log-group:${name}`;
  }

  #at(name = '', { caller, region }: Call): LogGroup {
    const group = this.#groups.get(this.#arn(name, accountOf(caller), region));
    if (!group) throw new AwsFault('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }

  #needs(input: { logGroupName?: string | undefined; logStreamName?: string | undefined }, call: Call): Need[] {
    const { arn } = this.#at(input.logGroupName, call);
    return [ownNeed('logs', call, `${arn}:log-stream:${input.logStreamName ?? ''}`)];
  }
}

/** Patterns are one term, in quotes or not: what `aws logs filter-log-events --filter-pattern` is mostly given. */
function filterOf(input: sdk.FilterLogEventsRequest) {
  const { filterPattern = '', startTime = 0, endTime = Number.POSITIVE_INFINITY } = input;
  const term = filterPattern.replaceAll('"', '');
  return ({ message = '', timestamp = 0 }: sdk.FilteredLogEvent) =>
    message.includes(term) && timestamp >= startTime && timestamp <= endTime;
}
