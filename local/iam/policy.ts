/** IAM policy documents as JSON holds them: single values or lists. Elements and operators: "IAM JSON policy elements reference" (IAM User Guide). */

export type OneOrMany<T> = T | readonly T[];

export type PrincipalElement = '*' | Readonly<Record<string, OneOrMany<string>>>;
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, OneOrMany<string | number | boolean>>>>>;

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: PrincipalElement;
  readonly NotPrincipal?: PrincipalElement;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
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

/** A policy that IAM would not accept; the message names the element at fault. */
export class PolicyError extends Error {
  override readonly name = 'MalformedPolicy';
}

export function listOf<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}
