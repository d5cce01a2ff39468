import type * as sdk from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { ARN, one, ROLE, WAIT, world } from './states-world.ts';

describe('state machines (Step Functions API reference)', () => {
  it('are created once: the same again is the same, anything else is refused', async () => {
    const { create, ask, cloud } = world();
    expect(await create()).toEqual({ stateMachineArn: ARN, creationDate: cloud.clock.now() });
    expect(await create()).toMatchObject({ stateMachineArn: ARN });
    await expect(create(one({ Type: 'Pass' }))).rejects.toMatchObject({ name: 'StateMachineAlreadyExists' });
    expect(await ask('DescribeStateMachine', { stateMachineArn: ARN })).toMatchObject({
      name: 'fleet',
      status: 'ACTIVE',
      definition: WAIT,
      type: 'STANDARD',
    });
    expect(await ask('ListStateMachines', {})).toMatchObject({ stateMachines: [{ name: 'fleet' }] });
    await expect(ask('DescribeStateMachine', { stateMachineArn: `${ARN}2` })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
  });

  it('are refused with InvalidDefinition when they are not JSONata, and with InvalidName', async () => {
    const { create, ask } = world();
    await expect(
      create(JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } })),
    ).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringMatching(
        /^Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: .* at \/States\/A'$/,
      ),
    });
    await expect(ask('CreateStateMachine', { name: 'a b', definition: WAIT, roleArn: ROLE })).rejects.toMatchObject({
      name: 'InvalidName',
    });
    const express = { name: 'fast', definition: WAIT, roleArn: ROLE, type: 'EXPRESS' };
    await expect(ask('CreateStateMachine', express)).rejects.toMatchObject({ name: 'StateMachineTypeNotSupported' });
  });
});

describe('executions', () => {
  it('run in virtual time and tell the report what started them', async () => {
    const { create, start, ask, pass, states } = world();
    await create();
    const { executionArn } = await start({ name: 'first' });
    await ask('StartExecution', { stateMachineArn: ARN, name: 'second' }, { 'events:trigger': 'schedule' });
    expect(states.running()).toBe(2);
    expect(await ask('DescribeExecution', { executionArn })).toMatchObject({
      status: 'RUNNING',
      name: 'first',
      input: '{}',
    });
    await pass(60);
    expect(states.running()).toBe(0);
    const times = { startedAt: '2026-11-02T06:00:00.000Z', stoppedAt: '2026-11-02T06:01:00.000Z' };
    expect(states.executions()).toEqual([
      { stateMachine: 'fleet', name: 'first', trigger: 'manual', status: 'SUCCEEDED', output: '{}', ...times },
      { stateMachine: 'fleet', name: 'second', trigger: 'schedule', status: 'SUCCEEDED', output: '{}', ...times },
    ]);
    expect(states.transitions()).toEqual({ fleet: 2 });
  });

  it('are idempotent by name and input while they run, and a name serves once', async () => {
    const { create, start, pass } = world();
    await create();
    const first = await start({ name: 'daily', input: '{"a":1}' });
    expect(await start({ name: 'daily', input: '{"a":1}' })).toEqual(first);
    await expect(start({ name: 'daily' })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await pass(60);
    await expect(start({ name: 'daily', input: '{"a":1}' })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it.each([
    [{ name: 'a/b' }, 'InvalidName'],
    [{ name: 'x'.repeat(81) }, 'InvalidName'],
    [{ input: '{' }, 'InvalidExecutionInput'],
    [{ input: JSON.stringify('x'.repeat(262_144)) }, 'ValidationException'],
    [{ stateMachineArn: `${ARN}2` }, 'StateMachineDoesNotExist'],
    [{ stateMachineArn: 'fleet' }, 'InvalidArn'],
  ])('are refused: %#', async (input, name) => {
    const { create, start } = world();
    await create();
    await expect(start(input)).rejects.toMatchObject({ name });
  });

  it('are listed latest first, page by page and by status', async () => {
    const { create, start, ask, pass } = world();
    await create();
    for (const name of ['one', 'two']) await start({ name });
    await pass(60);
    await start({ name: 'three' });
    const list = (input: object) => ask<sdk.ListExecutionsOutput>('ListExecutions', { stateMachineArn: ARN, ...input });
    const page = await list({ maxResults: 2 });
    expect(page.executions?.map(({ name }) => name)).toEqual(['three', 'two']);
    expect((await list({ maxResults: 2, nextToken: page.nextToken })).executions).toMatchObject([{ name: 'one' }]);
    expect((await list({ statusFilter: 'SUCCEEDED' })).executions).toMatchObject([
      { name: 'two', stopDate: expect.any(Date) },
      { name: 'one' },
    ]);
    await expect(list({ nextToken: 'none' })).rejects.toMatchObject({ name: 'InvalidToken' });
    const executionArn = ARN.replace('stateMachine:', 'execution:').concat(':four');
    await expect(ask('DescribeExecution', { executionArn })).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  });

  it('give their history page by page and in reverse', async () => {
    const { create, start, ask, pass } = world();
    await create();
    const { executionArn } = await start();
    await pass(60);
    const history = (input: object) =>
      ask<sdk.GetExecutionHistoryOutput>('GetExecutionHistory', { executionArn, ...input });
    const first = await history({ maxResults: 3 });
    expect(first).toMatchObject({ events: [{ id: 1 }, { id: 2 }, { id: 3 }], nextToken: expect.any(String) });
    expect(await history({ maxResults: 3, nextToken: first.nextToken })).toEqual({
      events: [expect.objectContaining({ type: 'ExecutionSucceeded' })],
    });
    expect((await history({ reverseOrder: true })).events?.map(({ id }) => id)).toEqual([4, 3, 2, 1]);
  });

  it('list the children of a map run', async () => {
    const { run, ask } = world();
    const ItemProcessor = { ...JSON.parse(one({ Type: 'Pass' })), ProcessorConfig: { Mode: 'DISTRIBUTED' } };
    const { executionArn } = await run({ Type: 'Map', Items: [1, 2], ItemProcessor });
    const { events } = await ask<sdk.GetExecutionHistoryOutput>('GetExecutionHistory', { executionArn });
    const mapRunArn = events?.find(({ type }) => type === 'MapRunStarted')?.mapRunStartedEventDetails?.mapRunArn;
    expect(mapRunArn).toMatch(/:mapRun:fleet\/Only:/);
    const { executions } = await ask<sdk.ListExecutionsOutput>('ListExecutions', { mapRunArn });
    expect(executions).toMatchObject([{ mapRunArn }, { mapRunArn }]);
  });
});
