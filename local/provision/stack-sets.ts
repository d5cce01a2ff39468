import type { Template } from './intrinsics.ts';

/** A service-managed stack set: its stacks follow the accounts of its units. */
export interface StackSet {
  readonly name: string;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  readonly autoDeployment: boolean;
  readonly instances: readonly { readonly units: readonly string[]; readonly regions: readonly string[] }[];
}

interface Target {
  readonly account: string;
  readonly region: string;
}

/** Stack sets and where their stacks are ("Using AWS CloudFormation StackSets with AWS Organizations": never in the management account). */
export class StackSets {
  readonly #sets: StackSet[] = [];
  readonly #deployed = new Set<string>();
  readonly #membersOf: (units: readonly string[]) => readonly string[];
  readonly #deploy: (set: StackSet, target: Target) => Promise<void>;

  constructor(
    membersOf: (units: readonly string[]) => readonly string[],
    deploy: (set: StackSet, target: Target) => Promise<void>,
  ) {
    this.#membersOf = membersOf;
    this.#deploy = deploy;
  }

  async add(set: StackSet): Promise<void> {
    this.#sets.push(set);
    for (const target of this.#targetsOf(set)) await this.#deployOnce(set, target);
  }

  /** What auto-deployment does when an account joins a targeted unit; stacks that stand are left alone. */
  async deployTo(account: string): Promise<void> {
    for (const set of this.#sets.filter(({ autoDeployment }) => autoDeployment))
      for (const target of this.#targetsOf(set)) if (target.account === account) await this.#deployOnce(set, target);
  }

  #targetsOf({ instances }: StackSet): Target[] {
    return instances.flatMap(({ units, regions }) =>
      this.#membersOf(units).flatMap((account) => regions.map((region) => ({ account, region }))),
    );
  }

  async #deployOnce(set: StackSet, target: Target): Promise<void> {
    const key = `${set.name} ${target.account} ${target.region}`;
    if (this.#deployed.has(key)) return;
    this.#deployed.add(key);
    await this.#deploy(set, target);
  }
}
