/** IAM policy documents as JSON holds them, with the elements that are understood here ("IAM JSON policy elements reference", IAM User Guide). */

type OneOrMany<T> = T | readonly T[];

export type PrincipalElement = '*' | Readonly<Record<string, OneOrMany<string>>>;
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, OneOrMany<string | boolean>>>>>;

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: PrincipalElement;
  readonly Action: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly Condition?: ConditionBlock;
}

/** Never changed in place: whoever edits a policy puts a new document, because compiled forms are remembered by the object. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: OneOrMany<PolicyStatement>;
}

/** A document with a name that tells a reader where it comes from. */
export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** A policy that IAM would not accept, or that uses what is not understood here; the message names the element at fault. */
export class PolicyError extends Error {
  override readonly name = 'MalformedPolicy';
}

export function listOf<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}
