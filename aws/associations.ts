import { paginateListAssociations, type SSMClient } from '@aws-sdk/client-ssm';

/** Whether any association here runs `AWS-GatherSoftwareInventory`, whoever made it: Inspector's and Quick Setup's count. */
export async function collectsInventory(client: SSMClient): Promise<boolean> {
  const AssociationFilterList = [{ key: 'Name' as const, value: 'AWS-GatherSoftwareInventory' }];
  for await (const page of paginateListAssociations({ client, pageSize: 50 }, { AssociationFilterList })) {
    if ((page.Associations ?? []).length > 0) return true;
  }
  return false;
}
