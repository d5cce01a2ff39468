import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { stateFiles } from '../../core/run.ts';
import { publishHealth } from '../../functions/publish-health/contract.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { readObjects, useKey, writeObjects } from '../grants.ts';
import type { Hub } from './hub.ts';

/** Time: PutEvents takes ten in 0.05 s, so 100,000 changes are 500 s. */
export function publishHealthFunction({ stack, stores: { state } }: Hub): IFunction {
  return new ServiceFunction(stack, 'PublishHealth', {
    contract: publishHealth,
    environment: { STATE_BUCKET: state.bucket.bucketName },
    memoryMb: 512,
    grants: [
      readObjects(state, 'runs/*/verdicts.jsonl', 'runs/*/hub.json', stateFiles.contents),
      writeObjects(state, stateFiles.summary),
      useKey(state, 'Decrypt', 'GenerateDataKey'),
      {
        sid: 'PublishEvents',
        actions: ['events:PutEvents'],
        resources: [stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
      },
    ],
  }).handler;
}
