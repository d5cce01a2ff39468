import { Aws } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { convergeAccounts } from '../../functions/converge-accounts/contract.ts';
import { collectionOrder } from '../collection.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { listObjects, useKey, writeObjects } from '../grants.ts';
import { visitorRoleName } from '../names.ts';
import type { Hub } from './hub.ts';

/** Time: a batch of 100 accounts x 34 Regions x 6 calls of 0.3 s, 40 at once, is 153 s; throttling may make it four times as long. */
export function convergeAccountsFunction({ stack, config, stores: { inventory, state } }: Hub): IFunction {
  const { memberRoleName, prefix, hubRegion, adopt, replace, changes } = config;
  return new ServiceFunction(stack, 'ConvergeAccounts', {
    contract: convergeAccounts,
    environment: {
      STATE_BUCKET: state.bucket.bucketName,
      MEMBER_ROLE_NAME: memberRoleName,
      INVENTORY_BUCKET: inventory.bucket.bucketName,
      INVENTORY_PREFIX: prefix,
      INVENTORY_KEY_ARN: inventory.key.keyArn,
      HUB_REGION: hubRegion,
      ADOPT: adopt ? 'true' : 'false',
      REPLACE: replace,
      STOP_AFTER_FAILURES: String(changes.stopAfterFailures),
      COLLECTION: collectionOrder(config),
    },
    memoryMb: 1024,
    roleName: visitorRoleName,
    grants: [
      {
        sid: 'VisitAccounts',
        actions: ['sts:AssumeRole'],
        resources: [`arn:${Aws.PARTITION}:iam::*:role/${memberRoleName}`],
        wildcards: {
          [`Resource::arn:<AWS::Partition>:iam::*:role/${memberRoleName}`]:
            'The member role of every account; its trust asks for the organization.',
        },
      },
      listObjects(state),
      writeObjects(state, 'runs/*/observations/*', 'runs/*/failed-changes/*'),
      useKey(state, 'GenerateDataKey'),
    ],
  }).handler;
}
