/** Associations of the inventory document, and which of them collects from a node (Systems Manager user guide, "Troubleshooting Inventory"). */
import type * as sdk from '@aws-sdk/client-ssm';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf } from '../cloud/cloud.ts';
import { type Call, type Need, operationsNeeding, type Service } from '../cloud/service.ts';
import type { AccountRegion } from '../world/schema.ts';
import { ownNeed } from './need.ts';
import { takePage } from './page.ts';
import type { Fleet, NodeInventory } from './ssm-fleet.ts';
import { requireNone, ssmPages } from './ssm-inventory.ts';
import type { ManagedNode } from './ssm-node.ts';

/** The one document that exists here. */
const DOCUMENT = 'AWS-GatherSoftwareInventory';
const SWITCHES = [
  ...['applications', 'awsComponents', 'customInventory', 'instanceDetailedInformation'],
  ...['networkConfig', 'services', 'windowsRoles', 'windowsUpdates'],
];
const LISTS = ['files', 'windowsRegistry'];
const ALL_NODES = [{ Key: 'InstanceIds', Values: ['*'] }];

/** What CreateAssociation takes of what the API has: an association like this is also what the world places. */
type AssociationSettings = Pick<
  sdk.CreateAssociationRequest,
  'AssociationName' | 'Targets' | 'ScheduleExpression' | 'Parameters' | 'OutputLocation'
>;
const SERVED = ['Name', 'AssociationName', 'Targets', 'ScheduleExpression', 'Parameters', 'OutputLocation'];

interface Kept extends AssociationSettings {
  readonly id: string;
  readonly created: Date;
  /** It stands for long: every node it reaches has run it. */
  readonly old: boolean;
}

/** The associations that the world file can ask for. */
const PLACED: Readonly<Record<AccountRegion['association'], AssociationSettings | undefined>> = {
  none: undefined,
  all: { AssociationName: 'Inventory-Association', ScheduleExpression: 'rate(1 hour)' },
  foreign: { AssociationName: 'InspectorInventoryCollection-do-not-delete', ScheduleExpression: 'rate(30 minutes)' },
};

type NodeStatus = 'Success' | 'Pending' | 'Failed' | 'Skipped';

export class Associations {
  readonly operations: Service['operations'];
  readonly #fleet: Fleet;
  readonly #kept = new Map<string, Kept[]>();
  /** How many a target ever had. */
  readonly #made = new Map<string, number>();
  /** Called with a target whose associations have changed. */
  readonly #onChange: (account: string, region: string) => void;

  constructor(fleet: Fleet, onChange: (account: string, region: string) => void) {
    this.#fleet = fleet;
    this.#onChange = onChange;
    fleet.collecting = (node) => this.#collecting(node);
    this.operations = operationsNeeding<typeof sdk>((input, call) => this.#needs(input, call), {
      CreateAssociation: (input, call) => ({ AssociationDescription: this.#describe(this.#create(input, call), call) }),
      DeleteAssociation: ({ AssociationId }, call) => {
        const { id } = this.#find(AssociationId, call);
        const { account, region } = targetOf(call);
        this.#change(
          call,
          this.#in(account, region).filter((one) => one.id !== id),
        );
        return {};
      },
      DescribeAssociation: ({ AssociationId }, call) => ({
        AssociationDescription: this.#describe(this.#find(AssociationId, call), call),
      }),
      ListAssociations: (input, call) => {
        const { account, region } = targetOf(call);
        const filters = input.AssociationFilterList ?? [];
        requireNone(filters.filter(({ key }) => key !== 'Name'));
        const found = filters.every(({ value }) => value === DOCUMENT) ? this.#in(account, region) : [];
        const { page, NextToken } = takePage(found, input, ssmPages);
        return { Associations: page.map((one) => this.#summary(one, call)), NextToken };
      },
    });
  }

  /** Puts one in place as if it had been there for long, without any check. */
  place(account: string, region: string, settings: AssociationSettings | AccountRegion['association']): void {
    const placed = typeof settings === 'string' ? PLACED[settings] : settings;
    const here = this.#in(account, region);
    if (!placed || here.some(({ AssociationName }) => AssociationName === placed.AssociationName)) return;
    const kept = this.#make(account, region, { Targets: ALL_NODES, ...placed, old: true });
    this.#kept.set(`${account}/${region}`, [...here, kept]);
  }

  #in(account: string, region: string): Kept[] {
    return this.#kept.get(`${account}/${region}`) ?? [];
  }

  #make(account: string, region: string, settings: AssociationSettings & { old: boolean }): Kept {
    const { cloud } = this.#fleet;
    const created = cloud.clock.now();
    const count = (this.#made.get(`${account}/${region}`) ?? 0) + 1;
    this.#made.set(`${account}/${region}`, count);
    const id = cloud.draw.uuid('association', account, region, count);
    return { ...settings, id, created };
  }

  /** Reports that are due are still those of the associations before. */
  #change(call: Call, associations: Kept[]): void {
    const { account, region } = targetOf(call);
    for (const inventory of this.#fleet.nodes(account, region)) inventory.settle();
    this.#kept.set(`${account}/${region}`, associations);
    this.#onChange(account, region);
  }

  #find(id: string | undefined, call: Call): Kept {
    const { account, region } = targetOf(call);
    if (id === undefined) throw new AwsFault('NotImplemented', 'associations go by their id', { status: 501 });
    const found = this.#in(account, region).find((one) => one.id === id);
    if (!found) throw new AwsFault('AssociationDoesNotExist', 'The specified association does not exist.');
    return found;
  }

  /** Both of them are named as resources (Service Authorization Reference); nodes are where a call names some. */
  #needs(
    { AssociationId, Name, Targets }: Partial<sdk.CreateAssociationRequest & sdk.DescribeAssociationRequest>,
    call: Call,
  ): Need[] {
    if (call.operation === 'ListAssociations') return [ownNeed('ssm', call)];
    const { account, region } = targetOf(call);
    const { partition } = this.#fleet.cloud;
    const ssm = `arn:${partition}:ssm:${region}`;
    const ids = (Targets ?? []).flatMap(({ Key, Values = [] }) => (isNodeIds(Key) ? Values : []));
    return [
      `${ssm}:${account}:association/${AssociationId ?? '*'}`,
      `${ssm}::document/${Name ?? DOCUMENT}`,
      ...ids.map((id) =>
        id.startsWith('mi-')
          ? `${ssm}:${account}:managed-instance/${id}`
          : `arn:${partition}:ec2:${region}:${account}:instance/${id}`,
      ),
    ].map((resource) => ownNeed('ssm', call, resource));
  }

  #create(input: sdk.CreateAssociationRequest, call: Call): Kept {
    const { account, region } = targetOf(call);
    const unserved = Object.keys(input).find((key) => !SERVED.includes(key));
    if (unserved) throw new AwsFault('NotImplemented', `${unserved} is not served`, { status: 501 });
    if (input.Name !== DOCUMENT) throw new AwsFault('InvalidDocument', `Document ${input.Name} does not exist`);
    checkParameters(input.Parameters ?? {});
    checkTargets(input.Targets ?? []);
    checkSchedule(input.ScheduleExpression);
    if (isForAll(input) && this.#in(account, region).some(isForAll))
      throw new AwsFault(
        'ValidationException',
        `Multiple apply all associations with document '${DOCUMENT}' are not supported.`,
      );
    const kept = this.#make(account, region, { ...input, old: false });
    this.#change(call, [...this.#in(account, region), kept]);
    return kept;
  }

  /** The parameters that are on in the association that collects from a node; none where none does. */
  #collecting(node: Omit<ManagedNode, 'collected'>): readonly string[] {
    const chosen = this.#chosen(node);
    if (!chosen) return [];
    const parameter = (name: string) => chosen.Parameters?.[name]?.[0];
    return [...SWITCHES.filter((name) => parameter(name) !== 'Disabled'), ...LISTS.filter(parameter)];
  }

  /** Quick Setup's, else the only one that selects the node, else the one for all; of two that select it neither runs. */
  #chosen(node: Omit<ManagedNode, 'collected'>): Kept | undefined {
    const here = this.#in(node.account, node.region);
    const quickSetup = here.find((one) => isForAll(one) && one.AssociationName?.startsWith('AWS-QuickSetup-'));
    if (quickSetup) return quickSetup;
    const selecting = here.filter((one) => !isForAll(one) && this.#selects(one, node));
    return selecting.length > 1 ? undefined : (selecting[0] ?? here.find(isForAll));
  }

  #selects({ Targets = [] }: AssociationSettings, node: Omit<ManagedNode, 'collected'>): boolean {
    return Targets.every(({ Key, Values = [] }) =>
      isNodeIds(Key) ? Values.includes(node.id) : this.#fleet.hasTag(node, Key ?? '', Values),
    );
  }

  #statusOn(association: Kept, { node, reportedMs }: NodeInventory): NodeStatus {
    const chosen = this.#chosen(node);
    if (chosen === association)
      return association.old || reportedMs() > association.created.getTime() ? 'Success' : 'Pending';
    return chosen ? 'Skipped' : 'Failed';
  }

  #overview(association: Kept, { account, region }: { account: string; region: string }): sdk.AssociationOverview {
    const counts: Record<string, number> = {};
    for (const inventory of this.#fleet.nodes(account, region)) {
      const { node } = inventory;
      if (node.status !== 'Active' || !(isForAll(association) || this.#selects(association, node))) continue;
      const status = this.#statusOn(association, inventory);
      counts[status] = (counts[status] ?? 0) + 1;
    }
    const Status = counts['Failed'] ? 'Failed' : counts['Pending'] || !counts['Success'] ? 'Pending' : 'Success';
    return { Status, DetailedStatus: Status, AssociationStatusAggregatedCount: counts };
  }

  #summary(association: Kept, call: Call): sdk.Association {
    const { id: AssociationId, AssociationName, Targets, ScheduleExpression } = association;
    const Overview = this.#overview(association, targetOf(call));
    return {
      Name: DOCUMENT,
      AssociationId,
      AssociationVersion: '1',
      AssociationName,
      Targets,
      ScheduleExpression,
      Overview,
    };
  }

  #describe(association: Kept, call: Call): sdk.AssociationDescription {
    const { created, Parameters, OutputLocation } = association;
    const dates = { Date: created, LastUpdateAssociationDate: created };
    return { ...this.#summary(association, call), ...dates, Parameters, OutputLocation };
  }
}

function targetOf({ caller, region }: Call) {
  return { account: accountOf(caller), region };
}

function isNodeIds(key: string | undefined): boolean {
  return key?.toLowerCase() === 'instanceids';
}

function isForAll({ Targets = [] }: AssociationSettings): boolean {
  return Targets.some(({ Key, Values }) => isNodeIds(Key) && Values?.includes('*'));
}

function checkParameters(parameters: Record<string, string[]>): void {
  for (const [name, [value = '', ...others]] of Object.entries(parameters)) {
    const isSwitch = SWITCHES.includes(name) && ['Enabled', 'Disabled'].includes(value);
    if ((!isSwitch && !LISTS.includes(name)) || others.length > 0)
      throw new AwsFault('InvalidParameters', `The parameter ${name} is not valid for ${DOCUMENT}`);
  }
}

function checkTargets(targets: readonly sdk.Target[]): void {
  if (targets.length === 0 || targets.length > 5) throw new AwsFault('InvalidTarget', 'There must be 1 to 5 targets');
  requireNone(targets.filter(({ Key }) => !isNodeIds(Key) && !Key?.startsWith('tag:')));
}

/** Inventory is collected every 30 minutes at most (Systems Manager user guide, "Configuring inventory collection"). */
function checkSchedule(expression: string | undefined): void {
  const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(expression ?? '') ?? [];
  const known = expression === undefined || /^(rate|cron)\(.+\)$/.test(expression);
  if (!known || Number(minutes) < 30) throw new AwsFault('InvalidSchedule', 'The schedule is invalid');
}
