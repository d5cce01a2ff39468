/** Names that one stack gives and another relies on. */

/** The role of the function that visits accounts: the member role trusts nobody else. */
export const visitorRoleName = 'MusterConvergeAccounts';

/** The role of the function that lists accounts and Regions: the region reader trusts nobody else. */
export const resolverRoleName = 'MusterResolveTargets';

/** The role of the management account that tells its Regions. */
export const regionReaderName = 'MusterListRegions';

/** The Glue database and the Athena workgroup. */
export const catalogName = 'muster';
