/** What is wrong with the syncs of a target. Whoever makes a sync there meets the same limits as Muster. */
import type { ResourceDataSyncS3Destination } from '@aws-sdk/client-ssm';
import { faultKind, inTarget, type Scene, type Undo } from './fault.ts';

type Place = { account: string; region: string };

const sharing = { DestinationDataSharing: { DestinationDataSharingType: 'Organization' } } as const;

export const syncFaults = {
  /** To a bucket of an account outside the organization. */
  'foreign-sync': faultKind({
    shape: inTarget,
    act: ({ account, region }, { ssm }) => {
      const name = 'asset-export';
      const destination = {
        BucketName: 'asset-exports-of-another-company',
        SyncFormat: 'JsonSerDe',
        Region: region,
      } as const;
      ssm.placeSync(account, region, { name, destination });
      return () => ssm.removeSync(account, region, name);
    },
  }),

  'sync-failed': faultKind({
    shape: inTarget,
    act: ({ account, region }, { ssm }) => {
      ssm.forceStatus(account, region, 'Failed');
      return () => ssm.forceStatus(account, region, undefined);
    },
  }),

  'sync-quota-full': faultKind({
    shape: inTarget,
    act: (place, scene) =>
      makeSyncs(place, scene, {
        'InspectorResourceDataSync-do-not-delete': elsewhere('inspector-inventory-of-this-account'),
        ...Object.fromEntries(
          ['a', 'b', 'c', 'd'].map((one) => [`team-${one}`, elsewhere(`inventory-of-team-${one}`)]),
        ),
      }),
  }),

  'organization-sync-elsewhere': faultKind({
    shape: inTarget,
    act: (place, scene) =>
      makeSyncs(place, scene, { 'central-inventory': { ...elsewhere('inventory-of-another-team'), ...sharing } }),
  }),

  'organization-sync-same-destination': faultKind({
    shape: inTarget,
    act: (place, scene) => makeSyncs(place, scene, { 'central-inventory': { ...scene.sync.destination, ...sharing } }),
  }),

  'sync-wrong-destination': faultKind({
    shape: inTarget,
    act: (place, scene) => {
      const { name, destination } = scene.sync;
      scene.ssm.removeSync(place.account, place.region, name);
      return makeSyncs(place, scene, { [name]: { ...destination, Prefix: 'earlier-inventory', ...sharing } });
    },
  }),

  'sync-deleted': faultKind({
    shape: inTarget,
    act: ({ account, region }, { ssm, sync }) => {
      ssm.removeSync(account, region, sync.name);
      return () => undefined;
    },
  }),
};

function elsewhere(BucketName: string): ResourceDataSyncS3Destination {
  return { BucketName, SyncFormat: 'JsonSerDe', Region: 'us-east-1' };
}

/** As many as there is room for. They go again only as they came: one that was deleted meanwhile is not missed, one made anew is left. */
function makeSyncs(
  { account, region }: Place,
  { ssm }: Scene,
  destinations: Readonly<Record<string, ResourceDataSyncS3Destination>>,
): Undo {
  const undos = Object.entries(destinations).map(([name, destination]) =>
    ssm.makeSync(account, region, { name, destination }),
  );
  return () => {
    for (const undo of undos) undo?.();
  };
}
