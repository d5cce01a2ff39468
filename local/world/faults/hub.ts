/** Somebody in the hub account changes what every delivery rests on. */
import { faultKind } from './fault.ts';

export const hubFaults = {
  /** Overwritten by one of another purpose, which says nothing of Systems Manager. */
  'bucket-policy-replaced': faultKind({
    shape: {},
    act: (_fault, { s3, inventory: { bucket }, hubAccountId, partition, askInHub }) => {
      const before = s3.bucket(bucket)?.settings.policy;
      const put = (policy: unknown) =>
        askInHub('s3', 'PutBucketPolicy', { Bucket: bucket, Policy: JSON.stringify(policy) });
      const Resource = [`arn:${partition}:s3:::${bucket}`, `arn:${partition}:s3:::${bucket}/*`];
      const Principal = { AWS: `arn:${partition}:iam::${hubAccountId}:root` };
      const reports = {
        Sid: 'Reports',
        Effect: 'Allow',
        Principal,
        Action: ['s3:GetObject', 's3:ListBucket'],
        Resource,
      };
      put({ Version: '2012-10-17', Statement: [reports] });
      return () => put(before);
    },
  }),

  'key-disabled': faultKind({
    shape: {},
    act: (_fault, { inventory: { keyArn: KeyId }, askInHub }) => {
      askInHub('kms', 'DisableKey', { KeyId });
      return () => askInHub('kms', 'EnableKey', { KeyId });
    },
  }),
};
