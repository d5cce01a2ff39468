/** How a bucket is set up, as S3 tells it; what was never set is an error of its own (S3 API reference). */
import type * as sdk from '@aws-sdk/client-s3';
import { AwsFault } from '../cloud/aws-fault.ts';
import { operations, type Service } from '../cloud/service.ts';
import type { Address, Buckets } from './s3-access.ts';

export function configurationOperations(buckets: Buckets): Service['operations'] {
  const needs =
    (action: string) =>
    ({ Bucket }: Address) => [buckets.need(`s3:${action}`, { Bucket })];
  const settings = ({ Bucket }: Address) => buckets.named(Bucket).settings;
  return operations<typeof sdk>({
    GetBucketVersioning: {
      needs: needs('GetBucketVersioning'),
      run: (input) => (settings(input).versioning ? { Status: 'Enabled' } : {}),
    },
    GetPublicAccessBlock: {
      needs: needs('GetBucketPublicAccessBlock'),
      run: (input) => {
        const { publicAccessBlock } = settings(input);
        if (publicAccessBlock) return { PublicAccessBlockConfiguration: publicAccessBlock };
        throw absent('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found');
      },
    },
    GetBucketOwnershipControls: {
      needs: needs('GetBucketOwnershipControls'),
      run: (input) => {
        const { ownership: ObjectOwnership } = settings(input);
        if (ObjectOwnership) return { OwnershipControls: { Rules: [{ ObjectOwnership }] } };
        throw absent('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found');
      },
    },
    GetObjectLockConfiguration: {
      needs: needs('GetBucketObjectLockConfiguration'),
      run: (input) => {
        settings(input);
        throw absent(
          'ObjectLockConfigurationNotFoundError',
          'Object Lock configuration does not exist for this bucket',
        );
      },
    },
  });
}

function absent(code: string, message: string): AwsFault {
  return new AwsFault(code, message, { status: 404 });
}
