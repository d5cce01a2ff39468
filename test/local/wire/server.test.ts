import { request } from 'node:http';
import { connect } from 'node:net';
import { CloudWatchClient, PutMetricDataCommand, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch';
import { CreateFunctionCommand, LambdaClient, ResourceConflictException } from '@aws-sdk/client-lambda';
import { GetObjectCommand, HeadObjectCommand, NoSuchKey, NotFound, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import { CreateResourceDataSyncCommand, ResourceDataSyncAlreadyExistsException, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, MalformedPolicyDocumentException, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AwsFault } from '../../../local/cloud/aws-fault.ts';
import type { Call } from '../../../local/cloud/service.ts';
import { WIRE_SERVICES } from '../../../local/wire/catalog.ts';
import { listen, type Wire } from '../../../local/wire/server.ts';
import { cloudThat } from './echo-cloud.ts';

let run: (call: Call) => unknown;
let intercept: (call: Call) => AwsFault | 'drop' | undefined;
let wire: Wire;
const bugs: unknown[] = [];
const unserved: string[] = [];
const cloud = cloudThat((call) => run(call), ...WIRE_SERVICES.filter((name) => name !== 'athena'));
const administrator = {
  kind: 'administrator',
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:root',
} as const;
const key = cloud.sessions.issue(administrator).AccessKeyId;
const options = (accessKeyId = key) => ({
  endpoint: wire.url,
  region: 'eu-west-1',
  maxAttempts: 1,
  credentials: { accessKeyId, secretAccessKey: 'secret' },
});

beforeAll(async () => {
  wire = await listen(cloud, {
    port: 0,
    intercept: (call) => intercept(call),
    onBug: (error) => bugs.push(error),
    onUnserved: (call) => unserved.push(`${call.service}:${call.operation}`),
  });
});
afterAll(() => wire.close());
beforeEach(() => {
  run = () => ({});
  intercept = () => undefined;
  bugs.length = 0;
});

function refuse(name: string, more?: ConstructorParameters<typeof AwsFault>[2]): void {
  run = () => {
    throw new AwsFault(name, `it is ${name} <&>`, more);
  };
}

const sync = new CreateResourceDataSyncCommand({ SyncName: 'muster' });
const role = new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111122223333:role/Reader', RoleSessionName: 'test' });
const object = { Bucket: 'inventory', Key: 'a//b/../c d' };

describe('errors come back as the client models them', () => {
  it('in JSON with modelled members', async () => {
    refuse('ResourceDataSyncAlreadyExistsException', { fields: { SyncName: 'muster' } });
    const error = await new SSMClient(options()).send(sync).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ResourceDataSyncAlreadyExistsException);
    expect(error).toMatchObject({ SyncName: 'muster', message: 'it is ResourceDataSyncAlreadyExistsException <&>' });
  });

  it('in JSON of a service that once spoke the query protocol, by either of its names', async () => {
    for (const name of ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']) {
      refuse(name);
      const error = await new SQSClient(options())
        .send(new GetQueueUrlCommand({ QueueName: 'q' }))
        .catch((thrown) => thrown);
      expect(error).toBeInstanceOf(QueueDoesNotExist);
      expect(error.Error.Code).toBe('AWS.SimpleQueueService.NonExistentQueue');
    }
    refuse('ResourceNotFoundException');
    const metric = new PutMetricDataCommand({ Namespace: 'n', MetricData: [] });
    await expect(new CloudWatchClient(options()).send(metric)).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('in the query protocol', async () => {
    refuse('MalformedPolicyDocument');
    const error = await new STSClient(options()).send(role).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(MalformedPolicyDocumentException);
    expect(error.message).toBe('it is MalformedPolicyDocument <&>');
  });

  it('in REST JSON', async () => {
    refuse('ResourceConflictException');
    const create = new CreateFunctionCommand({ FunctionName: 'f', Role: 'r', Code: {} });
    const error = await new LambdaClient(options()).send(create).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ResourceConflictException);
    expect(error.$metadata.httpStatusCode).toBe(409);
  });

  it('in S3, which answers HEAD without a body', async () => {
    const s3 = new S3Client(options());
    refuse('NoSuchKey', { fields: { Key: object.Key } });
    await expect(s3.send(new GetObjectCommand(object))).rejects.toBeInstanceOf(NoSuchKey);
    refuse('NotFound', { status: 404 });
    await expect(s3.send(new HeadObjectCommand(object))).rejects.toBeInstanceOf(NotFound);
  });

  it.each([
    ['ssm', () => new SSMClient(options()).send(sync), 'AccessDeniedException', 400],
    [
      'lambda',
      () => new LambdaClient(options()).send(new CreateFunctionCommand({ FunctionName: 'f', Role: 'r', Code: {} })),
      'AccessDeniedException',
      403,
    ],
    ['s3', () => new S3Client(options()).send(new GetObjectCommand(object)), 'AccessDenied', 403],
    ['sts', () => new STSClient(options()).send(role), 'AccessDenied', 403],
    ['sns', () => new SNSClient(options()).send(new PublishCommand({ Message: 'm' })), /^AuthorizationError/, 403],
  ])('a denial is worded as %s words it', async (_, send, name, status) => {
    refuse('AccessDenied');
    const error = await send().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: expect.stringMatching(name), $metadata: { httpStatusCode: status } });
  });
});

describe('callers', () => {
  it.each([
    [
      'ssm',
      (id: string) => new SSMClient(options(id)).send(sync),
      'UnrecognizedClientException',
      'ExpiredTokenException',
    ],
    [
      's3',
      (id: string) => new S3Client(options(id)).send(new GetObjectCommand(object)),
      'InvalidAccessKeyId',
      'ExpiredToken',
    ],
    ['sts', (id: string) => new STSClient(options(id)).send(role), 'InvalidClientTokenId', 'ExpiredToken'],
  ])('%s refuses keys it does not know and keys that are over', async (_, send, unknown, expired) => {
    await expect(send('ASIANOBODY')).rejects.toMatchObject({ name: unknown });
    await expect(send(cloud.sessions.issue(administrator, 0).AccessKeyId)).rejects.toMatchObject({ name: expired });
  });

  it('are passed on with service, operation and Region', async () => {
    let call: Call | undefined;
    run = (asked) => {
      call = asked;
      return {};
    };
    const { $metadata } = await new SSMClient(options()).send(sync);
    expect(call).toMatchObject({
      service: 'ssm',
      operation: 'CreateResourceDataSync',
      region: 'eu-west-1',
      caller: administrator,
    });
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('faults of the wire', () => {
  it('an interception is answered in place of the call', async () => {
    intercept = () => new AwsFault('ThrottlingException', 'Rate exceeded');
    await expect(new SSMClient(options()).send(sync)).rejects.toMatchObject({
      name: 'ThrottlingException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('a dropped connection is a network error to the client, which the next call outlives', async () => {
    intercept = () => 'drop';
    const ssm = new SSMClient(options());
    await expect(ssm.send(sync)).rejects.toMatchObject({ code: 'ECONNRESET' });
    intercept = () => undefined;
    await expect(ssm.send(sync)).resolves.toBeDefined();
  });

  it('what is not served is a 501 that is reported', async () => {
    const { AthenaClient, ListWorkGroupsCommand } = await import('@aws-sdk/client-athena');
    const error = await new AthenaClient(options()).send(new ListWorkGroupsCommand({})).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    expect(unserved).toEqual(['athena:ListWorkGroups']);
  });

  it('a bug of a service is an InternalFailure that is reported, also when only its answer cannot be written', async () => {
    const bug = new TypeError('bug');
    run = () => {
      throw bug;
    };
    await expect(new SSMClient(options()).send(sync)).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
    expect(bugs).toEqual([bug]);
    run = () => ({ Credentials: { Expiration: new Date(Number.NaN) } });
    await expect(new STSClient(options()).send(role)).rejects.toMatchObject({ name: 'InternalFailure' });
    expect(bugs).toHaveLength(2);
  });
});

describe('requests that no SDK client sends', () => {
  const scope = (service: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=${key}/20261102/us-east-1/${service}/aws4_request, ...`,
  });

  it.each([
    ['without credentials', 'GET', '/', {}, '', 403, /MissingAuthenticationToken/],
    [
      'without credentials, in JSON',
      'POST',
      '/',
      { 'x-amz-target': 'AmazonSSM.X' },
      '{}',
      403,
      /"MissingAuthenticationToken"/,
    ],
    ['for a service nobody knows', 'GET', '/', scope('nothing'), '', 501, /NotImplemented.*does not serve nothing/],
    [
      'for an operation nobody knows',
      'POST',
      '/',
      { ...scope('ssm'), 'x-amz-target': 'AmazonSSM.X' },
      '{}',
      400,
      /UnknownOperationException/,
    ],
    ['for no query action', 'POST', '/', scope('sts'), 'Action=X', 400, /InvalidAction<.Code><Message>No operation/],
    ['for no route of S3', 'PATCH', '/bucket/key', scope('s3'), '', 405, /MethodNotAllowed/],
    ['for no route of Lambda', 'PATCH', '/x', scope('lambda'), '', 404, /no operation/i],
    [
      'with half a JSON body',
      'POST',
      '/',
      { ...scope('ssm'), 'x-amz-target': 'AmazonSSM.GetInventory' },
      '{"Filters":',
      400,
      /SerializationException/,
    ],
    [
      'with a number for a body',
      'POST',
      '/',
      { ...scope('ssm'), 'x-amz-target': 'AmazonSSM.GetInventory' },
      '7',
      400,
      /SerializationException/,
    ],
    ['with a malformed escape', 'GET', '/bucket/%zz', scope('s3'), '', 400, /MalformedXML/],
  ])('%s get a refusal as AWS words it', async (_, method, path, headers, body, status, text) => {
    const answer = await ask(method, path, headers, body);
    expect(answer).toMatchObject({ status, body: expect.stringMatching(text) });
  });

  it('a connection is never closed for being idle, however busy the machine', async () => {
    const { headers } = await fetch(wire.url);
    expect(headers.get('connection')).toBe('keep-alive');
    expect(headers.get('keep-alive')).toBeNull();
  });

  it('a client that leaves in the middle of its request does no harm', async () => {
    const leaving = connect(Number(new URL(wire.url).port), '127.0.0.1');
    leaving.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf');
    await new Promise((resolve) => leaving.once('connect', resolve));
    await new Promise((resolve) => leaving.once('close', resolve).destroy());
    await expect(new SSMClient(options()).send(sync)).resolves.toBeDefined();
  });

  it('a taken port is refused', async () => {
    const port = Number(new URL(wire.url).port);
    await expect(listen(cloud, { port, onBug: () => undefined })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  function ask(
    method: string,
    path: string,
    headers: object,
    body: string,
  ): Promise<{ status: number | undefined; body: string }> {
    return new Promise((resolve, reject) => {
      const asking = request(`${wire.url}${path}`, { method, headers: { ...headers } }, async (response) => {
        const chunks = await response.toArray();
        resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() });
      });
      asking.on('error', reject).end(body);
    });
  }
});
