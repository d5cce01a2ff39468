/**
 * The services the wire speaks, read off the SDK clients: each carries the schemas of its operations and errors and the protocol object
 * it speaks. `@smithy/core/schema` and `/protocols`, which interpret them, are published but internal in spirit: package.json pins them
 * exactly, and the round trip over every operation (test/local/wire) tells when an upgrade moves them.
 */
import { NormalizedSchema } from '@smithy/core/schema';
import type { ServiceName } from '../cloud/service.ts';

/** X-Ray is left out: nothing of ours calls its API through a client. */
export type WireServiceName = Exclude<ServiceName, 'xray'>;

export interface OperationShape {
  readonly name: string;
  readonly http: readonly [method: string, uri: string, status: number] | undefined;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

/** What the server uses of a client's config. */
interface ClientConfig {
  readonly protocol: {
    getShapeId(): string;
    getPayloadCodec(): {
      createDeserializer(): { read(schema: NormalizedSchema, data: string | Uint8Array): unknown };
      createSerializer(): { write(schema: NormalizedSchema, value: unknown): void; flush(): string };
    };
    serializeRequest(
      operation: object,
      input: object,
      context: object,
    ): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly body?: string | Uint8Array }>;
  };
  readonly protocolSettings: { readonly xmlNamespace?: string };
}

export interface WireService {
  readonly name: WireServiceName;
  readonly config: ClientConfig;
  readonly operations: ReadonlyMap<string, OperationShape>;
  readonly errors: ReadonlyMap<string, NormalizedSchema>;
}

const CLIENTS: Readonly<Record<WireServiceName, () => Promise<object>>> = {
  account: () => import('@aws-sdk/client-account'),
  athena: () => import('@aws-sdk/client-athena'),
  cloudformation: () => import('@aws-sdk/client-cloudformation'),
  events: () => import('@aws-sdk/client-eventbridge'),
  glue: () => import('@aws-sdk/client-glue'),
  kms: () => import('@aws-sdk/client-kms'),
  lambda: () => import('@aws-sdk/client-lambda'),
  logs: () => import('@aws-sdk/client-cloudwatch-logs'),
  monitoring: () => import('@aws-sdk/client-cloudwatch'),
  organizations: () => import('@aws-sdk/client-organizations'),
  s3: () => import('@aws-sdk/client-s3'),
  sns: () => import('@aws-sdk/client-sns'),
  sqs: () => import('@aws-sdk/client-sqs'),
  ssm: () => import('@aws-sdk/client-ssm'),
  states: () => import('@aws-sdk/client-sfn'),
  sts: () => import('@aws-sdk/client-sts'),
};

export const WIRE_SERVICES = Object.keys(CLIENTS) as readonly WireServiceName[];

export function isWireService(name: string): name is WireServiceName {
  return Object.hasOwn(CLIENTS, name);
}

/** A client package's exports and, among them, its client class. */
export async function clientPackage(name: WireServiceName) {
  const exports: Readonly<Record<string, unknown>> = { ...(await CLIENTS[name]()) };
  const [, Client] = Object.entries(exports).find(([key]) => /^[A-Z]\w*Client$/.test(key)) ?? [];
  // The packages' namespaces have no type in common; what is used of the class is the same in all.
  return { exports, Client: Client as new (options: object) => { readonly config: ClientConfig } };
}

/** Kinds of static schemas: the first element of every schema that a client exports. */
const OPERATION = 9;
const ERROR = -3;

export async function loadService(name: WireServiceName): Promise<WireService> {
  const { exports, Client } = await clientPackage(name);
  const { config } = new Client({ region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } });
  const schemas = Object.values(exports).filter((schema) => Array.isArray(schema));
  const ofKind = (wanted: number) => schemas.filter(([kind]) => kind === wanted);
  const operations = ofKind(OPERATION).map(([, , shape, { http }, input, output]): [string, OperationShape] => [
    shape,
    { name: shape, http, input: NormalizedSchema.of(input), output: NormalizedSchema.of(output) },
  ]);
  const errors = ofKind(ERROR).map((schema) => [schema[2], NormalizedSchema.of(schema as SchemaRef)] as const);
  return { name, config, operations: new Map(operations), errors: new Map(errors) };
}

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];
