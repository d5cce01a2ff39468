/** What AWS's documentation leaves open (domain.md 12), a switch each. */
export interface SsmUnknowns {
  /** CreateResourceDataSync writes a test object and fails if it cannot; otherwise it does not touch the bucket (domain.md 1.3). Default true. */
  readonly createProbes: boolean;
  /** A report without changes moves the CaptureTime that GetInventory shows; the object in S3 is not written again either way (domain.md 2.4). Default false. */
  readonly hashOnlyPutMovesCaptureTime: boolean;
  /** ListResourceDataSync shows `DestinationDataSharing` (domain.md 4.1). Default false. */
  readonly listShowsSharing: boolean;
  /** A delivered object ends with a line feed (domain.md 2.1). Default false. */
  readonly trailingNewline: boolean;
  /** What Create answers when another sync already shares with the Organization (domain.md 1.4). Default ResourceDataSyncCountExceededException. */
  readonly organizationConflictCode:
    | 'ResourceDataSyncCountExceededException'
    | 'ResourceDataSyncInvalidConfigurationException';
  /** Both sync types count against one limit of five (domain.md 4.4). Default true. */
  readonly sharedLimit: boolean;
  /** In Regions that came online since ap-east-1 the service writes as `ssm.<region>.amazonaws.com` (domain.md 6.4). Default false. */
  readonly regionalPrincipals: boolean;
}

export const SSM_DEFAULTS: SsmUnknowns = {
  createProbes: true,
  hashOnlyPutMovesCaptureTime: false,
  listShowsSharing: false,
  trailingNewline: false,
  organizationConflictCode: 'ResourceDataSyncCountExceededException',
  sharedLimit: true,
  regionalPrincipals: false,
};
