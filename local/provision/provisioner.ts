import { z } from 'zod';
import type { Cloud } from '../cloud/cloud.ts';
import type { Assembly, AssemblyStack } from './assembly.ts';
import { deploymentOrder, Resolver, TemplateError } from './intrinsics.ts';
import type { Created, ResourceContext, ResourceType } from './resource.ts';
import { computeTypes } from './resources/compute.ts';
import { identityTypes } from './resources/identity.ts';
import { messagingTypes } from './resources/messaging.ts';
import { stackSetTypes } from './resources/stack-set.ts';
import { storageTypes } from './resources/storage.ts';
import { watchTypes } from './resources/watch.ts';
import type { ProvisionedServices } from './services.ts';
import { StackSets } from './stack-sets.ts';

/** Where a stack goes, and the values of its parameters. */
export interface Destination {
  readonly account: string;
  readonly region: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface ProvisionedStack extends Destination {
  readonly name: string;
  /** By logical id. */
  readonly resources: ReadonlyMap<string, Created>;
  readonly outputs: Readonly<Record<string, string>>;
}

const TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [...computeTypes, ...identityTypes, ...messagingTypes, ...stackSetTypes, ...storageTypes, ...watchTypes].map((of) => [
    of.type,
    of,
  ]),
);

/** Makes the resources of synthesized templates, as CloudFormation would, through the services of the embedded cloud. */
export class Provisioner {
  readonly #cloud: Cloud;
  readonly #services: ProvisionedServices;
  readonly #assembly: Assembly;
  readonly #stackSets: StackSets;
  readonly #exports = new Map<string, string>();

  constructor(cloud: Cloud, services: ProvisionedServices, assembly: Assembly) {
    this.#cloud = cloud;
    this.#services = services;
    this.#assembly = assembly;
    this.#stackSets = new StackSets(services.membersOf, async (set, target) => {
      const name = `StackSet-${set.name}-${cloud.draw.uuid('stack instance', set.name, target.account, target.region)}`;
      await this.#deploy({ name, template: set.template }, { ...target, parameters: set.parameters });
    });
  }

  /** Provisions those stacks of the assembly that are named, each after those it depends on. Throws `TemplateError` naming stack, logical id and type. */
  async provision(names: readonly string[], destination: Destination): Promise<ProvisionedStack[]> {
    const provisioned: ProvisionedStack[] = [];
    for (const stack of this.#assembly.stacks)
      if (names.includes(stack.name)) provisioned.push(await this.#deploy(stack, destination));
    const missing = names.find((name) => !provisioned.some((stack) => stack.name === name));
    if (missing) throw new TemplateError('UnknownReference', `the assembly holds no stack ${missing}`);
    return provisioned;
  }

  /** Gives an account that joined what the stack sets hold for its unit. */
  async deployStackSets(account: string): Promise<void> {
    await this.#stackSets.deployTo(account);
  }

  async #deploy(stack: AssemblyStack, destination: Destination): Promise<ProvisionedStack> {
    const { name, template } = stack;
    const resources = new Map<string, Created>();
    const resolver = this.#resolver(stack, destination, resources);
    for (const id of deploymentOrder(template)) {
      const { Type, Properties = {}, Condition } = template.Resources[id] ?? { Type: '' };
      try {
        if (!resolver.condition(Condition)) continue;
        const type = TYPES.get(Type);
        if (!type) throw new TemplateError('UnsupportedResource', 'the embedded cloud does not know this type');
        resources.set(id, await type.create(resolver.value(Properties), this.#context({ ...destination, name }, id)));
      } catch (error) {
        throw located(error, `${name}/${id} (${Type})`);
      }
    }
    return { ...destination, name, resources, outputs: this.#outputs(stack, destination, resolver) };
  }

  #resolver(
    { name, template }: AssemblyStack,
    { account, region, parameters = {} }: Destination,
    resources: ReadonlyMap<string, Created>,
  ): Resolver {
    const { partition, draw } = this.#cloud;
    const id = draw.uuid('stack', name, account, region);
    return new Resolver(template, {
      parameters,
      pseudo: {
        'AWS::AccountId': account,
        'AWS::Region': region,
        'AWS::Partition': partition,
        'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
        'AWS::StackName': name,
        'AWS::StackId': `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/${id}`,
      },
      ref: (logicalId) => resources.get(logicalId)?.ref,
      attribute: (logicalId, attribute) => resources.get(logicalId)?.attributes?.[attribute],
      exported: (exported) => this.#exports.get(`${account} ${region} ${exported}`),
    });
  }

  #outputs({ template }: AssemblyStack, { account, region }: Destination, resolver: Resolver): Record<string, string> {
    const outputs: Record<string, string> = {};
    for (const [id, { Value, Export, Condition }] of Object.entries(template.Outputs ?? {})) {
      if (!resolver.condition(Condition)) continue;
      const value = String(resolver.value(Value));
      outputs[id] = value;
      if (Export) this.#exports.set(`${account} ${region} ${resolver.value(Export.Name)}`, value);
    }
    return outputs;
  }

  #context({ name, account, region }: Destination & { name: string }, logicalId: string): ResourceContext {
    const { draw } = this.#cloud;
    return {
      cloud: this.#cloud,
      services: this.#services,
      account,
      region,
      nameWithin(limit) {
        const suffix = draw.hex('physical name', account, region, name, logicalId).slice(0, 12);
        const room = limit - suffix.length - 2;
        const stack = name.slice(0, Math.max(room >> 1, room - logicalId.length));
        return `${stack}-${logicalId.slice(0, room - stack.length)}-${suffix}`;
      },
      asset: (location) => {
        const path = this.#assembly.assets.get(/[0-9a-f]{64}/.exec(location)?.[0] ?? '');
        if (path === undefined) throw new TemplateError('UnknownReference', `the assembly holds no asset ${location}`);
        return path;
      },
      rollOut: (set) => this.#stackSets.add(set),
    };
  }
}

function located(error: unknown, where: string): TemplateError {
  const cause = { cause: error };
  if (error instanceof z.ZodError)
    return new TemplateError('UnsupportedProperty', `${where}: ${z.prettifyError(error)}`, cause);
  const name = error instanceof TemplateError ? error.name : 'ResourceRefused';
  return new TemplateError(name, `${where}: ${error instanceof Error ? error.message : error}`, cause);
}
