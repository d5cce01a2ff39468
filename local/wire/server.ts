import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Call, Caller } from '../cloud/service.ts';
import { isWireService, loadService, type WireService, type WireServiceName } from './catalog.ts';
import { type Family, familyOf, refusalOf, troubleFault } from './errors.ts';
import { jsonProtocol } from './json.ts';
import type { Protocol, WireResponse } from './protocol.ts';
import { elements, queryProtocol } from './query.ts';
import { type CredentialScope, credentialScope, readRequest, unframe, type WireRequest } from './request.ts';
import { restProtocol } from './rest.ts';

export interface WireOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** Asked before each call is dispatched: a fault is answered in its place, 'drop' destroys the connection. */
  readonly intercept?: (call: Call) => AwsFault | 'drop' | undefined;
  /** A call that the embedded cloud does not serve (answered 501). */
  readonly onUnserved?: (call: Call) => void;
  /** An error of the embedded cloud itself (answered 500). */
  readonly onBug: (error: unknown, call: Call) => void;
}

export interface Wire {
  /** `http://127.0.0.1:<port>`; the address, not `localhost`, makes S3 clients use path style. */
  readonly url: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Serves the cloud on the loopback interface in AWS's own protocols. Rejects when the port is taken. */
export async function listen(cloud: Cloud, options: WireOptions): Promise<Wire> {
  const front = new Front(cloud, options);
  const server = createServer((request, response) => {
    // A client that went away in mid-request is owed nothing.
    cloud.clock.run(() => front.handle(request, response)).catch(() => request.destroy());
  });
  // A busy machine must not cut connections: the client would try again, and later in virtual time.
  Object.assign(server, { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, HOST, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://${HOST}:${port}`, close };
}

interface Speaker extends Protocol {
  readonly service: WireService;
  readonly family: Family;
}

interface Asked {
  readonly request: WireRequest;
  readonly scope: CredentialScope;
  readonly requestId: string;
}

class Front {
  readonly #cloud: Cloud;
  readonly #options: WireOptions;
  readonly #speakers = new Map<WireServiceName, Promise<Speaker>>();
  readonly #asked = new Map<string, number>();

  constructor(cloud: Cloud, options: WireOptions) {
    this.#cloud = cloud;
    this.#options = options;
  }

  async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const scope = credentialScope(request);
    const requestId = this.#requestId(request, scope);
    const answer = await this.#answer(request, scope, requestId);
    if (answer === 'drop') return void incoming.socket.destroy();
    const isHead = request.method === 'HEAD';
    const { 'content-length': length, ...headers } = answer.headers;
    response.writeHead(answer.status, {
      ...headers,
      ...(isHead && length !== undefined && { 'content-length': length }),
      // The SDK corrects its clock by this header, so it must be the cloud's time.
      date: this.#cloud.clock.now().toUTCString(),
      'x-amzn-requestid': requestId,
    });
    response.end(isHead ? undefined : answer.body);
  }

  async #answer(request: WireRequest, scope: CredentialScope | undefined, requestId: string) {
    if (!scope) return refuse(request, UNSIGNED, 'Request is missing Authentication Token');
    const { service: name } = scope;
    if (!isWireService(name)) return refuse(request, UNSERVED, `the embedded cloud does not serve ${name}`);
    const known = this.#speakers.get(name) ?? speakerOf(name);
    this.#speakers.set(name, known);
    const speaker = await known;
    try {
      return await this.#perform(speaker, { request, scope, requestId });
    } catch (thrown) {
      if (!(thrown instanceof AwsFault)) throw thrown;
      return speaker.refuse(refusalOf(thrown, speaker.service), requestId);
    }
  }

  async #perform(speaker: Speaker, { request, scope, requestId }: Asked): Promise<WireResponse | 'drop'> {
    const { family, service } = speaker;
    const caller = this.#caller(scope, family);
    const { operation, input } = await decode(speaker, request);
    const call: Call = { service: service.name, operation: operation.name, region: scope.region, caller, input };
    const interception = this.#options.intercept?.(call);
    if (interception === 'drop') return 'drop';
    if (interception) throw interception;
    try {
      const output = await this.#cloud.ask<object>(call);
      return await speaker.encode(operation, output ?? {}, requestId);
    } catch (thrown) {
      if (!(thrown instanceof AwsFault)) {
        this.#options.onBug(thrown, call);
        throw troubleFault(family, 'bug', 'We encountered an internal error. Please try again.');
      }
      if (thrown.name === 'NotImplemented') this.#options.onUnserved?.(call);
      throw thrown;
    }
  }

  #caller({ accessKeyId }: CredentialScope, family: Family): Caller {
    const caller = this.#cloud.sessions.resolve(accessKeyId);
    if (caller === 'expired')
      throw troubleFault(family, 'expiredToken', 'The security token included in the request is expired');
    if (!caller) throw troubleFault(family, 'unknownKey', 'The security token included in the request is invalid.');
    return caller;
  }

  /** Drawn for the caller, the request and how often it was made, so that it does not depend on who comes first. */
  #requestId({ method, path, body }: WireRequest, scope: CredentialScope | undefined): string {
    const caller = scope && this.#cloud.sessions.resolve(scope.accessKeyId);
    const who = typeof caller === 'object' ? JSON.stringify(caller) : '';
    const what = this.#cloud.draw.hex(who, method, path, body.toString('latin1'));
    const nth = this.#asked.get(what) ?? 0;
    this.#asked.set(what, nth + 1);
    return this.#cloud.draw.uuid('request', what, nth);
  }
}

const UNSIGNED = ['MissingAuthenticationToken', 403] as const;
const UNSERVED = ['NotImplemented', 501] as const;

/** Before the service is known its protocol is not either: this goes by the request's looks. */
function refuse({ headers }: WireRequest, [Code, status]: readonly [string, number], Message: string): WireResponse {
  if (headers['x-amz-target']) {
    const body = JSON.stringify({ __type: Code, Message });
    return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body };
  }
  const body = elements({ ErrorResponse: { Error: { Code, Message } } });
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-errortype': Code }, body };
}

async function speakerOf(name: WireServiceName): Promise<Speaker> {
  const service = await loadService(name);
  const family = familyOf(service);
  if (family === 'query') return { service, family, ...(await queryProtocol(service)) };
  return { service, family, ...(family === 'json' ? jsonProtocol(service) : restProtocol(service)) };
}

async function decode({ family, match }: Speaker, framed: WireRequest) {
  const malformed = () => troubleFault(family, 'malformed', 'The request could not be decoded.');
  try {
    const found = match(unframe(framed));
    const input = await found?.read();
    if (found && (typeof input !== 'object' || input === null || Array.isArray(input))) throw malformed();
    if (found) return { operation: found.operation, input };
  } catch {
    throw malformed();
  }
  throw troubleFault(family, 'unknownOperation', `No operation answers ${framed.method} ${framed.path}.`);
}
