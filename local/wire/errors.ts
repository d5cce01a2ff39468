import { AwsFault } from '../cloud/aws-fault.ts';
import type { WireService } from './catalog.ts';

/** What can go wrong with any operation: codes and statuses by family, from each API's "Common Errors" and S3's "Error responses". */
const FAMILIES = ['json', 'restJson', 'query', 's3'] as const;
const TROUBLES = {
  denied: ['AccessDeniedException 400', 'AccessDeniedException 403', 'AccessDenied 403', 'AccessDenied 403'],
  unknownKey: [
    'UnrecognizedClientException 400',
    'UnrecognizedClientException 403',
    'InvalidClientTokenId 403',
    'InvalidAccessKeyId 403',
  ],
  expiredToken: ['ExpiredTokenException 400', 'ExpiredTokenException 403', 'ExpiredToken 403', 'ExpiredToken 400'],
  unknownOperation: [
    'UnknownOperationException 400',
    'UnknownOperationException 404',
    'InvalidAction 400',
    'MethodNotAllowed 405',
  ],
  malformed: [
    'SerializationException 400',
    'SerializationException 400',
    'MalformedQueryString 400',
    'MalformedXML 400',
  ],
  bug: ['InternalFailure 500', 'InternalFailure 500', 'InternalFailure 500', 'InternalError 500'],
} as const;

export type Family = (typeof FAMILIES)[number];

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

export function troubleFault(family: Family, trouble: keyof typeof TROUBLES, message = ''): AwsFault {
  const [name = '', status] = TROUBLES[trouble][FAMILIES.indexOf(family)]?.split(' ') ?? [];
  return new AwsFault(name, message, { status: Number(status) });
}

/** A fault as the service's protocol puts it. It may go by the model's name or by the query code, a denial by any of its names. */
export function refusalOf(fault: AwsFault, service: WireService): Refusal {
  const { name, status } = /^AccessDenied(Exception)?$/.test(fault.name) ? denial(service) : fault;
  const schema = service.errors.get(name) ?? [...service.errors.values()].find((error) => queryCode(error) === name);
  const { httpError, error } = schema?.getMergedTraits() ?? {};
  const message = schema && Object.hasOwn(schema.getMemberSchemas(), 'Message') ? 'Message' : 'message';
  return {
    name: schema?.getName() ?? name,
    code: queryCode(schema) ?? name,
    status: status ?? (typeof httpError === 'number' ? httpError : error === 'server' ? 500 : 400),
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
  return troubleFault(familyOf(service), 'denied');
}
