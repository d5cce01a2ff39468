import { describe, expect, it } from 'vitest';
import type { Hub } from '../../local/cli/hub.ts';
import type { Report } from '../../local/cli/report.ts';
import { finish, runWorld, start } from '../../local/cli/run.ts';
import type { EmbeddedCloud } from '../../local/embedded-cloud.ts';
import { expectAsFiled } from './second-opinion.ts';
import { HUB, PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { reportOf, type WorldFile, withWorld } from './world-runner.ts';

type Faults = NonNullable<WorldFile['faults']>;

async function convergeAgain(hub: Hub): Promise<Report> {
  const { clock } = hub.embedded.cloud;
  await clock.advanceTo(clock.nowMs() + 60_000);
  await start(hub, 'muster-converge', {});
  await finish(hub);
  return reportOf(hub);
}

/** What Muster's roles changed, in the order of its time. */
function changesIn({ cloud }: EmbeddedCloud): string[] {
  const changes: string[] = [];
  const isChange = /^ssm:(Create|Delete|Update|Put)|^(s3|kms|iam|organizations):(Put\w*Policy|Create|Delete|Attach)/;
  cloud.onCall(({ service, operation, caller }, error) => {
    const call = `${service}:${operation}`;
    if (caller.kind === 'role' && error === undefined && isChange.test(call)) changes.push(call);
  });
  return changes;
}

describe('a fleet where a fifth of all calls is throttled', () => {
  const throttled = { faults: [{ kind: 'throttle', service: '*', rate: 0.2 }] satisfies Faults };

  it('converges, and a second run changes nothing', () =>
    withWorld(smallWorld(throttled), async (hub) => {
      await runWorld(hub, () => undefined);
      const first = await reportOf(hub);
      expectAsFiled(smallWorld(throttled), first);
      expect(first.summary['coverage']).toBe(1);
      expect(first.wire.throttled).toBeGreaterThan(50);

      const changes = changesIn(hub.embedded);
      const second = await convergeAgain(hub);
      expect(changes).toEqual([]);
      expect(second.summary).toEqual(first.summary);
      expect(second.executions.at(-1)?.status).toBe('SUCCEEDED');
    }));
});

describe('a worker that is killed in the middle of its batch', () => {
  const astray = [HUB, PAYMENTS, STOREFRONT].map((account) => ({ account, region: 'us-east-1' }));
  const file = smallWorld({
    config: { regions: ['us-east-1', 'eu-west-1'], changes: { maxShare: 1 } },
    faults: astray.map((target) => ({ kind: 'sync-wrong-destination' as const, ...target })),
  });

  it.each([
    ['before it made all syncs', 'CreateResourceDataSync', 2],
    ['when it had deleted a sync to replace it', 'DeleteResourceDataSync', 1],
    ['when it had made the replacement', 'CreateResourceDataSync', 6],
  ])('%s is made good by the next run: each target has one sync, to our destination', async (_when, operation, nth) => {
    let calls = 0;
    let killed: Promise<number> | undefined;
    const killAtCall = ({ cloud, lambda }: EmbeddedCloud) =>
      cloud.onCall((call) => {
        if (call.operation !== operation || call.caller.kind !== 'role') return;
        calls += 1;
        if (calls === nth) killed = lambda.kill('muster-converge-accounts');
      });
    await withWorld(file, (hub) => convergeTwice(hub), killAtCall);
    expect(await killed).toBe(1);
  });

  async function convergeTwice(hub: Hub): Promise<void> {
    await runWorld(hub, () => undefined);
    await convergeAgain(hub);
    const { clock } = hub.embedded.cloud;
    await clock.advanceTo(clock.nowMs() + 3 * 3_600_000);
    await finish(hub);
    const report = await reportOf(hub);
    expect(report.summary['coverage']).toBe(1);
    const [name] = report.targets.map(({ syncName }) => syncName);
    expect(name).toMatch(/^muster-[0-9a-f]{8}$/);
    const { ssm, tree } = hub.embedded;
    const places = tree
      .accounts()
      .flatMap(({ id }) => ['us-east-1', 'eu-west-1'].map((region) => [id, region] as const));
    expect(places.map((place) => ssm.syncNames(...place))).toEqual(Array(8).fill([name]));
  }
});
