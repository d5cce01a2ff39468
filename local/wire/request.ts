import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Header names are lower case; `path` is as sent, still percent-encoded. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Who calls which service where, as Signature Version 4 states it. The signature itself is not verified. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

export async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const [path = '/', ...search] = (incoming.url ?? '/').split('?');
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const query = new URLSearchParams(search.join('?'));
  return { method: incoming.method ?? 'GET', path, query, headers, body: await buffer(incoming) };
}

/** Reads `<key id>/<date>/<Region>/<service>/aws4_request` from the Authorization header or a presigned URL; undefined when neither holds one. */
export function credentialScope({ headers, query }: WireRequest): CredentialScope | undefined {
  const signed = /Credential=([^,\s]+)/.exec(headers['authorization'] ?? '')?.[1];
  const [accessKeyId, , region, service, end] = (signed ?? query.get('X-Amz-Credential') ?? '').split('/');
  if (!accessKeyId || !region || !service || end !== 'aws4_request') return;
  return { accessKeyId, region, service };
}

/**
 * Undoes S3's aws-chunked streams ("Signature calculations for the Authorization header: transferring a payload in multiple chunks"),
 * whose trailing checksum is not verified. An encoding of the object's own stays.
 */
export function unframe(request: WireRequest): WireRequest {
  if (!request.headers['x-amz-content-sha256']?.startsWith('STREAMING-')) return request;
  const { 'content-encoding': encoding = '', ...headers } = request.headers;
  const others = encoding.split(/, */).filter((name) => name && name !== 'aws-chunked');
  const body = joinChunks(request.body);
  const own = others.length > 0 && { 'content-encoding': others.join(',') };
  return { ...request, headers: { ...headers, ...own, 'content-length': String(body.length) }, body };
}

function joinChunks(framed: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const start = framed.indexOf('\r\n', at) + 2;
    const size = Number.parseInt(framed.toString('latin1', at, start), 16);
    if (!size) return Buffer.concat(chunks);
    chunks.push(framed.subarray(start, start + size));
    at = start + size + 2;
  }
}
