import { describe, expect, it } from 'vitest';
import { errorKind, errorMessage, failureText, stepErrorOf } from '../../aws/errors.ts';
import { StepError, stepErrorNames } from '../../core/step-error.ts';

function sdkError(name: string, message = name, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

const policyText =
  'User: arn:aws:sts::111111111111:assumed-role/MusterMember/muster-converge is not authorized to perform: ssm:ListResourceDataSync with an explicit deny in a service control policy';

describe('what an SDK error means', () => {
  it.each([
    ['an explicit deny of a service control policy', sdkError('AccessDeniedException', policyText), 'denied'],
    ['a trust policy that refuses the role', sdkError('AccessDenied'), 'denied'],
    ['a throttled call', sdkError('ThrottlingException'), 'throttled'],
    ['the answer 429 under any name', sdkError('Odd', '', { $metadata: { httpStatusCode: 429 } }), 'throttled'],
    ['a 503 under any name', sdkError('Odd', '', { $metadata: { httpStatusCode: 503 } }), 'unavailable'],
    ['a connection that was dropped', sdkError('Error', 'socket hang up', { code: 'ECONNRESET' }), 'unavailable'],
    ['an object that is not there', sdkError('NoSuchKey'), 'not-found'],
    ['a bucket without a policy', sdkError('NoSuchBucketPolicy'), 'not-found'],
    ['an object under a disabled key', sdkError('KMS.DisabledException'), 'key-unusable'],
    ['a conditional write that came too late', sdkError('PreconditionFailed'), 'precondition-failed'],
    ['a sync that exists', sdkError('ResourceDataSyncAlreadyExistsException'), 'already-exists'],
    ['a sixth sync', sdkError('ResourceDataSyncCountExceededException'), 'quota-exceeded'],
    [
      'a bucket that refuses the test object',
      sdkError('ResourceDataSyncInvalidConfigurationException', 'S3 write failed for bucket: central'),
      'write-refused',
    ],
    [
      'a request that SSM refuses as such',
      sdkError('ResourceDataSyncInvalidConfigurationException', 'Organization sync exists'),
      'configuration-refused',
    ],
    ['anything else', sdkError('ValidationException', '', { $metadata: { httpStatusCode: 400 } }), 'other'],
    ['what is no error at all', 'thrown text', 'other'],
  ])('%s', (_case, error, kind) => {
    expect(errorKind(error)).toBe(kind);
  });

  it('keeps the text that names the policy', () => {
    expect(errorMessage(sdkError('AccessDeniedException', policyText))).toContain('service control policy');
    expect(errorMessage('thrown text')).toBe('thrown text');
  });

  const refusal = (why: string) => sdkError('AccessDeniedException', `User: x is not authorized to perform: y ${why}`);
  it.each([
    ['with an explicit deny in a service control policy', 'service control policy'],
    [
      'with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-1/service_control_policy/p-1',
      'service control policy',
    ],
    ['because no service control policy allows the ssm:ListAssociations action', 'service control policy'],
    ['with an explicit deny in a resource control policy', 'resource control policy'],
    ['because no permissions boundary allows the ssm:ListAssociations action', 'permissions boundary'],
    ['with an explicit deny in a permissions boundary: arn:aws:iam::1:policy/p', 'permissions boundary'],
    ['because no session policy allows the ssm:ListAssociations action', 'session policy'],
    ['because no identity-based policy allows the ssm:ListAssociations action', 'identity-based policy'],
    ['with an explicit deny in an identity-based policy', 'identity-based policy'],
    ['because no resource-based policy allows the kms:Decrypt action', 'resource-based policy'],
    ['with an explicit deny in a VPC endpoint policy', 'VPC endpoint policy'],
    ['with an explicit deny in the role trust policy', undefined],
    ['', undefined],
  ])('a refusal %s is one by: %s', (why, denial) => {
    expect(failureText(refusal(why)).denial).toBe(denial);
  });

  it.each([
    ['ThrottlingException', 'Throttled'],
    ['InternalServerError', 'Unavailable'],
    ['ConditionalRequestConflict', 'Conflict'],
  ])('%s leaves a function as %s, with its cause', (name, expected) => {
    const cause = sdkError(name);
    expect(stepErrorOf(cause)).toMatchObject({ name: expected, cause });
    expect(stepErrorNames).toContain(expected);
  });

  it('gives no new name to what nobody expected', () => {
    const bug = new TypeError('undefined is not a function');
    expect(stepErrorOf(bug)).toBe(bug);
    const own = new StepError('InvalidInput', 'no run id');
    expect(stepErrorOf(own)).toBe(own);
  });
});
