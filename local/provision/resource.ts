import { z } from 'zod';
import type { EmbeddedCloud } from '../embedded-cloud.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import type { Json, Template } from './intrinsics.ts';

/** Where a stack goes, and the values of its parameters. */
export interface Destination {
  readonly account: string;
  readonly region: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What a resource is made with besides its properties. */
export interface ResourceContext extends Destination {
  readonly services: EmbeddedCloud;
  /** A name for a resource whose template gives none: the same in each run, at most so many characters. */
  nameWithin(limit: number): string;
  /** Path of the asset that an S3 key or URL names by its hash. */
  asset(location: string): string;
  /** Makes another stack: one of a stack set. */
  deploy(name: string, template: Template, destination: Destination): Promise<unknown>;
}

export interface Created {
  /** What Ref gives. */
  readonly ref?: string;
  /** What Fn::GetAtt gives. */
  readonly attributes?: Readonly<Record<string, Json>>;
}

export type ResourceType = (properties: unknown, context: ResourceContext) => Promise<Created>;

/** One resource type by the properties it understands. Whatever else a template asks for is refused: better no resource than one that silently lacks something. */
export function resourceType<Schema extends z.ZodType>(
  schema: Schema,
  create: (properties: z.output<Schema>, context: ResourceContext) => Created | Promise<Created>,
): ResourceType {
  return async (properties, context) => create(schema.parse(properties), context);
}

/** A property that changes nothing here, such as a description. */
export const ignored = z.unknown().optional();

/** The service that a policy is put to checks what it says. */
export const Policy = z.custom<PolicyDocument>((value) => typeof value === 'object' && value !== null);
