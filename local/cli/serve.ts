import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../cloud/clock.ts';
import { createEmbeddedCloud, type EmbeddedCloud } from '../embedded-cloud.ts';
import { Unknowns } from '../world/schema.ts';

const TICK_MS = 20;
const TEN_YEARS_SECONDS = 10 * 365 * 86_400;
const BARE = { account: '123456789012', region: 'us-east-1' };

export interface Served {
  readonly embedded: EmbeddedCloud;
  readonly url: string;
  readonly place: { readonly account: string; readonly region: string };
}

/** The shell lines that point any AWS client at the cloud as the account's administrator. */
export function environmentOf({ embedded, url, place: { account, region } }: Served): string {
  const { cloud } = embedded;
  const session = cloud.sessions.issue(cloud.administratorOf(account), TEN_YEARS_SECONDS);
  const variables = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: session.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: session.SecretAccessKey,
    AWS_SESSION_TOKEN: session.SessionToken,
  };
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${value}`)
    .join('\n');
}

/** An empty cloud in which every access key is the administrator's. */
export async function openBare(port: number): Promise<Served & { close(): Promise<void> }> {
  const { account, region } = BARE;
  const embedded = createEmbeddedCloud({
    start: new Date(),
    seed: 1,
    unknowns: Unknowns.parse({}),
    organization: { id: 'o-a1b2c3d4e5', rootId: 'r-root', managementAccountId: account },
    hub: BARE,
  });
  const { cloud, tree } = embedded;
  tree.putAccount({ id: account, joinedAt: cloud.clock.now() });
  cloud.sessions.otherwise = cloud.administratorOf(account);
  const wire = await embedded.open({
    port,
    onUnserved: ({ service, operation }) => process.stderr.write(`${service}:${operation} is not served\n`),
    onBug: (error, { service, operation }) => process.stderr.write(`${service}:${operation}: ${String(error)}\n`),
  });
  return { embedded, url: wire.url, place: { account, region }, close: () => wire.close() };
}

/** Lets virtual time keep pace with the wall clock until somebody presses Ctrl-C. */
export async function keepPace(clock: Clock): Promise<void> {
  const ended = new AbortController();
  // Not `once`: a Ctrl-C comes twice, from the terminal and from npm, and the second would end the process before it has closed.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ended.abort());
  // What hangs in the cloud must not hold up the end.
  const interrupted = once(ended.signal, 'abort');
  let lastMs = performance.now();
  while (!ended.signal.aborted) {
    await pause(TICK_MS);
    const nowMs = performance.now();
    await Promise.race([clock.advanceTo(clock.nowMs() + nowMs - lastMs), interrupted]);
    lastMs = nowMs;
  }
}
