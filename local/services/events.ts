import type * as sdk from '@aws-sdk/client-eventbridge';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, operations, type Service } from '../cloud/service.ts';
import { type BusEvent, deliver } from './events-delivery.ts';
import { compilePattern, type Pattern } from './events-pattern.ts';
import { nextTime } from './events-schedule.ts';
import { ownNeed } from './need.ts';

/** A rule on an account's default bus, with a pattern (JSON text) or a schedule. */
interface RuleSettings {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly pattern?: string | undefined;
  readonly schedule?: string | undefined;
  readonly enabled: boolean;
  readonly targets: readonly sdk.Target[];
}

interface Rule extends RuleSettings {
  readonly arn: string;
  readonly accepts: Pattern | undefined;
}

/** What somebody publishes; the bus adds the rest. */
type NewEvent = Omit<BusEvent, 'version' | 'id' | 'time' | 'resources'> & Partial<Pick<BusEvent, 'resources'>>;

/** "PutEvents", EventBridge API reference. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 262_144;

export class Events implements Service {
  readonly name = 'events';
  readonly #cloud: Cloud;
  readonly #rules = new Map<string, Rule>();
  readonly #listeners: ((event: BusEvent) => void)[] = [];
  readonly #published = new Map<string, number>();

  readonly operations = operations<typeof sdk>({
    PutEvents: {
      needs: ({ Entries = [] }, call) => Entries.map((entry) => this.#putNeed(entry, call)),
      run: ({ Entries = [] }, call) => {
        requireLimits(Entries);
        const results = Entries.map((entry) => this.#put(entry, call));
        return { Entries: results, FailedEntryCount: results.filter((result) => result.ErrorCode).length };
      },
    },
    ListRules: {
      needs: (_input, call) => [ownNeed('events', call, this.#arn(call.region, accountOf(call.caller), 'rule/*'))],
      run: ({ NamePrefix = '' }, { caller, region }) => {
        const rules = this.#rulesOf(accountOf(caller), region).filter(({ name }) => name.startsWith(NamePrefix));
        return { Rules: rules.map(describeRule) };
      },
    },
    TestEventPattern: {
      needs: (_input, call) => [ownNeed('events', call)],
      run: ({ EventPattern = '', Event = '' }) => {
        const matches = compilePattern(EventPattern);
        const event = parsed(Event);
        if (!event) throw new AwsFault('ValidationException', 'Parameter Event is not valid.');
        return { Result: matches(event) };
      },
    },
  });

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Creates or replaces a rule. Faults: `InvalidEventPatternException`, `ValidationException` for a schedule. */
  putRule(settings: RuleSettings): { arn: string } {
    const { account, region, name, pattern, schedule, enabled } = settings;
    const arn = this.#arn(region, account, `rule/${name}`);
    const rule: Rule = { ...settings, arn, accepts: pattern === undefined ? undefined : compilePattern(pattern) };
    this.#rules.set(arn, rule);
    if (schedule !== undefined && enabled) this.#await(rule, schedule, this.#cloud.clock.now());
    return { arn };
  }

  /** Publishes an event as an AWS service does. */
  emit(event: NewEvent): BusEvent {
    const complete = this.#complete(event);
    for (const listener of this.#listeners) listener(complete);
    for (const rule of this.#rulesOf(event.account, event.region))
      if (rule.enabled && rule.accepts?.(complete)) this.#fire(rule, complete, 'event');
    return complete;
  }

  /** Hears every published event; no schedules. */
  onPublish(listener: (event: BusEvent) => void): void {
    this.#listeners.push(listener);
  }

  #await(rule: Rule, schedule: string, after: Date): void {
    const next = nextTime(schedule, after);
    if (!next) return;
    this.#cloud.clock.at(next.getTime(), rule.name, () => {
      if (this.#rules.get(rule.arn) !== rule) return;
      const { account, region, arn } = rule;
      const about = { source: 'aws.events', 'detail-type': 'Scheduled Event', resources: [arn], detail: {} };
      this.#fire(rule, this.#complete({ account, region, ...about }), 'schedule');
      this.#await(rule, schedule, next);
    });
  }

  #fire(rule: Rule, event: BusEvent, trigger: 'schedule' | 'event'): void {
    for (const target of rule.targets) deliver(this.#cloud, { rule, target, event, trigger });
  }

  /** Ids follow from the content and how often it was seen, not from the order of arrival. */
  #complete(event: NewEvent): BusEvent {
    const time = `${this.#cloud.clock.now().toISOString().slice(0, 19)}Z`;
    const content = JSON.stringify([event, time]);
    const nth = this.#published.get(content) ?? 0;
    this.#published.set(content, nth + 1);
    return { version: '0', id: this.#cloud.draw.uuid('event', content, nth), time, resources: [], ...event };
  }

  #put(entry: sdk.PutEventsRequestEntry, { caller, region }: Call): sdk.PutEventsResultEntry {
    const { Source: source = '', DetailType = '', Detail = '', Resources: resources = [] } = entry;
    for (const [name, value] of Object.entries({ Source: source, DetailType, Detail }))
      if (value === '')
        return refusal('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
    if (source.startsWith('aws.')) return refusal('NotAuthorizedForSourceException', 'Not authorized for the source.');
    const detail = parsed(Detail);
    if (detail === undefined) return refusal('MalformedDetail', 'Detail is malformed.');
    const account = accountOf(caller);
    const { id } = this.emit({ account, region, source, 'detail-type': DetailType, resources, detail });
    return { EventId: id };
  }

  #putNeed({ EventBusName = 'default', Source = '', DetailType = '' }: sdk.PutEventsRequestEntry, call: Call): Need {
    const context = { 'events:source': Source, 'events:detail-type': DetailType };
    const own = this.#arn(call.region, accountOf(call.caller), `event-bus/${EventBusName}`);
    return { ...ownNeed('events', call, EventBusName.startsWith('arn:') ? EventBusName : own), context };
  }

  #rulesOf(account: string, region: string): Rule[] {
    return [...this.#rules.values()].filter((rule) => rule.account === account && rule.region === region);
  }

  #arn(region: string, account: string, resource: string): string {
    return `arn:${this.#cloud.partition}:events:${region}:${account}:${resource}`;
  }
}

function requireLimits(entries: readonly sdk.PutEventsRequestEntry[]): void {
  if (entries.length < 1 || entries.length > MAX_ENTRIES)
    throw new AwsFault('ValidationException', `entries must have length between 1 and ${MAX_ENTRIES}`);
  const texts = entries.flatMap(({ Source, DetailType, Detail, Resources = [] }) =>
    [Source, DetailType, Detail].concat(Resources),
  );
  if (Buffer.byteLength(texts.join('')) > MAX_BYTES)
    throw new AwsFault('ValidationException', 'Total size of the entries in the request is over the limit.');
}

function refusal(ErrorCode: string, ErrorMessage: string): sdk.PutEventsResultEntry {
  return { ErrorCode, ErrorMessage };
}

function describeRule({ name, arn, pattern, schedule, enabled }: Rule): sdk.Rule {
  const State = enabled ? 'ENABLED' : 'DISABLED';
  return { Name: name, Arn: arn, EventPattern: pattern, ScheduleExpression: schedule, State, EventBusName: 'default' };
}

/** undefined for text that is no JSON object. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
