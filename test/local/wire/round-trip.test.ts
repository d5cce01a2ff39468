import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../../local/cloud/service.ts';
import { loadService, type OperationShape, WIRE_SERVICES, type WireServiceName } from '../../../local/wire/catalog.ts';
import { listen, type Wire } from '../../../local/wire/server.ts';
import { clientOf, cloudThat } from './echo-cloud.ts';
import { comparable, RandomShape } from './random-shape.ts';

/** Operations that do not come this way, and why. Event streams are left out by their schema. */
const UNSERVED: Partial<Record<WireServiceName, Readonly<Record<string, string>>>> = {
  s3: {
    ListDirectoryBuckets: 'signed for s3express',
    WriteGetObjectResponse: 'signed for s3-object-lambda',
  },
  sts: {
    AssumeRoleWithSAML: 'not signed: no credential scope to name the service',
    AssumeRoleWithWebIdentity: 'not signed: no credential scope to name the service',
  },
};

/** Members that the client itself computes, checks or refuses. */
const CLIENTS_OWN: Partial<Record<WireServiceName, RegExp>> = {
  s3: /^(Checksum|ContentMD5$|ContentLength$|ContentEncoding$|ContentType$|ExpiresString$)|SSECustomerKey/,
  events: /^EndpointId$/,
};

let give: object = {};
let got: Call | undefined;
let wire: Wire;
const bugs: unknown[] = [];
const cloud = cloudThat(
  (call) => {
    got = call;
    return give;
  },
  ...WIRE_SERVICES,
);
const { AccessKeyId } = cloud.sessions.issue({
  kind: 'administrator',
  account: '111122223333',
  arn: 'arn:aws:iam::root',
});

beforeAll(async () => {
  wire = await listen(cloud, { port: 0, onBug: (error) => bugs.push(error) });
});
afterAll(() => wire.close());

/** The AWS fact encoded: each protocol's binding of a service's model, as its own client reads and writes it. */
describe.each(WIRE_SERVICES)('%s', async (name) => {
  const { operations } = await loadService(name);
  const isEventStream = ({ input, output }: OperationShape) =>
    [input, output].some((schema) => schema.isStructSchema() && schema.getEventStreamMember() !== '');
  const served = [...operations.values()].filter((op) => !isEventStream(op) && !UNSERVED[name]?.[op.name]);

  it(`carries the input and output of ${served.length} operations unchanged`, async () => {
    const { send } = await clientOf(name, wire.url, AccessKeyId);
    const random = new RandomShape(3);
    const without = (value: unknown) =>
      Object.fromEntries(Object.entries(value ?? {}).filter(([key]) => !CLIENTS_OWN[name]?.test(key)));
    for (const { name: operation, input: inputSchema, output: outputSchema } of served) {
      const input = without(random.value(inputSchema));
      give = without(random.value(outputSchema));
      got = undefined;
      const output = await readStreams(await send(operation, structuredClone(input)));
      expect(bugs).toEqual([]);
      expect(got, operation).toMatchObject({ service: name, operation, region: 'eu-west-1' });
      expect(comparable(without(got?.['input'])), `${operation} input`).toEqual(comparable(input));
      expect(comparable(without(output)), `${operation} output`).toEqual(comparable(give));
    }
  });
});

async function readStreams(output: Record<string, unknown>): Promise<object> {
  const entries = Object.entries(output).map(async ([name, value]) => {
    const isStream = typeof value === 'object' && value !== null && 'transformToByteArray' in value;
    if (!isStream || typeof value.transformToByteArray !== 'function') return [name, value] as const;
    return [name, await value.transformToByteArray()] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
