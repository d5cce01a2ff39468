/** The hub's side of every delivery: the inventory key, its policy and the inventory bucket's. */
import * as z from 'zod';
import { type Answer, all } from './answer.ts';
import { askEach, type Deliverer, type DeliveryPlace } from './delivery-permission.ts';
import { compileResourcePolicy, type ResourcePolicy } from './resource-policy.ts';

/** `absent` is an answer too: there is no such key, the bucket has no policy. `unread`: the look failed, which says nothing of the hub. */
export type Looked = { status: 'read'; value: string } | { status: 'absent' } | { status: 'unread'; why: string };

export interface HubLook {
  /** As DescribeKey names it. */
  readonly keyState: Looked;
  readonly keyPolicy: Looked;
  readonly bucketPolicy: Looked;
}

/** What the hub answers to deliveries of one target. */
export interface HubFacts {
  /** Whether the key can be used, and its policy lets the target's deliveries use it. */
  readonly key: Answer;
  /** Whether today's bucket policy lets the target deliver. */
  readonly bucketPolicy: Answer;
}

/** Whether the hub lets a target deliver, as far as the hub can be looked at: a resource control policy is not seen. */
export function isDeliverable({ key, bucketPolicy }: HubFacts): Answer {
  return all([key, bucketPolicy]);
}

/** States in which a key makes data keys, and those in which it does not ("Key states of AWS KMS keys", KMS Developer Guide). */
const keyStates: ReadonlyMap<string, Answer> = new Map([
  ['Enabled', 'yes'],
  ['Updating', 'yes'],
  ['Creating', 'no'],
  ['Disabled', 'no'],
  ['PendingDeletion', 'no'],
  ['PendingImport', 'no'],
  ['PendingReplicaDeletion', 'no'],
  ['Unavailable', 'no'],
]);

/** Compiles what was seen once; the answers are per target, since a policy may name accounts. */
export function readHub(look: HubLook, place: DeliveryPlace): (deliverer: Deliverer) => HubFacts {
  const state = stateAnswer(look.keyState);
  const keyPolicy = policyOf(look.keyPolicy);
  const bucketPolicy = policyOf(look.bucketPolicy);
  return (deliverer) => ({
    key: all([state, askEach(place, deliverer, ({ kms }) => all(kms.map(keyPolicy)))]),
    bucketPolicy: askEach(place, deliverer, ({ s3 }) => all(s3.map(bucketPolicy))),
  });
}

function policyOf(looked: Looked): ResourcePolicy {
  if (looked.status === 'read') return compileResourcePolicy(looked.value);
  const always = unreadAnswer(looked);
  return () => always;
}

function stateAnswer(looked: Looked): Answer {
  return looked.status === 'read' ? (keyStates.get(looked.value) ?? 'unknown') : unreadAnswer(looked);
}

/** Whether nothing that lies under the key can be read, whoever asks. */
export function isSealed({ keyState }: HubLook): boolean {
  return stateAnswer(keyState) === 'no';
}

function unreadAnswer({ status }: Looked): Answer {
  return status === 'absent' ? 'no' : 'unknown';
}

/** What a run saw of the hub, for people. `deniedTargets` counts those in scope that it does not let deliver. */
export const HubSummary = z.strictObject({
  schemaVersion: z.literal(1),
  /** `usable`, `denied` by its policy to some target, `unknown`, or its state, such as `disabled` and `pending deletion`. */
  key: z.string(),
  bucketPolicy: z.enum(['allows', 'denies', 'unknown']),
  deniedTargets: z.int().nonnegative(),
});
export type HubSummary = z.infer<typeof HubSummary>;

export function summarizeHub({ keyState }: HubLook, facts: readonly HubFacts[]): HubSummary {
  const bucketPolicy = worstOf(facts.map((one) => one.bucketPolicy));
  return {
    schemaVersion: 1,
    key: describeKey(keyState, worstOf(facts.map(({ key }) => key))),
    bucketPolicy: ({ yes: 'allows', no: 'denies', unknown: 'unknown' } as const)[bucketPolicy],
    deniedTargets: facts.filter((one) => isDeliverable(one) === 'no').length,
  };
}

/** One that is refused counts for all; without any nothing is known. */
function worstOf(answers: readonly Answer[]): Answer {
  return answers.length === 0 ? 'unknown' : all(answers);
}

function describeKey(state: Looked, use: Answer): string {
  if (state.status === 'absent') return 'absent';
  if (state.status === 'read' && stateAnswer(state) === 'no') return words(state.value);
  return { yes: 'usable', no: 'denied', unknown: 'unknown' }[use];
}

/** `PendingDeletion` -> `pending deletion` */
function words(state: string): string {
  return state.replace(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase();
}
