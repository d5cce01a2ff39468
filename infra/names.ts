/** Names that one stack gives and another relies on. */

/** The role of the function that visits accounts: the member role trusts nobody else. */
export const visitorRoleName = 'MusterConvergeAccounts';

/** The Glue database and the Athena workgroup. */
export const catalogName = 'muster';
