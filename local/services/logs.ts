import type * as Api from '@aws-sdk/client-cloudwatch-logs';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, operation, type RoleCaller, type Service } from '../cloud/service.ts';
import { pageOf } from './page.ts';

interface LogGroup {
  readonly arn: string;
  readonly account: string;
  readonly streams: Map<string, Api.FilteredLogEvent[]>;
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

class Logs implements Service {
  readonly name = 'logs';
  /** Hears every line that a stream took: CloudWatch finds embedded metrics there. */
  onLine: (message: string) => void = () => undefined;
  readonly #cloud: Cloud;
  readonly #groups = new Map<string, LogGroup>();

  readonly operations = {
    CreateLogStream: operation<Api.CreateLogStreamCommandInput, Api.CreateLogStreamCommandOutput>({
      needs: ({ logGroupName, logStreamName }, call) =>
        this.#needs('logs:CreateLogStream', call, { logGroupName, logStreamName }),
      run: ({ logGroupName, logStreamName = '' }, call) => {
        this.#at(logGroupName, call).streams.set(logStreamName, []);
        return {};
      },
    }),
    PutLogEvents: operation<Api.PutLogEventsCommandInput, Api.PutLogEventsCommandOutput>({
      needs: (input, call) => this.#needs('logs:PutLogEvents', call, input),
      run: ({ logGroupName, logStreamName = '', logEvents = [] }, call) => {
        const lines = this.#at(logGroupName, call).streams.get(logStreamName);
        if (!lines) throw new AwsFault('ResourceNotFoundException', 'The specified log stream does not exist.');
        lines.push(...logEvents.map((line) => ({ ...line, logStreamName })));
        lines.splice(0, lines.length - KEPT_LINES);
        for (const { message = '' } of logEvents) this.onLine(message);
        return {};
      },
    }),
    FilterLogEvents: operation<Api.FilterLogEventsCommandInput, Api.FilterLogEventsCommandOutput>({
      needs: ({ logGroupName }, call) => this.#needs('logs:FilterLogEvents', call, { logGroupName }),
      run: (input, call) => {
        const wanted = filterOf(input);
        const events = [...this.#at(input.logGroupName, call).streams.values()].flat().filter(wanted);
        events.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
        const page = pageOf(events, { size: input.limit ?? EVENTS_PER_PAGE, token: input.nextToken });
        if (!page) throw new AwsFault('InvalidParameterException', 'The specified nextToken is invalid.');
        return { events: [...page.items], nextToken: page.next };
      },
    }),
    CreateLogDelivery: operation<object, object>({
      needs: (_input, { caller }) =>
        DELIVERY_ACTIONS.map((name) => ({ action: `logs:${name}`, resource: '*', owner: accountOf(caller) })),
      run: () => ({}),
    }),
  };

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  createLogGroup({ account, region, name }: { account: string; region: string; name: string }): { arn: string } {
    const arn = this.#arn(name, account, region);
    this.#groups.set(arn, { arn, account, streams: new Map() });
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

  #needs(
    action: string,
    call: Call,
    names: Pick<Api.PutLogEventsCommandInput, 'logGroupName'> & { logStreamName?: string | undefined },
  ): Need[] {
    const { arn, account } = this.#at(names.logGroupName, call);
    return [{ action, resource: `${arn}:log-stream:${names.logStreamName ?? ''}`, owner: account }];
  }
}

/** Patterns are one term, in quotes or not: what `aws logs filter-log-events --filter-pattern` is mostly given. */
function filterOf({
  filterPattern = '',
  startTime = 0,
  endTime = Number.POSITIVE_INFINITY,
}: Api.FilterLogEventsRequest) {
  const term = filterPattern.replaceAll('"', '');
  return ({ message = '', timestamp = 0 }: Api.FilteredLogEvent) =>
    message.includes(term) && timestamp >= startTime && timestamp <= endTime;
}

export type { Logs };

export function createLogs(cloud: Cloud): Logs {
  return new Logs(cloud);
}
