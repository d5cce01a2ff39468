import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { Clock } from '../cloud/clock.ts';
import { StatesError } from './errors.ts';

/** "Maximum execution history size: 25,000 events in a single state machine execution history" (Step Functions service quotas). */
const MAXIMUM_EVENTS = 25_000;

/** `inputDetails`, `outputDetails` and `assignedVariablesDetails` of everything recorded: nothing is ever cut. */
export const WHOLE = { truncated: false };

type Details = Omit<HistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/** The events of one execution, as GetExecutionHistory gives them. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records an event after the cursor's last and moves the cursor to it. Throws when the history is full. */
  add(cursor: { last: number }, type: HistoryEventType, details: Details = {}): number {
    cursor.last = this.append(cursor.last, type, details);
    return cursor.last;
  }

  /** Records an event after a given one. */
  append(previousEventId: number, type: HistoryEventType, details: Details = {}): number {
    if (this.events.length >= MAXIMUM_EVENTS - 1 && !type.startsWith('Execution'))
      throw new StatesError(
        'States.Runtime',
        `The execution has the most history events there can be: ${MAXIMUM_EVENTS}.`,
      );
    return this.events.push({
      timestamp: this.#clock.now(),
      type,
      id: this.events.length + 1,
      previousEventId,
      ...details,
    });
  }
}
