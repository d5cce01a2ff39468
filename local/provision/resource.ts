import { z } from 'zod';
import type { Cloud } from '../cloud/cloud.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import type { Json } from './intrinsics.ts';
import type { ProvisionedServices } from './services.ts';
import type { StackSet } from './stack-sets.ts';

/** What a resource is made with besides its properties. */
export interface ResourceContext {
  readonly cloud: Cloud;
  readonly services: ProvisionedServices;
  readonly account: string;
  readonly region: string;
  /** A name for a resource whose template gives none: the same in each run, at most so many characters. */
  nameWithin(limit: number): string;
  /** Path of the asset that an S3 key or URL names by its hash. */
  asset(location: string): string;
  /** Rolls a stack set out, now and to whoever joins its units later. */
  rollOut(set: StackSet): Promise<void>;
}

export interface Created {
  /** What Ref gives. */
  readonly ref: string;
  /** What Fn::GetAtt gives. */
  readonly attributes?: Readonly<Record<string, Json>>;
}

export interface ResourceType {
  readonly type: string;
  create(properties: unknown, context: ResourceContext): Promise<Created>;
}

/** One resource type by the properties it understands. Whatever else a template asks for is refused: better no resource than one that silently lacks something. */
export function resourceType<Schema extends z.ZodType>(
  type: string,
  schema: Schema,
  create: (properties: z.output<Schema>, context: ResourceContext) => Created | Promise<Created>,
): ResourceType {
  return { type, create: async (properties, context) => create(schema.parse(properties), context) };
}

/** A property that changes nothing here, such as a description or tags. */
export const ignored = z.unknown().optional();

/** The service that a policy is put to checks what it says. */
export const Policy = z.custom<PolicyDocument>((value) => typeof value === 'object' && value !== null);
