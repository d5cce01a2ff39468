import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { EmbeddedCloud } from '../embedded-cloud.ts';
import type { Assembly } from './assembly.ts';
import { deploymentOrder, resolve, type Scope, type Template, TemplateError } from './intrinsics.ts';
import type { Created, Destination, ResourceContext, ResourceType } from './resource.ts';
import { computeTypes } from './resources/compute.ts';
import { identityTypes } from './resources/identity.ts';
import { messagingTypes } from './resources/messaging.ts';
import { storageTypes } from './resources/storage.ts';

export interface ProvisionedStack {
  /** By logical id. */
  readonly resources: ReadonlyMap<string, Created>;
  readonly outputs: Readonly<Record<string, string>>;
}

const TYPES: ReadonlyMap<string, ResourceType> = new Map(
  Object.entries({ ...computeTypes, ...identityTypes, ...messagingTypes, ...storageTypes }),
);
const UNDERSTOOD = ['Description', 'Outputs', 'Parameters', 'Resources', 'Rules'];

/** Types of which making a resource again changes the one that stands. */
const UPDATABLE = new Set(['AWS::IAM::Policy', 'AWS::Lambda::Function', 'AWS::S3::BucketPolicy']);

interface Wanted {
  readonly type: string;
  readonly properties: unknown;
  readonly destination: Destination;
}

interface Standing {
  readonly properties: unknown;
  readonly created: Created;
}

/** Makes the resources of synthesized templates, as CloudFormation would, through the services of the embedded cloud. */
export class Provisioner {
  readonly #services: EmbeddedCloud;
  #assembly: Assembly;
  /** By account, Region, stack and logical id. */
  readonly #standing = new Map<string, Standing>();
  readonly #exports = new Map<string, string>();

  constructor(services: EmbeddedCloud, assembly: Assembly) {
    this.#services = services;
    this.#assembly = assembly;
  }

  /** From now on stacks are provisioned from another assembly: what stands and differs is updated, and refused where that is not served. Nothing is taken away. */
  use(assembly: Assembly): void {
    this.#assembly = assembly;
  }

  /** Provisions a stack of the assembly, after those it imports from. Throws `TemplateError` naming stack, logical id and type. */
  async provision(name: string, destination: Destination): Promise<ProvisionedStack> {
    const template = this.#assembly.stacks.get(name);
    if (!template) throw new TemplateError(`the assembly holds no stack ${name}`);
    return this.#deploy(name, template, destination);
  }

  async #deploy(name: string, template: Template, destination: Destination): Promise<ProvisionedStack> {
    const unknown = Object.keys(template).find((section) => !UNDERSTOOD.includes(section));
    if (unknown) throw new TemplateError(`${name}: ${unknown} is not supported`);
    const resources = new Map<string, Created>();
    const scope = this.#scope(name, { template, resources, ...destination });
    for (const [id, { Type, Properties = {} }] of deploymentOrder(template)) {
      try {
        const properties = resolve(Properties, scope);
        resources.set(id, await this.#put(`${name}/${id}`, { type: Type, properties, destination }));
      } catch (error) {
        throw new TemplateError(`${name}/${id} (${Type}): ${explain(error)}`, { cause: error });
      }
    }
    const outputs = this.#outputs(template, destination, scope);
    this.#services.cloudformation.record({ id: String(scope.ref('AWS::StackId')), name, outputs });
    return { resources, outputs };
  }

  async #put(path: string, { type, properties, destination }: Wanted): Promise<Created> {
    const create = TYPES.get(type);
    if (!create) throw new TemplateError('the embedded cloud does not know this type');
    const key = `${destination.account} ${destination.region} ${path}`;
    const standing = this.#standing.get(key);
    if (standing && isDeepStrictEqual(standing.properties, properties)) return standing.created;
    if (standing && !UPDATABLE.has(type)) throw new TemplateError('the embedded cloud does not update this type');
    const created = await create(properties, this.#context(path, destination));
    this.#standing.set(key, { properties, created });
    return created;
  }

  #scope(
    name: string,
    stack: Destination & { readonly template: Template; readonly resources: ReadonlyMap<string, Created> },
  ): Scope {
    const { account, region, parameters = {}, template, resources } = stack;
    const { partition, draw } = this.#services.cloud;
    const id = draw.uuid('stack', name, account, region);
    const pseudo: Readonly<Record<string, string>> = {
      'AWS::AccountId': account,
      'AWS::Region': region,
      'AWS::Partition': partition,
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': name,
      'AWS::StackId': `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/${id}`,
    };
    return {
      ref(wanted) {
        const parameter = parameters[wanted] ?? template.Parameters?.[wanted]?.Default?.toString();
        return pseudo[wanted] ?? parameter ?? resources.get(wanted)?.ref;
      },
      attribute: (logicalId, attribute) => resources.get(logicalId)?.attributes?.[attribute],
      exported: (exported) => this.#exports.get(`${account} ${region} ${exported}`),
    };
  }

  #outputs({ Outputs = {} }: Template, { account, region }: Destination, scope: Scope): Record<string, string> {
    const outputs: Record<string, string> = {};
    for (const [id, { Value, Export }] of Object.entries(Outputs)) {
      const value = String(resolve(Value, scope));
      outputs[id] = value;
      if (Export) this.#exports.set(`${account} ${region} ${resolve(Export.Name, scope)}`, value);
    }
    return outputs;
  }

  #context(path: string, destination: Destination): ResourceContext {
    const { draw } = this.#services.cloud;
    const { account, region } = destination;
    const [name = '', logicalId = ''] = path.split('/');
    return {
      ...destination,
      services: this.#services,
      nameWithin(limit) {
        const suffix = draw.hex('physical name', account, region, name, logicalId).slice(0, 12);
        const room = limit - suffix.length - 2;
        const stack = name.slice(0, Math.max(room >> 1, room - logicalId.length));
        return `${stack}-${logicalId.slice(0, room - stack.length)}-${suffix}`;
      },
      asset: (location) => {
        const path = this.#assembly.assets.get(/[0-9a-f]{64}/.exec(location)?.[0] ?? '');
        if (path === undefined) throw new TemplateError(`the assembly holds no asset ${location}`);
        return path;
      },
      deploy: (...stack) => this.#deploy(...stack),
    };
  }
}

function explain(error: unknown): unknown {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : error;
}
