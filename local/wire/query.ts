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
      return operation && { operation, read: async () => readForm(operation.input, treeOf(form)) };
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

/** `A.1.B=x` as nested names. */
interface Tree {
  value: string;
  readonly children: Map<string, Tree>;
}

function treeOf(form: URLSearchParams): Tree {
  const root: Tree = { value: '', children: new Map() };
  for (const [name, value] of form) {
    let at = root;
    for (const part of name.split('.')) {
      const next = at.children.get(part) ?? { value: '', children: new Map() };
      at.children.set(part, next);
      at = next;
    }
    at.value = value;
  }
  return root;
}

function readForm(schema: NormalizedSchema, tree: Tree): unknown {
  const child = (name: string, member: NormalizedSchema) => tree.children.get(member.getMergedTraits().xmlName ?? name);
  if (schema.isStructSchema()) {
    const members = [...schema.structIterator()].map(([name, member]) => [name, member, child(name, member)] as const);
    return Object.fromEntries(
      members.flatMap(([name, member, held]) => (held ? [[name, readForm(member, held)]] : [])),
    );
  }
  if (!schema.isListSchema() && !schema.isMapSchema()) return scalars.read(schema, tree.value);
  const value = schema.getValueSchema();
  const wrapped = schema.isMapSchema() ? tree.children.get('entry') : child('member', value);
  const items = numbered(schema.getMergedTraits().xmlFlattened ? tree : wrapped);
  if (schema.isListSchema()) return items.map((item) => readForm(value, item));
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueName = value.getMergedTraits().xmlName ?? 'value';
  return Object.fromEntries(
    items.map(({ children }) => [children.get(keyName)?.value, readForm(value, children.get(valueName) ?? EMPTY)]),
  );
}

const EMPTY: Tree = { value: '', children: new Map() };

function numbered(tree: Tree = EMPTY): Tree[] {
  const items = [...tree.children].filter(([name]) => /^\d+$/.test(name));
  return items.sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => item);
}
