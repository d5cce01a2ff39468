import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it } from 'vitest';
import { desiredSync } from '../../core/destination.ts';
import { replaceSync } from '../../functions/converge-accounts/replace-sync.ts';
import { AwsFault } from '../../local/cloud/aws-fault.ts';
import type { Call } from '../../local/cloud/service.ts';
import { aSync } from '../core/a-target.ts';
import { answer, deny, HUB, MEMBERS, openFleet, type TestFleet } from './a-fleet.ts';

const [first = '', second = ''] = MEMBERS;
const REGION = 'us-east-1';
const elsewhere = { BucketName: 'elsewhere', SyncFormat: 'JsonSerDe', Region: REGION } as const;
const ownBucket = { ...elsewhere, BucketName: 'inventory-bucket' };
const PROTECTED = ['InspectorResourceDataSync-do-not-delete', 'AWS-QuickSetup-abcde', 'muster-of-somebody'];
const refusedWrite = new AwsFault('ResourceDataSyncInvalidConfigurationException', 'S3 write failed for bucket x');

type Action = Record<string, unknown> & { decision: string; syncName: string; seen: string };

describe('a change', () => {
  let fleet: TestFleet | undefined;
  /** Two accounts whose syncs were made under an earlier prefix. */
  const open = async () => {
    fleet = await openFleet();
    const opened = fleet;
    const { converge, keys, lines, set, ssm, calls } = opened;
    const visit = async (mode: string, more: object = {}, runId = 'run-1') => {
      const accounts = [first, second].map((accountId) => ({ accountId, regions: [REGION], ...more }));
      await converge({ runId, mode, attempt: 1, accounts });
      const files = (await keys('state-bucket')).filter((key) => key.includes(`${runId}/observations/${mode}`));
      const seen = files.flatMap((key) => lines(key)).find((one) => one['accountId'] === first);
      return seen as { action: Action; syncs: { syncName: string }[]; failure: unknown };
    };
    set({ INVENTORY_PREFIX: 'earlier' });
    const { action: made } = await visit('converge', {}, 'run-0');
    set({ INVENTORY_PREFIX: 'inventory' });
    const { action } = await visit('converge');
    const { decision, syncName, seen } = action;
    const apply = (runId?: string) => visit('apply', { orders: { [REGION]: { decision, syncName, seen } } }, runId);
    const names = () => ssm.syncNames(first, REGION);
    calls.length = 0;
    return { ...opened, visit, apply, names, made, action };
  };
  afterEach(() => fleet?.close());

  it('is only decided without an order, and made with one', async () => {
    const { apply, names, action, made, visit } = await open();
    expect(action).toMatchObject({ decision: 'replace', reason: 'OtherDestination', deleted: [], created: false });
    expect(names()).toEqual([made.syncName]);
    const { action: done, syncs } = await apply();
    expect(done).toMatchObject({ decision: 'replace', deleted: [made.syncName], restored: [], created: true });
    expect(syncs.map(({ syncName }) => syncName)).toEqual([action.syncName]);
    expect(names()).toEqual([action.syncName]);
    expect((await visit('converge', {}, 'run-2')).action).toMatchObject({ decision: 'keep' });
  });

  it('once made is not made again by the same order', async () => {
    const { apply, calls } = await open();
    await apply();
    calls.length = 0;
    expect((await apply('run-2')).action).toMatchObject({ decision: 'keep', refusal: null, deleted: [] });
    expect(calls.filter((call) => /Delete|Create/.test(call))).toEqual([]);
  });

  it('cut off between its delete and its create is finished by the same order, or by the next converge', async () => {
    for (const finish of ['apply', 'converge'] as const) {
      const { apply, visit, names, made, action, ssm } = await open();
      ssm.removeSync(first, REGION, made.syncName);
      const { action: done } = finish === 'apply' ? await apply() : await visit('converge', {}, 'run-2');
      expect(done).toMatchObject({ decision: 'create', created: true });
      expect(names()).toEqual([action.syncName]);
      await fleet?.close();
    }
  });

  it('is refused where the target moved since, and then nothing is touched', async () => {
    const { apply, names, made, ssm, calls } = await open();
    ssm.placeSync(first, REGION, { name: 'somebody', destination: elsewhere });
    expect((await apply()).action).toMatchObject({ decision: 'replace', refusal: 'Moved', deleted: [] });
    expect(names()).toEqual([made.syncName, 'somebody'].sort());
    // The other account has not moved.
    expect(calls.filter((call) => call === 'DeleteResourceDataSync')).toHaveLength(1);
  });

  it('is decided and nothing else in a plan', async () => {
    const { visit, names, made, calls } = await open();
    const { action } = await visit('plan', {}, 'run-2');
    expect(action).toMatchObject({ decision: 'replace', risks: ['no sync meanwhile'], created: false });
    expect(names()).toEqual([made.syncName]);
    expect(calls.filter((call) => /^(Create|Delete|Put)/.test(call) && call !== 'PutObject')).toEqual([]);
  });

  it('needs an order: a visit to apply does nothing by itself, be there something to create or to replace', async () => {
    const { visit, names, made, ssm, calls } = await open();
    ssm.removeSync(second, REGION, made.syncName);
    expect((await visit('apply')).action).toBeNull();
    expect(names()).toEqual([made.syncName]);
    expect(calls.filter((call) => /^(Create|Delete)/.test(call))).toEqual([]);
  });

  it('never touches a sync that is protected or of other people', async () => {
    const { ssm, visit, names, action, made, cause } = await open();
    const deleted: unknown[] = [];
    cause((call: Call) => {
      if (call.operation === 'DeleteResourceDataSync') deleted.push((call.input as { SyncName: string }).SyncName);
      return undefined;
    });
    for (const name of PROTECTED) ssm.placeSync(first, REGION, { name, destination: elsewhere });
    const { action: decided } = await visit('converge', {}, 'run-2');
    const { decision, syncName, seen } = decided;
    await visit('apply', { orders: { [REGION]: { decision, syncName, seen } } }, 'run-2');
    for (const name of [...PROTECTED, action.syncName]) {
      const order = { decision: 'remove', syncName: name, seen };
      await visit('apply', { orders: { [REGION]: order } }, 'run-3');
    }
    expect(names()).toEqual([...PROTECTED, action.syncName].sort());
    expect(new Set(deleted)).toEqual(new Set([made.syncName]));
  });

  it('is not begun any more once the run has had its failures, one worker making one change at a time', async () => {
    const { set, apply, names, made, cause, keys, calls } = await open();
    set({ STOP_AFTER_FAILURES: '1' });
    cause(deny('DeleteResourceDataSync'));
    await apply();
    expect(calls.filter((call) => call === 'DeleteResourceDataSync')).toHaveLength(1);
    const failed = (await keys('state-bucket')).filter((key) => key.startsWith('runs/run-1/failed-changes/'));
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatch(new RegExp(`/(${first}|${second})-${REGION}.json$`));
    cause(() => undefined);
    expect((await apply()).action).toMatchObject({ refusal: 'ChangesStopped', deleted: [] });
    expect(names()).toEqual([made.syncName]);
    expect((await apply('run-2')).action).toMatchObject({ created: true });
  });

  it('that may not delete is a visit that failed, at that very call', async () => {
    const { apply, cause } = await open();
    cause(deny('DeleteResourceDataSync'));
    expect(await apply()).toMatchObject({ failure: { kind: 'DeniedByPolicy', operation: 'DeleteResourceDataSync' } });
  });

  it('removes the remembered sync of a target that left the scope, by order', async () => {
    const { visit, names, made, ssm } = await open();
    ssm.placeSync(first, REGION, { name: 'somebody', destination: elsewhere });
    const leaving = { leaving: { [REGION]: made.syncName } };
    const { action } = await visit('converge', leaving, 'run-2');
    expect(action).toMatchObject({ decision: 'remove', syncName: made.syncName, deleted: [] });
    const { decision, syncName, seen } = action;
    const orders = { [REGION]: { decision, syncName, seen } };
    expect((await visit('apply', { orders }, 'run-2')).action).toMatchObject({ deleted: [made.syncName] });
    expect(names()).toEqual(['somebody']);
    expect((await visit('apply', { orders }, 'run-3')).action).toMatchObject({ decision: 'keep', refusal: null });
  });
});

describe('a replacement', () => {
  let fleet: TestFleet | undefined;
  afterEach(() => fleet?.close());
  const destination = { bucketName: 'inventory-bucket', prefix: 'inventory', region: REGION, kmsKeyArn: null };
  const desired = desiredSync(destination);
  const strayed = [aSync({ ...destination, prefix: 'earlier', syncName: 'muster-00000000' })];
  const open = async () => {
    fleet = await openFleet([]);
    const { ssm } = fleet;
    ssm.makeSync(HUB, REGION, { name: 'muster-00000000', destination: { ...ownBucket, Prefix: 'earlier' } });
    let pauses = 0;
    const pause = async () => {
      pauses += 1;
    };
    const replaced = () => replaceSync(new SSMClient({ region: REGION }), { desired, strayed }, pause);
    return { ...fleet, replaced, pauses: () => pauses, names: () => ssm.syncNames(HUB, REGION) };
  };
  /** Refuses the creates of a name, all or the first few. */
  const refuse = (name: string, fault: AwsFault | 'drop', times = Number.POSITIVE_INFINITY) => {
    let left = times;
    return ({ operation, input }: Call) => {
      if (operation !== 'CreateResourceDataSync' || (input as { SyncName: string }).SyncName !== name) return undefined;
      left -= 1;
      return left >= 0 ? fault : undefined;
    };
  };

  it('waits for its slot', async () => {
    const { replaced, pauses, names, cause } = await open();
    cause(refuse(desired.syncName, new AwsFault('ResourceDataSyncCountExceededException', 'full'), 3));
    expect(await replaced()).toMatchObject({ created: true, deleted: ['muster-00000000'], refused: null, error: null });
    expect(pauses()).toBe(3);
    expect(names()).toEqual([desired.syncName]);
  });

  it('that is refused for a minute gives the old sync back', async () => {
    const { replaced, pauses, names, cause } = await open();
    cause(refuse(desired.syncName, refusedWrite));
    const done = await replaced();
    expect(done).toMatchObject({ created: false, deleted: ['muster-00000000'], restored: ['muster-00000000'] });
    expect(done).toMatchObject({ refused: { kind: 'rejected' }, syncs: [{ syncName: 'muster-00000000' }] });
    expect(pauses()).toBe(6);
    expect(names()).toEqual(['muster-00000000']);
  });

  it('that is denied gives it back as well, and says what denied it', async () => {
    const { replaced, names, cause } = await open();
    cause(refuse(desired.syncName, new AwsFault('AccessDeniedException', 'no')));
    expect(await replaced()).toMatchObject({ created: false, error: { operation: 'CreateResourceDataSync' } });
    expect(names()).toEqual(['muster-00000000']);
  });

  it('that leaves nothing says so', async () => {
    const { replaced, names, cause } = await open();
    cause(answer('CreateResourceDataSync', refusedWrite));
    expect(await replaced()).toMatchObject({ created: false, deleted: ['muster-00000000'], restored: [], syncs: [] });
    cause(answer('CreateResourceDataSync', new AwsFault('AccessDeniedException', 'no')));
    expect(await replaced()).toMatchObject({ restored: [], error: { operation: 'CreateResourceDataSync' } });
    expect(names()).toEqual([]);
  });

  it('whose answer got lost is seen by the list', async () => {
    const { replaced, names, cause, ssm } = await open();
    cause(({ operation }) => {
      if (operation !== 'CreateResourceDataSync') return undefined;
      ssm.makeSync(HUB, REGION, {
        name: desired.syncName,
        destination: { ...ownBucket, Prefix: 'inventory' },
      });
      return 'drop';
    });
    expect(await replaced()).toMatchObject({ created: true, restored: [], error: null });
    expect(names()).toEqual([desired.syncName]);
  });

  it('does not know what stands where nothing may be listed any more', async () => {
    const { replaced, cause } = await open();
    cause(deny('ListResourceDataSync'));
    expect(await replaced()).toMatchObject({ created: true, syncs: null });
  });

  it('that may not delete changes nothing', async () => {
    const { replaced, names, cause } = await open();
    cause(deny('DeleteResourceDataSync'));
    expect(await replaced()).toMatchObject({ deleted: [], error: { operation: 'DeleteResourceDataSync' } });
    expect(names()).toEqual(['muster-00000000']);
  });
});
