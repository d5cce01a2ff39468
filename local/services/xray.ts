import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, operation, type RoleCaller, type Service } from '../cloud/service.ts';

/** Where traces end: they are authorized as the role that sends them, and counted. */
class Xray implements Service {
  readonly name = 'xray';
  /** Accepted segments by role ARN. */
  readonly segments = new Map<string, number>();
  readonly #cloud: Cloud;

  readonly operations = {
    PutTraceSegments: operation<{ TraceSegmentDocuments: readonly string[] }, object>({
      needs: (_input, call) => needs('xray:PutTraceSegments', call),
      run: ({ TraceSegmentDocuments }, { caller }) => {
        const role = caller.kind === 'role' ? caller.roleArn : accountOf(caller);
        this.segments.set(role, (this.segments.get(role) ?? 0) + TraceSegmentDocuments.length);
        return {};
      },
    }),
    PutTelemetryRecords: operation<object, object>({
      needs: (_input, call) => needs('xray:PutTelemetryRecords', call),
      run: () => ({}),
    }),
  };

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Sends segment documents as a traced function's or state machine's role. As on AWS, traces that it may not send are lost and no error. */
  async trace(caller: RoleCaller, region: string, documents: readonly string[]): Promise<void> {
    const call = { service: this.name, region, caller } as const;
    try {
      await this.#cloud.dispatch({ ...call, operation: 'PutTelemetryRecords', input: {} });
      await this.#cloud.dispatch({
        ...call,
        operation: 'PutTraceSegments',
        input: { TraceSegmentDocuments: documents },
      });
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
    }
  }
}

export type { Xray };

export function createXray(cloud: Cloud): Xray {
  return new Xray(cloud);
}

/** Neither action has resource-level permissions. */
function needs(action: string, { caller }: Call): Need[] {
  return [{ action, resource: '*', owner: accountOf(caller) }];
}
