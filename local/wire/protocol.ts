import type { OperationShape } from './catalog.ts';
import type { Refusal } from './errors.ts';
import type { WireRequest } from './request.ts';

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** The server's side of one protocol family for one service. */
export interface Protocol {
  /** Undefined: no such operation. `read` decodes the input and throws whatever the codec throws at a body that does not fit. */
  match(request: WireRequest): { operation: OperationShape; read(): Promise<unknown> } | undefined;
  encode(operation: OperationShape, output: object, requestId: string): Promise<WireResponse>;
  refuse(refusal: Refusal, requestId: string): WireResponse;
}
