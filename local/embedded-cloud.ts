/** The whole embedded cloud in one place: which services there are and what each is given. */
import { Clock } from './cloud/clock.ts';
import { Cloud } from './cloud/cloud.ts';
import { Draw } from './cloud/draw.ts';
import { type Authorizer, createAuthorizer } from './iam/authorizer.ts';
import { IamDirectory } from './iam/directory.ts';
import { createAccount } from './services/account.ts';
import { createAthena } from './services/athena.ts';
import { CloudFormation } from './services/cloudformation.ts';
import { Events } from './services/events.ts';
import { Glue } from './services/glue.ts';
import { Kms } from './services/kms.ts';
import { createLambda } from './services/lambda.ts';
import { Logs } from './services/logs.ts';
import { type Alarm, Monitoring } from './services/monitoring.ts';
import type { AlarmState } from './services/monitoring-alarm.ts';
import { OrganizationTree } from './services/organization-tree.ts';
import { Organizations } from './services/organizations.ts';
import { createS3 } from './services/s3.ts';
import { createSns } from './services/sns.ts';
import { Sqs } from './services/sqs.ts';
import { Ssm } from './services/ssm.ts';
import { createStates } from './services/states.ts';
import { createSts } from './services/sts.ts';
import { createXray } from './services/xray.ts';
import { listen, type Wire, type WireOptions } from './wire/server.ts';
import { createInventoryContent } from './world/inventory-content.ts';
import type { Unknowns } from './world/schema.ts';

export interface CloudSettings {
  readonly start: Date;
  readonly seed: number;
  readonly unknowns: Unknowns;
  readonly organization: { readonly id: string; readonly rootId: string; readonly managementAccountId: string };
  readonly hub: { readonly account: string; readonly region: string };
}

export type EmbeddedCloud = ReturnType<typeof createEmbeddedCloud>;

interface Ground {
  readonly cloud: Cloud;
  readonly tree: OrganizationTree;
  readonly directory: IamDirectory;
}

/** Nothing listens yet: `open` brings the wire up, which functions need. */
export function createEmbeddedCloud(settings: CloudSettings) {
  const clock = new Clock(settings.start);
  const cloud = new Cloud(clock, new Draw(settings.seed));
  const tree = new OrganizationTree(settings.organization);
  const directory = new IamDirectory();
  const authorizer: Authorizer = createAuthorizer({ directory, organization: tree });
  cloud.authorizeWith(authorizer.authorize);
  const services = createServices({ cloud, tree, directory }, settings);
  cloud.add(...Object.values(services));
  followFunctions(services);
  return {
    cloud,
    tree,
    directory,
    authorizer,
    ...services,
    /** Rejects with the system's error when the port is taken. */
    async open(options: WireOptions): Promise<Wire> {
      const wire = await listen(cloud, options);
      services.lambda.endpoint = wire.url;
      services.sqs.origin = wire.url;
      return wire;
    },
  };
}

function createServices({ cloud, tree, directory }: Ground, { start, unknowns, hub }: CloudSettings) {
  const organizationOf = (account: string) => (tree.account(account) ? tree.id : undefined);
  const events = new Events(cloud);
  const announce = ({ arn, definition, state }: Alarm, previous: AlarmState) =>
    events.emit({
      ...hub,
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      resources: [arn],
      detail: { alarmName: definition.AlarmName, state: { value: state }, previousState: { value: previous } },
    });
  return {
    account: createAccount(cloud, tree),
    athena: createAthena(cloud),
    cloudformation: new CloudFormation(cloud),
    events,
    glue: new Glue(cloud),
    kms: new Kms(cloud, unknowns.kmsCarriesSourceOrgId),
    lambda: createLambda(cloud),
    logs: new Logs(cloud),
    monitoring: new Monitoring(cloud, hub, announce),
    organizations: new Organizations(cloud, tree),
    s3: createS3(cloud),
    sns: createSns(cloud),
    sqs: new Sqs(cloud),
    ssm: new Ssm(cloud, {
      content: createInventoryContent(cloud.draw, start),
      organizationOf,
      unknowns,
    }),
    states: createStates(cloud),
    sts: createSts(cloud, directory),
    xray: createXray(cloud),
  };
}

/** What a function prints goes to its log group as its role, and CloudWatch finds metrics in what the group took. */
function followFunctions({ lambda, logs, xray, monitoring }: ReturnType<typeof createServices>): void {
  logs.onLine = (line) => monitoring.metrics.ingest(line);
  lambda.onInvoked = async ({ settings: { region, logGroup: group }, caller, stream, lines }) => {
    await logs.append({ caller, region, group, stream }, lines);
    await xray.trace(caller, region, [stream]);
  };
}
