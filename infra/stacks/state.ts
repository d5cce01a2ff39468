import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { denyInsecureTransport, inventoryBucketStatements, inventoryKeyStatements } from '../../core/policies.ts';
import type { Config } from '../config.ts';
import { Store } from '../constructs/store.ts';
import { catalogName } from '../names.ts';
import type { ConfiguredStackProps } from './configured.ts';

const queries = join(import.meta.dirname, '../../queries/named');

/** Athena bills 5 USD per TB scanned: 100 GB keeps a slip of the pen below 0.50 USD, and a fleet of 10,000 nodes is about 3 GB. */
const scannedBytesLimit = 100_000_000_000;

/** What outlives every release: the inventory, Muster's own files, and how both are asked. */
export class MusterState extends Stack {
  /** Where SSM delivers. */
  readonly inventory: Store;
  /** Runs, the ledger and query results; under a key of its own, so that a disabled inventory key cannot blind Muster. */
  readonly state: Store;

  constructor(scope: Construct, id: string, { config, ...props }: ConfiguredStackProps) {
    super(scope, id, { ...props, description: 'Muster: inventory, state and catalog' });
    this.inventory = this.#keepInventory(config);
    this.state = new Store(this, 'State', {
      purpose: 'runs, ledger and query results',
      lifecycleRules: [
        { id: 'runs', prefix: 'runs/', expiration: Duration.days(config.runDays) },
        { id: 'plans', prefix: 'plans/', expiration: Duration.days(config.runDays) },
        { id: 'query-results', prefix: 'athena/', expiration: Duration.days(config.runDays) },
        { id: 'overwritten', noncurrentVersionExpiration: Duration.days(config.noncurrentDays) },
      ],
      bucketStatements: (name) => [denyInsecureTransport(`arn:${Aws.PARTITION}:s3:::${name}`)],
    });
    this.#catalog();
    this.#tell({
      InventoryBucketName: this.inventory.bucket.bucketName,
      InventoryKeyArn: this.inventory.key.keyArn,
      StateBucketName: this.state.bucket.bucketName,
    });
  }

  /** What an operator asks for by name. */
  #tell(outputs: Record<string, string>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  #keepInventory({ bucketName, prefix, literalAccountPath, noncurrentDays, ...config }: Config): Store {
    const { organizationId, regionalPrincipals, kmsCarriesSourceOrgId: sourceOrgIdReachesKms } = config;
    const terms = { partition: Aws.PARTITION, organizationId, regionalPrincipals };
    return new Store(this, 'Inventory', {
      purpose: 'inventory delivered by Systems Manager',
      ...(bucketName !== null && { bucketName }),
      // Never an age expiry of current objects: SSM does not send unchanged content again, so an old object may be all there is.
      lifecycleRules: [{ id: 'overwritten', noncurrentVersionExpiration: Duration.days(noncurrentDays) }],
      keyStatements: inventoryKeyStatements({ ...terms, sourceOrgIdReachesKms }),
      bucketStatements: (name) => inventoryBucketStatements({ ...terms, bucketName: name, prefix, literalAccountPath }),
    });
  }

  #catalog(): void {
    const { bucket, key } = this.state;
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: {
        name: catalogName,
        description: 'SSM Inventory of the organization, and what Muster thinks of it',
      },
    });
    const workGroup = new CfnWorkGroup(this, 'WorkGroup', {
      name: catalogName,
      description: 'Questions to the inventory',
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        bytesScannedCutoffPerQuery: scannedBytesLimit,
        publishCloudWatchMetricsEnabled: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: bucket.s3UrlForObject('athena/'),
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: key.keyArn },
        },
      },
    });
    for (const file of readdirSync(queries).sort()) {
      const name = file.replace('.sql', '');
      const queryString = readFileSync(join(queries, file), 'utf8');
      const query = new CfnNamedQuery(this, `Query-${name}`, {
        name,
        database: catalogName,
        workGroup: catalogName,
        description: /^-- (.*)/.exec(queryString)?.[1] ?? name,
        queryString,
      });
      query.addResourceDependency(database);
      query.addResourceDependency(workGroup);
    }
  }
}
