import { AwsFault } from '../cloud/aws-fault.ts';

/** SSM documents no default; a small one makes callers page who did not mean to. */
const DEFAULT_SIZE = 10;

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** One page and the token of the next; throws ValidationException for a size outside the bounds and InvalidNextToken. */
export function takePage<T>(items: readonly T[], request: PageRequest, least = 1): { page: T[]; NextToken?: string } {
  const size = request.MaxResults ?? DEFAULT_SIZE;
  if (size < least || size > 50)
    throw new AwsFault(
      'ValidationException',
      `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: Member must have value ${size > 50 ? 'less than or equal to 50' : `greater than or equal to ${least}`}`,
    );
  const from = request.NextToken === undefined ? 0 : Number(Buffer.from(request.NextToken, 'base64url').toString());
  if (!Number.isInteger(from) || from < 0 || (from === 0 && request.NextToken !== undefined))
    throw new AwsFault('InvalidNextToken', 'The specified token is not valid.');
  const end = from + size;
  const NextToken = Buffer.from(`${end}`).toString('base64url');
  return { page: items.slice(from, end), ...(end < items.length && { NextToken }) };
}
