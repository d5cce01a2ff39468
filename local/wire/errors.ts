import { AwsFault } from '../cloud/aws-fault.ts';
import type { WireService } from './catalog.ts';

export type Family = 'json' | 'restJson' | 'query' | 's3';

type Trouble = keyof (typeof TROUBLES)['json'];

/** What can go wrong with any operation: [code, status] from each API's "Common Errors" and S3's "Error responses". */
const TROUBLES = {
  json: {
    denied: ['AccessDeniedException', 400],
    unknownKey: ['UnrecognizedClientException', 400],
    expiredToken: ['ExpiredTokenException', 400],
    unknownOperation: ['UnknownOperationException', 400],
    malformed: ['SerializationException', 400],
    bug: ['InternalFailure', 500],
  },
  restJson: {
    denied: ['AccessDeniedException', 403],
    unknownKey: ['UnrecognizedClientException', 403],
    expiredToken: ['ExpiredTokenException', 403],
    unknownOperation: ['UnknownOperationException', 404],
    malformed: ['SerializationException', 400],
    bug: ['InternalFailure', 500],
  },
  query: {
    denied: ['AccessDenied', 403],
    unknownKey: ['InvalidClientTokenId', 403],
    expiredToken: ['ExpiredToken', 403],
    unknownOperation: ['InvalidAction', 400],
    malformed: ['MalformedQueryString', 400],
    bug: ['InternalFailure', 500],
  },
  s3: {
    denied: ['AccessDenied', 403],
    unknownKey: ['InvalidAccessKeyId', 403],
    expiredToken: ['ExpiredToken', 400],
    unknownOperation: ['MethodNotAllowed', 405],
    malformed: ['MalformedXML', 400],
    bug: ['InternalError', 500],
  },
} as const;

/** What the caller is told: `name` is the modelled shape's, `code` what query protocol and XML call it. */
export interface Refusal {
  readonly name: string;
  readonly code: string;
  readonly status: number;
  /** Modelled members, the message among them by the name the model gives it. */
  readonly members: Readonly<Record<string, unknown>>;
}

export function familyOf({ name, config }: WireService): Family {
  if (name === 's3') return 's3';
  const protocol = config.protocol.getShapeId();
  if (protocol.endsWith('awsQuery')) return 'query';
  return protocol.endsWith('restJson1') ? 'restJson' : 'json';
}

export function troubleFault(family: Family, trouble: Trouble, message: string): AwsFault {
  const [name, status] = TROUBLES[family][trouble];
  return new AwsFault(name, message, { status });
}

/** A fault as the service's protocol puts it. It may go by the model's name or by the query code, a denial by any of its names. */
export function refusalOf(fault: AwsFault, service: WireService): Refusal {
  const { name, status } = /^AccessDenied(Exception)?$/.test(fault.name) ? denial(service) : fault;
  const schema = service.errors.get(name) ?? [...service.errors.values()].find((error) => queryCode(error) === name);
  const { httpError, error } = schema?.getMergedTraits() ?? {};
  const modelled = typeof httpError === 'number' ? httpError : error === 'server' ? 500 : 400;
  const message = schema && Object.hasOwn(schema.getMemberSchemas(), 'Message') ? 'Message' : 'message';
  return {
    name: schema?.getName() ?? name,
    code: (schema && queryCode(schema)) ?? name,
    status: status ?? modelled,
    members: { [message]: fault.message, ...fault.fields },
  };
}

function queryCode(error: ReturnType<WireService['errors']['get']>): string | undefined {
  const code = error?.getMergedTraits()['awsQueryError'];
  return Array.isArray(code) ? String(code[0]) : undefined;
}

/** SNS alone calls it `AuthorizationError` (SNS API reference, Publish). */
function denial(service: WireService): AwsFault {
  if (service.name === 'sns') return new AwsFault('AuthorizationError', '', { status: 403 });
  return troubleFault(familyOf(service), 'denied', '');
}
