import { defaultWorld, type WorldFile } from './world-runner.ts';

export const MANAGEMENT = '100000000001';
export const HUB = '100000000002';
export const PAYMENTS = '100000000010';
export const STOREFRONT = '100000000011';

/** Four accounts in two Regions, with the hub and the management account among them, and nothing wrong but what `changes` says. */
export function smallWorld(changes: Partial<WorldFile> = {}): WorldFile {
  return {
    version: 1,
    seed: 11,
    organization: defaultWorld().organization,
    config: { regions: ['us-east-1', 'eu-west-1'] },
    accounts: [
      { id: MANAGEMENT, name: 'management', regions: { 'us-east-1': { nodes: 2 } } },
      { id: HUB, name: 'hub', regions: { 'us-east-1': { nodes: 2, stopped: 1 }, 'eu-west-1': { nodes: 1 } } },
      {
        id: PAYMENTS,
        name: 'payments',
        unit: 'ou-ab12-11111111',
        regions: { 'us-east-1': { nodes: 3, windows: 1, terminated: 1 }, 'eu-west-1': { nodes: 1, hybrid: 1 } },
      },
      { id: STOREFRONT, name: 'storefront', unit: 'ou-ab12-22222222', regions: { 'us-east-1': { nodes: 2 } } },
    ],
    ...changes,
  };
}
