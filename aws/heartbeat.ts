import { PutInventoryCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { heartbeatType } from '../core/inventory-key.ts';
import type { Heartbeat } from '../core/observation.ts';
import { errorKind } from './errors.ts';

/**
 * Puts a heartbeat on a node. Its content is its time, since SSM keeps what it has when content did not change (SSM API reference, InventoryItem);
 * a capture time has no fraction. Told to have been put when it was begun: an object may be there before the answer is.
 */
export async function putHeartbeat(client: SSMClient, nodeId: string, now: Date): Promise<Heartbeat> {
  const CaptureTime = `${now.toISOString().slice(0, 19)}Z`;
  const item = { TypeName: heartbeatType, SchemaVersion: '1.0', CaptureTime, Content: [{ PutAt: CaptureTime }] };
  const heartbeat = { nodeId, putAt: CaptureTime };
  try {
    await client.send(new PutInventoryCommand({ InstanceId: nodeId, Items: [item] }));
    return { ...heartbeat, refused: false };
  } catch (error) {
    const kind = errorKind(error);
    if (kind === 'quota-exceeded' || kind === 'not-found') return { ...heartbeat, refused: true };
    throw error;
  }
}
