import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { Catalog } from '../../aws/catalog.ts';
import { StateBucket } from '../../aws/state-bucket.ts';
import { inventoryTables, quarantineTable, verdictsTable } from '../../core/catalog.ts';
import { lambda } from '../runtime/lambda.ts';
import { maintainCatalog } from './contract.ts';
import { registerPartitions } from './register-partitions.ts';

export const handler = lambda(maintainCatalog, (env) => {
  const state = new StateBucket(new S3Client({}), env.STATE_BUCKET);
  const catalog = new Catalog(new GlueClient({}), env.DATABASE);
  const tables = inventoryTables({ bucketName: env.INVENTORY_BUCKET, prefix: env.INVENTORY_PREFIX });
  const ledger = `s3://${env.STATE_BUCKET}/ledger`;
  const ownTables = [verdictsTable(`${ledger}/latest/`), quarantineTable(`${ledger}/quarantine/`)];

  return async (_input, { log }) => {
    const { changedTables, added, refused } = await registerPartitions({ state, catalog, tables, ownTables });
    for (const problem of refused) log.warn('partition refused', { problem });
    log.info('catalog maintained', { tables: changedTables, partitionsCreated: added });
    return { tables: changedTables, partitionsCreated: added };
  };
});
