import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { Clock } from '../cloud/clock.ts';
import { StatesError } from './errors.ts';

/** "Maximum execution history size: 25,000 events in a single state machine execution history" (Step Functions service quotas). */
const MAXIMUM_EVENTS = 25_000;

/** `inputDetails`, `outputDetails` and `assignedVariablesDetails` of everything recorded: nothing is ever cut. */
export const WHOLE = { truncated: false };

export type Details = Omit<HistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/** What an event is recorded after; recording moves it on. */
export interface Cursor {
  last: number;
}

/** The events of one execution, as GetExecutionHistory gives them. Express executions count theirs and keep none. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #clock: Clock;
  readonly #express: boolean;
  #count = 0;

  constructor(clock: Clock, express = false) {
    this.#clock = clock;
    this.#express = express;
  }

  /** Records an event after the cursor's last and moves the cursor to it. Throws when the history is full. */
  add(cursor: Cursor, type: HistoryEventType, details: Details = {}): number {
    cursor.last = this.append(cursor.last, type, details);
    return cursor.last;
  }

  /** Records an event after a given one. */
  append(previousEventId: number, type: HistoryEventType, details: Details = {}): number {
    if (!this.#express && this.#count >= MAXIMUM_EVENTS - 1 && !type.startsWith('Execution'))
      throw new StatesError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${MAXIMUM_EVENTS}).`,
      );
    const id = ++this.#count;
    if (!this.#express) this.events.push({ timestamp: this.#clock.now(), type, id, previousEventId, ...details });
    return id;
  }
}
