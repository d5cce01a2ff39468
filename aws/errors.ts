/** The only file that reads the names and texts of SDK errors. Names are those of each service's API reference. */
import { Denial, type VisitFailure } from '../core/observation.ts';
import { StepError } from '../core/step-error.ts';

export type ErrorKind =
  | 'denied'
  | 'throttled'
  | 'unavailable'
  | 'not-found'
  | 'precondition-failed'
  | 'already-exists'
  | 'quota-exceeded'
  | 'write-refused'
  | 'configuration-refused'
  | 'key-unusable'
  | 'other';

const kindsByName: Record<string, ErrorKind> = {
  AccessDenied: 'denied',
  AccessDeniedException: 'denied',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  RequestLimitExceeded: 'throttled',
  RequestThrottledException: 'throttled',
  TooManyRequestsException: 'throttled',
  TooManyUpdates: 'throttled',
  SlowDown: 'throttled',
  NoSuchKey: 'not-found',
  NoSuchBucket: 'not-found',
  NoSuchBucketPolicy: 'not-found',
  NoSuchPublicAccessBlockConfiguration: 'not-found',
  ObjectLockConfigurationNotFoundError: 'not-found',
  OwnershipControlsNotFoundError: 'not-found',
  NotFoundException: 'not-found',
  AWSOrganizationsNotInUseException: 'not-found',
  AccountNotRegisteredException: 'not-found',
  PreconditionFailed: 'precondition-failed',
  ConditionalRequestConflict: 'precondition-failed',
  ResourceDataSyncAlreadyExistsException: 'already-exists',
  ResourceDataSyncNotFoundException: 'not-found',
  AssociationAlreadyExists: 'already-exists',
  AssociationLimitExceeded: 'quota-exceeded',
  AssociationDoesNotExist: 'not-found',
  ResourceDataSyncCountExceededException: 'quota-exceeded',
  ResourceDataSyncConflictException: 'configuration-refused',
  CustomSchemaCountLimitExceededException: 'quota-exceeded',
  InvalidInstanceId: 'not-found',
  'KMS.DisabledException': 'key-unusable',
  'KMS.KMSInvalidStateException': 'key-unusable',
  'KMS.KeyUnavailableException': 'key-unusable',
  'KMS.NotFoundException': 'key-unusable',
  InternalServerError: 'unavailable',
  TimeoutError: 'unavailable',
};

/** Codes of sockets that never got an answer, as node:net and node:dns name them. */
const lostConnections = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

type SdkError = Error & { $metadata?: { httpStatusCode?: number }; code?: unknown };

/** Where the name does not tell. */
function kindByText(name: string, message: string): ErrorKind | undefined {
  if (name === 'ResourceDataSyncInvalidConfigurationException') {
    return message.includes('S3 write failed') ? 'write-refused' : 'configuration-refused';
  }
  // CloudFormation has no error of its own for a stack that is not there (CloudFormation API reference, DescribeStacks).
  if (name === 'ValidationError' && message.endsWith('does not exist')) return 'not-found';
  // Which name this text comes with is not documented (Systems Manager user guide, "Troubleshooting Inventory").
  return message.includes('Multiple apply all associations') ? 'already-exists' : undefined;
}

export function errorKind(error: unknown): ErrorKind {
  if (!(error instanceof Error)) return 'other';
  const { name, message, $metadata, code }: SdkError = error;
  const known = kindByText(name, message) ?? kindsByName[name];
  if (known !== undefined) return known;
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429) return 'throttled';
  if (status >= 500 || (typeof code === 'string' && lostConnections.has(code))) return 'unavailable';
  return 'other';
}

/** What an operator reads: the service's own text, which for a denial names the principal, the action and the kind of policy. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `because no <kind> allows` and `with an explicit deny in a <kind>`, with or without the policy's ARN behind it. */
const deniedBy = /(?:explicit deny in (?:an?|the)|because no) ((?:[\w-]+ )+?(?:policy|boundary))\b/;

/** Which kind of policy refused a call, where AWS tells ("Troubleshoot access denied error messages", IAM User Guide). */
function denialOf(error: unknown): Denial | undefined {
  const [, kind] = deniedBy.exec(errorMessage(error)) ?? [];
  return Denial.safeParse(kind).data;
}

/** What an observation keeps of an error. */
export function failureText(error: unknown): Pick<VisitFailure, 'message' | 'denial'> {
  const denial = denialOf(error);
  return { message: errorMessage(error), ...(denial !== undefined && { denial }) };
}

/** What a function throws for an error that no code of ours expected: retryable kinds by their name, all else as it came. */
export function stepErrorOf(error: unknown): unknown {
  if (error instanceof StepError) return error;
  const kind = errorKind(error);
  if (kind === 'throttled') return new StepError('Throttled', errorMessage(error), { cause: error });
  if (kind === 'unavailable') return new StepError('Unavailable', errorMessage(error), { cause: error });
  if (kind === 'precondition-failed') return new StepError('Conflict', errorMessage(error), { cause: error });
  return error;
}
