import * as z from 'zod';

export const AccountId = z
  .string()
  .regex(/^\d{12}$/, 'an AWS account id has twelve digits')
  .brand<'AccountId'>();
export type AccountId = z.infer<typeof AccountId>;

/** A Region name of any partition, such as `eusc-de-east-1`. Whether it exists is for the config to check. */
export const Region = z
  .string()
  .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'not the name of an AWS Region')
  .brand<'Region'>();
export type Region = z.infer<typeof Region>;

/** One cell of the fleet: an account in one Region. */
export const Target = z.strictObject({ accountId: AccountId, region: Region });
export type Target = z.infer<typeof Target>;

export type TargetKey = `${string}/${string}`;

export function targetKey({ accountId, region }: { accountId: string; region: string }): TargetKey {
  return `${accountId}/${region}`;
}
