import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventSource, type HealthEvent } from '../core/health-event.ts';
import { StepError } from '../core/step-error.ts';

/** The most entries that PutEvents takes at once (EventBridge API reference). */
const BATCH = 10;

/** Publishes on the default bus. @throws StepError `Unavailable` when EventBridge refuses an entry: the step is repeated, subscribers may see an event twice. */
export async function publishEvents(client: EventBridgeClient, events: readonly HealthEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += BATCH) {
    const Entries = events.slice(start, start + BATCH).map(({ detailType, detail }) => ({
      Source: eventSource,
      DetailType: detailType,
      Detail: JSON.stringify(detail),
    }));
    const { FailedEntryCount = 0, Entries: answers = [] } = await client.send(new PutEventsCommand({ Entries }));
    const refused = answers.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (FailedEntryCount > 0)
      throw new StepError(
        'Unavailable',
        `PutEvents refused ${FailedEntryCount} entries: ${refused?.ErrorMessage ?? ''}`,
      );
  }
}
