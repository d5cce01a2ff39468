import type { AccountState } from '@aws-sdk/client-organizations';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { NamedPolicy } from '../iam/policy.ts';
import type { OrganizationPolicies } from '../iam/request.ts';

export interface Unit {
  readonly id: string;
  readonly name: string;
  /** Id of a unit or of the root. */
  readonly parent: string;
}

export interface MemberAccount extends Unit {
  readonly state: AccountState;
  readonly joinedAt: Date;
}

export type ControlType = 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';

const everything = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
const FULL_ACCESS: Readonly<Record<ControlType, NamedPolicy>> = {
  SERVICE_CONTROL_POLICY: { name: 'FullAWSAccess', document: { Version: '2012-10-17', Statement: everything } },
  RESOURCE_CONTROL_POLICY: {
    name: 'RCPFullAWSAccess',
    document: { Version: '2012-10-17', Statement: { ...everything, Principal: '*' } },
  },
};

/** An organization as the world has it: accounts in units under one root, policies attached to any of them, delegated administrators. */
export class OrganizationTree implements OrganizationPolicies {
  readonly id: string;
  readonly rootId: string;
  readonly managementAccountId: string;
  readonly #units = new Map<string, Unit>();
  readonly #accounts = new Map<string, MemberAccount>();
  readonly #attached = new Map<string, NamedPolicy[]>();
  readonly #delegates = new Map<string, ReadonlySet<string>>();
  readonly #trusted = new Set<string>();
  /** Remembered levels by control type and account, until anything changes. */
  readonly #levels = new Map<string, readonly (readonly NamedPolicy[])[]>();

  constructor({ id, rootId, managementAccountId }: { id: string; rootId: string; managementAccountId: string }) {
    this.id = id;
    this.rootId = rootId;
    this.managementAccountId = managementAccountId;
  }

  /** Adds a unit under the root, or under `parent`. */
  addUnit({ id, name, parent = this.rootId }: { id: string; name: string; parent?: string | undefined }): void {
    this.#units.set(id, { id, name, parent });
  }

  /** Adds an account, or gives a known one other properties (another parent is a move, another state a suspension). */
  putAccount(account: Pick<MemberAccount, 'id' | 'joinedAt'> & Partial<MemberAccount>): void {
    const usual = { name: account.id, parent: this.rootId, state: 'ACTIVE' } as const;
    this.#accounts.set(account.id, { ...usual, ...this.#accounts.get(account.id), ...account });
    this.#levels.clear();
  }

  /** `target`: id of the root, a unit or an account. Replaces a policy of that name. */
  attach(type: ControlType, target: string, policy: NamedPolicy): void {
    this.detach(type, target, policy.name);
    this.#attachedTo(type, target).push(policy);
  }

  /** `FullAWSAccess` cannot be detached here. */
  detach(type: ControlType, target: string, policyName: string): void {
    const others = this.#attachedTo(type, target).filter(({ name }) => name !== policyName);
    this.#attached.set(`${type} ${target}`, others);
    this.#levels.clear();
  }

  /** Gives services trusted access, by their principals. */
  trust(...services: readonly string[]): void {
    for (const service of services) this.#trusted.add(service);
  }

  trusted(): readonly string[] {
    return [...this.#trusted].sort();
  }

  /** Makes a member the delegated administrator of services, by their principals. */
  delegate(account: string, ...services: readonly string[]): void {
    this.#delegates.set(account, new Set([...(this.#delegates.get(account) ?? []), ...services]));
  }

  /** The services that an account is delegated administrator of; none of them gets there without trusted access. */
  delegatedTo(account: string): readonly string[] {
    return [...(this.#delegates.get(account) ?? [])];
  }

  /** Of that service, or of any. */
  isDelegate(account: string, service?: string): boolean {
    const services = this.delegatedTo(account);
    return service === undefined ? services.length > 0 : services.includes(service);
  }

  account(id: string): MemberAccount | undefined {
    return this.#accounts.get(id);
  }

  accounts(): readonly MemberAccount[] {
    return [...this.#accounts.values()];
  }

  units(): readonly Unit[] {
    return [...this.#units.values()];
  }

  has(unitOrRoot: string): boolean {
    return unitOrRoot === this.rootId || this.#units.has(unitOrRoot);
  }

  /** ACTIVE accounts of the units and of all units below them (the root is one), without the management account, which service-managed StackSets never reach. */
  membersOf(units: readonly string[]): readonly string[] {
    const members = this.accounts().filter(({ id, state }) => state === 'ACTIVE' && id !== this.managementAccountId);
    return members.filter(({ id }) => this.#ancestors(id).some((above) => units.includes(above))).map(({ id }) => id);
  }

  pathOf(account: string): string | undefined {
    const parents = this.#ancestors(account);
    return parents.length === 0 ? undefined : `${[this.id, ...parents].join('/')}/`;
  }

  serviceControlPolicies(account: string): readonly (readonly NamedPolicy[])[] {
    return this.#levelsOf('SERVICE_CONTROL_POLICY', account);
  }

  resourceControlPolicies(account: string): readonly (readonly NamedPolicy[])[] {
    return this.#levelsOf('RESOURCE_CONTROL_POLICY', account);
  }

  /** Neither SCPs nor RCPs affect the management account (Organizations User Guide). */
  #levelsOf(type: ControlType, account: string): readonly (readonly NamedPolicy[])[] {
    const key = `${type} ${account}`;
    const known = this.#levels.get(key);
    if (known) return known;
    const nodes = account === this.managementAccountId ? [] : this.#ancestors(account);
    const bound = nodes.length === 0 ? [] : [...nodes, account];
    const levels = bound.map((node) => [FULL_ACCESS[type], ...this.#attachedTo(type, node)]);
    this.#levels.set(key, levels);
    return levels;
  }

  #attachedTo(type: ControlType, target: string): NamedPolicy[] {
    return this.#attached.get(`${type} ${target}`) ?? [];
  }

  /** From the root down to the account's parent; empty outside the organization. */
  #ancestors(account: string): readonly string[] {
    const parent = this.#accounts.get(account)?.parent;
    return parent === undefined ? [] : this.#chain(parent);
  }

  #chain(node: string): readonly string[] {
    if (node === this.rootId) return [node];
    const unit = this.#units.get(node);
    if (!unit) throw new AwsFault('ParentNotFoundException', `there is no unit ${node}`);
    return [...this.#chain(unit.parent), node];
  }
}
