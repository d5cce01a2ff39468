import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { OperationShape, WireService } from './catalog.ts';
import type { Protocol } from './protocol.ts';
import { elements } from './query.ts';
import type { WireRequest } from './request.ts';
import { compileRoutes, type Labels, membersOf } from './routes.ts';

const EPOCH_SECONDS = 7;
const scalars = new FromStringShapeDeserializer({
  timestampFormat: { useTrait: true, default: EPOCH_SECONDS },
  httpBindings: true,
});

/** restJson1 and restXml: members travel in the path, the query, headers and the body, as their traits say. */
export function restProtocol({ name: service, config, operations }: WireService): Protocol {
  const { protocol } = config;
  const find = compileRoutes(operations.values(), service === 's3');
  const decode = (schema: NormalizedSchema, body: Uint8Array) =>
    protocol.getPayloadCodec().createDeserializer().read(schema, body);

  return {
    match(request) {
      const found = find(request);
      if (!found) return;
      const { operation, labels } = found;
      const read = async () => ({
        ...(await readBody(operation.input, request.body, decode)),
        ...readBindings(operation.input, request, labels),
      });
      return { operation, read };
    },

    /** To the protocol object a response, headers and body, is a request without a path. */
    async encode(operation, output) {
      const { status, members } = takeStatus(operation, output);
      if (operation.name === 'GetBucketLocation') return { status, ...locationAnswer(config, members) };
      const sent = await protocol.serializeRequest(
        { namespace: '', name: '', traits: { http: ['POST', '/', 200] }, input: operation.output, output: 'unit' },
        members,
        { ...config, endpoint: async () => undefined },
      );
      const isPartial = sent.headers['content-range'] !== undefined;
      return { status: isPartial ? 206 : status, headers: sent.headers, body: sent.body ?? '' };
    },

    refuse({ name, code, status, members }, requestId) {
      if (service === 's3') {
        const { message: Message, ...others } = members;
        const body = elements({ Error: { Code: code, Message, ...others, RequestId: requestId } });
        return { status, headers: { 'content-type': 'application/xml' }, body };
      }
      const headers = { 'content-type': 'application/json', 'x-amzn-errortype': name };
      return { status, headers, body: JSON.stringify(members) };
    },
  };
}

type Decode = (schema: NormalizedSchema, body: Uint8Array) => unknown;

async function readBody(input: NormalizedSchema, body: Buffer, decode: Decode): Promise<object> {
  const [name, payload] = membersOf(input).find(([, member]) => member.getMergedTraits().httpPayload) ?? [];
  if (name && payload?.isBlobSchema()) return body.length > 0 || payload.isStreaming() ? { [name]: body } : {};
  if (body.length === 0) return {};
  if (name && payload) return { [name]: payload.isStringSchema() ? body.toString() : await decode(payload, body) };
  return { ...((await decode(input, body)) as object) };
}

function readBindings(input: NormalizedSchema, { headers, query }: WireRequest, labels: Labels): object {
  const bound: Record<string, unknown> = {};
  for (const [name, member] of membersOf(input)) {
    const { httpLabel, httpHeader = '', httpPrefixHeaders, httpQuery = '' } = member.getMergedTraits();
    const text = (httpLabel ? labels[name] : headers[httpHeader.toLowerCase()]) ?? query.get(httpQuery) ?? undefined;
    if (httpPrefixHeaders !== undefined) bound[name] = withPrefix(headers, httpPrefixHeaders.toLowerCase());
    else if (httpQuery && member.isListSchema())
      bound[name] = query.getAll(httpQuery).map((item) => scalars.read(member.getValueSchema(), item));
    else if (text !== undefined) bound[name] = scalars.read(member, text);
  }
  return bound;
}

function withPrefix(headers: WireRequest['headers'], prefix: string): object {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** The member that is the HTTP status itself (Lambda's Invoke has one) must not be written into the body. */
function takeStatus({ output: schema, http }: OperationShape, output: object): { status: number; members: object } {
  const [name = ''] = membersOf(schema).find(([, member]) => member.getMergedTraits().httpResponseCode) ?? [];
  const { [name]: status, ...members }: Record<string, unknown> = { ...output };
  return { status: typeof status === 'number' ? status : (http?.[2] ?? 200), members };
}

/** S3's one answer whose root is the member itself and stays when that is null (Smithy, s3UnwrappedXmlOutput trait, which no schema carries). */
function locationAnswer({ protocolSettings: { xmlNamespace } }: WireService['config'], members: object) {
  const [root = ''] = elements({ LocationConstraint: '', ...members }).split('</', 1);
  const body = root.replace('>', ` xmlns="${xmlNamespace}">`);
  return { headers: { 'content-type': 'application/xml' }, body: `${body}</LocationConstraint>` };
}
