import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bindPlaceholders } from '../../infra/constructs/machine.ts';
import { resourcesOf, synthesize } from './synthesis.ts';

describe('the placeholders of a state machine', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: placeholders of a file
  const text = '{"FunctionName":"${WorkFunctionArn}","Again":"${WorkFunctionArn}","At":"{% ${Limit} %}"}';

  it('are replaced wherever they stand', () => {
    expect(bindPlaceholders('a.asl.json', text, { WorkFunctionArn: 'arn', Limit: '10' })).toBe(
      '{"FunctionName":"arn","Again":"arn","At":"{% 10 %}"}',
    );
  });

  it('are all bound, or the synthesis says which is not', () => {
    expect(() => bindPlaceholders('a.asl.json', text, { Limit: '10' })).toThrow(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder as the message shows it
      'a.asl.json: ${WorkFunctionArn} is not bound',
    );
  });

  it('are all asked for, or the synthesis says what nothing asks for', () => {
    const bindings = { WorkFunctionArn: 'arn', Limit: '10', OldFunctionArn: 'arn' };
    expect(() => bindPlaceholders('a.asl.json', text, bindings)).toThrow(
      'a.asl.json: nothing in the file asks for OldFunctionArn',
    );
  });
});

describe('the state machines', async () => {
  const { MusterPipeline } = await synthesize({ accountsPerBatch: 7, maxConcurrency: 3 });
  const machines = resourcesOf(MusterPipeline, 'AWS::StepFunctions::StateMachine').map(({ Properties }) => Properties);

  it('stand in the template as their files have them, with everything bound', () => {
    expect(machines.map(({ StateMachineName }) => StateMachineName)).toEqual(['muster-converge', 'muster-assess']);
    for (const { StateMachineName, DefinitionString } of machines) {
      const parts = (DefinitionString as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1];
      const definition = JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'x')).join(''));
      const file = new URL(`../../statemachines/${String(StateMachineName).slice(7)}.asl.json`, import.meta.url);
      expect(Object.keys(definition.States)).toEqual(Object.keys(JSON.parse(readFileSync(file, 'utf8')).States));
      expect(JSON.stringify(definition)).toContain('{% 7 %}');
      expect(JSON.stringify(definition)).toContain('{% 3 %}');
    }
  });

  it('are traced, and log what fails', () => {
    for (const properties of machines) {
      expect(properties).toMatchObject({
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: true },
      });
    }
  });
});
