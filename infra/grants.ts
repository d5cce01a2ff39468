/** The few kinds of permission that Muster's roles are made of. */
import { Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acknowledge } from './acknowledge.ts';
import type { Store } from './constructs/store.ts';

/** What a role may do, and for each wildcard in it, by its cdk-nag finding, the reason why no narrower one would do. */
export type Grant = { sid: string; actions: string[]; resources: string[]; wildcards?: Record<string, string> };

export function give(role: IRole, grants: Grant[]): void {
  for (const { wildcards = {}, ...statement } of grants) {
    // With a name of its own no statement is merged into another: each stays what one piece of code needs.
    role.addToPrincipalPolicy(new PolicyStatement(statement));
    for (const [finding, reason] of Object.entries(wildcards)) {
      acknowledge(role, { [`AwsSolutions-IAM5[${finding}]`]: reason });
    }
  }
}

/** `Resource::` findings spell the ARN of a bucket by the name under which another stack imports it. */
function finding({ bucket }: Store, path: string): string {
  const stack = Stack.of(bucket);
  const { 'Fn::ImportValue': arn } = stack.resolve(stack.exportValue(bucket.bucketArn));
  return `Resource::${arn}/${path}`;
}

/** Files of a run and of a plan; other paths of the state bucket are whole. */
const nameless = {
  'runs/*': 'Which run is not known beforehand: its id is part of the key.',
  'plans/*': 'Which plan is not known beforehand: its hash is the key.',
};

function onObjects(sid: string, actions: string[], { store, paths }: { store: Store; paths: string[] }): Grant {
  const reasons = Object.entries(nameless).flatMap(([folder, reason]) =>
    paths.filter((path) => path.startsWith(folder)).map((path) => [finding(store, path), reason]),
  );
  const wildcards = Object.fromEntries(reasons);
  return { sid, actions, resources: paths.map((path) => store.bucket.arnForObjects(path)), wildcards };
}

export function readObjects(store: Store, ...paths: string[]): Grant {
  return onObjects(`Read${store.node.id}`, ['s3:GetObject'], { store, paths });
}

export function writeObjects(store: Store, ...paths: string[]): Grant {
  return onObjects(`Write${store.node.id}`, ['s3:PutObject'], { store, paths });
}

/** What a distributed map writes; large results go up in parts. */
export function writeResults(store: Store, ...paths: string[]): Grant {
  const actions = ['s3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'];
  return onObjects('WriteResults', actions, { store, paths });
}

/** Delivered objects, of whichever account and node they are: those of all types, or of some. */
export function readInventory(store: Store, prefix: string, types: '*' | 'Custom:*' = '*'): Grant {
  const path = `${prefix}/${types}`;
  const wildcards = { [finding(store, path)]: 'It reads what every account and node delivered.' };
  return { ...readObjects(store, path), wildcards };
}

/** Also what makes a missing object a 404 instead of a 403 (S3 API reference, GetObject), hence no condition on the prefix. */
export function listObjects({ bucket, node }: Store): Grant {
  return { sid: `List${node.id}`, actions: ['s3:ListBucket'], resources: [bucket.bucketArn] };
}

/** S3 uses the key on behalf of whoever reads (Decrypt) and writes (GenerateDataKey) (KMS developer guide, S3). */
export function useKey({ key, node }: Store, ...uses: ('Decrypt' | 'GenerateDataKey')[]): Grant {
  return { sid: `Use${node.id}Key`, actions: uses.map((use) => `kms:${use}`), resources: [key.keyArn] };
}
