import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { type Call, operation, type RoleCaller, type Service } from '../cloud/service.ts';
import { ownNeed } from './need.ts';

export interface Xray extends Service {
  /** Sends segment documents as a traced function's role. As on AWS, traces that it may not send are lost and no error. */
  trace(caller: RoleCaller, region: string, documents: readonly string[]): Promise<void>;
}

/** Where traces end: they are authorized as the role that sends them, and forgotten. */
export function createXray(cloud: Cloud): Xray {
  const take = operation<object, object>({ needs: (_input, call: Call) => [ownNeed('xray', call)], run: () => ({}) });
  return {
    name: 'xray',
    operations: { PutTraceSegments: take, PutTelemetryRecords: take },
    async trace(caller, region, TraceSegmentDocuments) {
      const call = { service: 'xray', region, caller } as const;
      try {
        await cloud.dispatch({ ...call, operation: 'PutTelemetryRecords', input: {} });
        await cloud.dispatch({ ...call, operation: 'PutTraceSegments', input: { TraceSegmentDocuments } });
      } catch (error) {
        if (!(error instanceof AwsFault)) throw error;
      }
    },
  };
}
