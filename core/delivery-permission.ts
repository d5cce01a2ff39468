/** What Systems Manager asks of the hub when it delivers, and whether the hub's policies let it. */
import { type Answer, all } from './answer.ts';
import type { ServiceRequest } from './resource-policy.ts';

/** Where the fleet delivers, as far as policies see it. */
export interface DeliveryPlace {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  readonly organizationId: string;
  readonly bucketName: string;
  readonly prefix: string;
  readonly keyArn: string;
  /** Regions in which SSM may come as `ssm.<region>.amazonaws.com` instead. */
  readonly regionalPrincipals: readonly string[];
  /** Whether S3's call to KMS on behalf of SSM is known to carry `aws:SourceOrgID`. */
  readonly sourceOrgIdReachesKms: boolean;
}

export interface Deliverer {
  readonly accountId: string;
  readonly region: string;
  readonly syncName: string;
}

interface DeliveryRequests {
  /** The object, and the tag `OrgId` that an Organization sync puts on it (SSM user guide, resource data sync for an organization). */
  readonly s3: readonly ServiceRequest[];
  readonly kms: readonly ServiceRequest[];
}

/** Of the requests of each principal that may come, all must pass; where they are not treated alike, what happens is unknown. */
export function askEach(
  place: DeliveryPlace,
  deliverer: Deliverer,
  permits: (requests: DeliveryRequests) => Answer,
): Answer {
  const regional = place.regionalPrincipals.includes(deliverer.region) ? [`ssm.${deliverer.region}.amazonaws.com`] : [];
  const answers = ['ssm.amazonaws.com', ...regional].map((principal) =>
    permits(deliveryRequests(place, deliverer, principal)),
  );
  return answers.every((one) => one === answers[0]) ? all(answers) : 'unknown';
}

/**
 * Every condition key that is known of such a request, present or absent: "AWS global condition context keys" (IAM User Guide) and the
 * Service Authorization Reference. A service principal is in no organization and comes through no endpoint of ours.
 */
function deliveryRequests(place: DeliveryPlace, deliverer: Deliverer, principal: string): DeliveryRequests {
  const { partition, organizationId, keyArn } = place;
  const { accountId, region, syncName } = deliverer;
  const bucketArn = `arn:${partition}:s3:::${place.bucketName}`;
  const folder = place.prefix === '' ? '' : `${place.prefix}/`;
  // One object stands for all: every node delivers this type.
  const resource = `${bucketArn}/${folder}AWS:InstanceInformation/accountid=${accountId}/region=${region}/resourcetype=ManagedInstanceInventory/i-00000000000000000.json`;
  const common = {
    'aws:PrincipalIsAWSService': ['true'],
    'aws:PrincipalServiceName': [principal],
    'aws:PrincipalOrgID': [],
    'aws:PrincipalOrgPaths': [],
    'aws:RequestedRegion': [place.region],
    'aws:ResourceAccount': [place.accountId],
    'aws:ResourceOrgID': [organizationId],
    'aws:SecureTransport': ['true'],
    'aws:SourceAccount': [accountId],
    'aws:SourceArn': [`arn:${partition}:ssm:${region}:${accountId}:resource-data-sync/${syncName}`],
    'aws:SourceVpc': [],
    'aws:SourceVpce': [],
  };
  const put = contextOf({
    ...common,
    'aws:SourceOrgID': [organizationId],
    's3:RequestObjectTag/OrgId': [organizationId],
    's3:RequestObjectTagKeys': ['OrgId'],
    's3:x-amz-acl': ['bucket-owner-full-control'],
    's3:x-amz-server-side-encryption': ['aws:kms'],
    's3:x-amz-server-side-encryption-aws-kms-key-id': [keyArn],
  });
  const encrypt = contextOf({
    ...common,
    ...(place.sourceOrgIdReachesKms && { 'aws:SourceOrgID': [organizationId] }),
    'kms:EncryptionContext:aws:s3:arn': [bucketArn],
    'kms:EncryptionContextKeys': ['aws:s3:arn'],
    'kms:ViaService': [`s3.${place.region}.amazonaws.com`],
  });
  return {
    s3: ['s3:PutObject', 's3:PutObjectTagging'].map((action) => ({ principal, action, resource, context: put })),
    kms: [{ principal, action: 'kms:GenerateDataKey', resource: keyArn, context: encrypt }],
  };
}

function contextOf(keys: Readonly<Record<string, readonly string[]>>) {
  return new Map(Object.entries(keys).map(([key, values]) => [key.toLowerCase(), values]));
}
