import type { WireService } from './catalog.ts';
import type { Protocol } from './protocol.ts';

/** awsJson1_0 and awsJson1_1: X-Amz-Target names the operation, everything else is in the body. */
export function jsonProtocol({ config, operations }: WireService): Protocol {
  const codec = config.protocol.getPayloadCodec();
  const version = config.protocol.getShapeId().endsWith('1_0') ? '1.0' : '1.1';
  const headers = { 'content-type': `application/x-amz-json-${version}` };

  return {
    match({ headers: sent, body }) {
      const operation = operations.get(sent['x-amz-target']?.split('.').at(-1) ?? '');
      if (!operation) return;
      const read = async () => codec.createDeserializer().read(operation.input, body.length > 0 ? body : '{}');
      return { operation, read };
    },

    async encode({ output: schema }, output) {
      if (!schema.isStructSchema()) return { status: 200, headers, body: '{}' };
      const serializer = codec.createSerializer();
      serializer.write(schema, output);
      return { status: 200, headers, body: serializer.flush() };
    },

    refuse({ name, code, status, members }) {
      // Services that once spoke the query protocol keep its codes in this header (Smithy, awsQueryCompatible trait).
      const queryError =
        code === name ? {} : { 'x-amzn-query-error': `${code};${status < 500 ? 'Sender' : 'Receiver'}` };
      return { status, headers: { ...headers, ...queryError }, body: JSON.stringify({ __type: name, ...members }) };
    },
  };
}
