import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import { type Call, operation, type ServiceName } from '../../../local/cloud/service.ts';
import { clientPackage, type WireServiceName } from '../../../local/wire/catalog.ts';

type Run = (call: Call) => unknown;

/** A cloud whose services answer every operation with what `run` returns. */
export function cloudThat(run: Run, ...services: readonly ServiceName[]): Cloud {
  const cloud = new Cloud(new Clock(new Date('2026-11-02T06:00:00Z')), new Draw(7));
  const answer = operation<unknown, object>({ needs: () => [], run: async (_, call) => (await run(call)) as object });
  for (const name of services) cloud.add({ name, operations: new Proxy({}, { get: () => answer }) });
  return cloud;
}

/** A client as its user would make it, of whatever class the catalog names. */
export async function clientOf(name: WireServiceName, endpoint: string, accessKeyId: string) {
  const { exports, Client } = await clientPackage(name);
  const client = new Client({
    endpoint,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: 'secret' },
    // A host cannot get a prefix when it is an address.
    disableHostPrefix: true,
    ...(name === 'sqs' && { md5: false, useQueueUrlAsEndpoint: false }),
  }) as unknown as { send(command: object): Promise<Record<string, unknown>> };
  const send = (operationName: string, input: object) => {
    const Command = exports[`${operationName}Command`] as new (input: object) => object;
    return client.send(new Command(input));
  };
  return { exports, send };
}
