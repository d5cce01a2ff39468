import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import { IamDirectory } from '../../../local/iam/directory.ts';
import type { Template } from '../../../local/provision/intrinsics.ts';
import { Provisioner } from '../../../local/provision/provisioner.ts';
import type { FunctionSettings } from '../../../local/provision/services.ts';
import { createEvents } from '../../../local/services/events.ts';
import { createGlue } from '../../../local/services/glue.ts';
import { Kms } from '../../../local/services/kms.ts';
import { createLogs } from '../../../local/services/logs.ts';
import { createMonitoring } from '../../../local/services/monitoring.ts';
import { OrganizationTree } from '../../../local/services/organization-tree.ts';
import { createS3 } from '../../../local/services/s3.ts';
import { createSns } from '../../../local/services/sns.ts';
import { createSqs } from '../../../local/services/sqs.ts';
import { createStates } from '../../../local/services/states.ts';
import { createSts } from '../../../local/services/sts.ts';

export const hub = { account: '100000000002', region: 'us-east-1' };
export const management = '100000000001';
export const member = '100000000010';

const boundary = {
  name: 'boundary',
  document: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
} as const;

/** A hub with all services but Lambda, of which it remembers what it was asked to create. */
export function exampleCloud(
  stacks: Readonly<Record<string, Template>>,
  assets: Readonly<Record<string, string>> = {},
) {
  const cloud = new Cloud(new Clock(new Date('2026-11-02T06:00:00Z')), new Draw(7));
  const tree = new OrganizationTree({ id: 'o-a1b2c3d4e5', rootId: 'r-ab12', managementAccountId: management });
  for (const id of [management, hub.account, member]) tree.putAccount({ id, joinedAt: cloud.clock.now() });
  const directory = new IamDirectory();
  const functions: FunctionSettings[] = [];
  const services = {
    directory,
    s3: createS3(cloud),
    kms: new Kms(cloud, false),
    lambda: {
      createFunction(settings: FunctionSettings) {
        functions.push(settings);
        return { arn: `arn:aws:lambda:${settings.region}:${settings.account}:function:${settings.name}` };
      },
    },
    states: createStates(cloud),
    events: createEvents(cloud),
    sqs: createSqs(cloud),
    logs: createLogs(cloud),
    glue: createGlue(cloud),
    monitoring: createMonitoring(cloud, hub, () => undefined),
    sns: createSns(cloud),
    membersOf: (units: readonly string[]) => tree.membersOf(units),
    managedPolicy: (arn: string) => (arn.endsWith('policy/boundary') ? boundary : undefined),
  };
  cloud.add(services.states, services.logs, services.sqs, services.sns, createSts(cloud, directory));
  const assembly = {
    stacks: Object.entries(stacks).map(([name, template]) => ({ name, template })),
    assets: new Map(Object.entries(assets)),
  };
  return { cloud, tree, services, functions, provisioner: new Provisioner(cloud, services, assembly) };
}
