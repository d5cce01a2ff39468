import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { Catalog } from '../../aws/catalog.ts';
import { StateBucket } from '../../aws/state-bucket.ts';
import { inventoryTables, quarantineTable, verdictsTable } from '../../core/catalog.ts';
import { CensusFile, emptyCensus, parseCensus } from '../../core/partition-census.ts';
import { stateFiles } from '../../core/run.ts';
import { lambda } from '../runtime/lambda.ts';
import { accountsInScope } from './accounts-in-scope.ts';
import { maintainCatalog } from './contract.ts';
import { ensureTables, tablesByType } from './ensure-tables.ts';
import { keepPartitions } from './keep-partitions.ts';
import { reportCatalog } from './report-catalog.ts';

export const handler = lambda(maintainCatalog, (env) => {
  const state = new StateBucket(new S3Client({}), env.STATE_BUCKET);
  const catalog = new Catalog(new GlueClient({}), env.DATABASE);
  const declared = inventoryTables({ bucketName: env.INVENTORY_BUCKET, prefix: env.INVENTORY_PREFIX });
  const ledger = `s3://${env.STATE_BUCKET}/ledger`;
  const ownTables = [verdictsTable(`${ledger}/latest/`), quarantineTable(`${ledger}/quarantine/`)];

  return async ({ runId }, { log, metrics, now }) => {
    const file = await state.readJson(stateFiles.partitions, CensusFile);
    const ensured = await ensureTables(catalog, [...declared.values(), ...ownTables]);
    const partitions = await keepPartitions({
      state,
      catalog,
      tables: tablesByType(declared, ensured),
      observed: file === undefined ? emptyCensus : parseCensus(file),
      accounts: env.DROP_LEFT_ACCOUNTS ? await accountsInScope(state, runId) : null,
      now: now(),
    });
    return reportCatalog({ ensured, partitions }, { log, metrics });
  };
});
