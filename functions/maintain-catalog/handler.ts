import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { Catalog } from '../../aws/catalog.ts';
import { InventoryBucket } from '../../aws/inventory-bucket.ts';
import { StateBucket } from '../../aws/state-bucket.ts';
import { lambda } from '../runtime/lambda.ts';
import { accountsInScope } from './accounts-in-scope.ts';
import { maintainCatalog } from './contract.ts';
import { keepPartitions } from './keep-partitions.ts';
import { keepTables } from './keep-tables.ts';
import { readObserved } from './read-observed.ts';
import { reportCatalog } from './report-catalog.ts';

export const handler = lambda(maintainCatalog, (env) => {
  const s3 = new S3Client({});
  const state = new StateBucket(s3, env.STATE_BUCKET);
  const inventory = new InventoryBucket(s3, env.INVENTORY_BUCKET, env.INVENTORY_PREFIX);
  const catalog = new Catalog(new GlueClient({}), env.DATABASE);
  const location = { bucketName: env.INVENTORY_BUCKET, prefix: env.INVENTORY_PREFIX };
  const ledger = `s3://${env.STATE_BUCKET}/ledger`;

  return async ({ runId }, { log, metrics, now }) => {
    const observed = await readObserved(state);
    const tables = await keepTables({ state, inventory, catalog, location, ledger }, observed);
    const partitions = await keepPartitions({
      state,
      catalog,
      tables: tables.byType,
      observed: observed.census,
      accounts: env.DROP_LEFT_ACCOUNTS ? await accountsInScope(state, runId) : null,
      now: now(),
    });
    return reportCatalog({ ...tables, partitions }, { log, metrics });
  };
});
