import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { loadService, type WireService } from './catalog.ts';
import type { Protocol } from './protocol.ts';

const DATE_TIME = 5;
const scalars = new FromStringShapeDeserializer({ timestampFormat: { useTrait: true, default: DATE_TIME } });

/** awsQuery: a form with dotted names in, XML out. No client writes such answers; S3's codec does, for XML is XML. */
export async function queryProtocol({ config, operations }: WireService): Promise<Protocol> {
  const codec = (await loadService('s3')).config.protocol.getPayloadCodec();
  const headers = { 'content-type': 'text/xml' };
  const xmlns = config.protocolSettings.xmlNamespace;

  return {
    match({ body }) {
      const form = new URLSearchParams(body.toString());
      const operation = operations.get(form.get('Action') ?? '');
      return operation && { operation, read: async () => readForm(operation.input, new Map(form), '') };
    },

    async encode({ name, output: schema }, output, requestId) {
      let result = '';
      if (schema.isStructSchema()) {
        const serializer = codec.createSerializer();
        serializer.write(schema, output);
        const withoutRoot = serializer.flush().replace(/^<[^>]*>|<\/[^>]*>$/g, '');
        result = `<${name}Result>${withoutRoot}</${name}Result>`;
      }
      const metadata = elements({ ResponseMetadata: { RequestId: requestId } });
      return { status: 200, headers, body: `<${name}Response xmlns="${xmlns}">${result}${metadata}</${name}Response>` };
    },

    refuse({ code, status, members }, requestId) {
      const Type = status < 500 ? 'Sender' : 'Receiver';
      // On this wire the message begins with a capital, whatever the model calls it (query APIs, "Common error format").
      const { message, ...others } = members;
      const error = elements({ Error: { Type, Code: code, Message: message, ...others }, RequestId: requestId });
      return { status, headers, body: `<ErrorResponse xmlns="${xmlns}">${error}</ErrorResponse>` };
    },
  };
}

const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

/** XML elements named by the keys; an object nests, anything else is text. */
export function elements(fields: Readonly<Record<string, unknown>>): string {
  const escaped = (text: string) => text.replace(/[<>&"]/g, (character) => ENTITIES[character] ?? character);
  return Object.entries(fields)
    .map(
      ([name, value]) =>
        `<${name}>${value instanceof Object ? elements({ ...value }) : escaped(String(value))}</${name}>`,
    )
    .join('');
}

/** Reads what a form holds at a path such as `A.member.1.B`. */
function readForm(schema: NormalizedSchema, form: Map<string, string>, path: string): unknown {
  const names = [...form.keys()];
  const isHeld = (at: string) => names.some((name) => name === at || name.startsWith(`${at}.`));
  const at = (name: string, member: NormalizedSchema) =>
    [path, member.getMergedTraits().xmlName ?? name].filter(Boolean).join('.');
  if (schema.isStructSchema()) {
    const members = [...schema.structIterator()].filter(([name, member]) => isHeld(at(name, member)));
    return Object.fromEntries(members.map(([name, member]) => [name, readForm(member, form, at(name, member))]));
  }
  if (!schema.isListSchema() && !schema.isMapSchema()) return scalars.read(schema, form.get(path) ?? '');
  const value = schema.getValueSchema();
  const wrapper = schema.isMapSchema() ? `${path}.entry` : at('member', value);
  const list = schema.getMergedTraits().xmlFlattened ? path : wrapper;
  const items: string[] = [];
  while (isHeld(`${list}.${items.length + 1}`)) items.push(`${list}.${items.length + 1}`);
  if (schema.isListSchema()) return items.map((item) => readForm(value, form, item));
  const { xmlName: keyName = 'key' } = schema.getKeySchema().getMergedTraits();
  const { xmlName: valueName = 'value' } = value.getMergedTraits();
  return Object.fromEntries(
    items.map((item) => [form.get(`${item}.${keyName}`), readForm(value, form, `${item}.${valueName}`)]),
  );
}
