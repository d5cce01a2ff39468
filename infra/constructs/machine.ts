import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArnFormat, Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { type Grant, give, readObjects, useKey, writeResults } from '../grants.ts';
import type { Store } from './store.ts';

type MachineProps = {
  /** The file is `statemachines/<name>.asl.json`, the state machine `muster-<name>`. */
  name: string;
  /** `ConvergeAccounts` binds `${ConvergeAccountsFunctionArn}`, and may be invoked. */
  functions: Record<string, IFunction>;
  /** The other placeholders of the file; `Partition` is bound for every file. */
  values: Record<string, string>;
  /** Where distributed maps read their items and write their results. */
  runs: Store;
};

const placeholder = /\$\{(\w+)\}/g;
const files = join(import.meta.dirname, '../../statemachines');

/** The text with every placeholder replaced; CDK itself checks neither side. @throws {Error} naming each placeholder or binding without its counterpart */
export function bindPlaceholders(file: string, text: string, bindings: Record<string, string>): string {
  const placeholders = new Set([...text.matchAll(placeholder)].map(([, name = '']) => name));
  const missing = [...placeholders].filter((name) => !(name in bindings)).map((name) => `\${${name}} is not bound`);
  const surplus = Object.keys(bindings).filter((name) => !placeholders.has(name));
  const problems = [...missing, ...surplus.map((name) => `nothing in the file asks for ${name}`)];
  if (problems.length > 0) throw new Error(`${file}: ${problems.join('; ')}`);
  return text.replaceAll(placeholder, (_, name: string) => bindings[name] ?? '');
}

/** A state machine from its file, with a role that may do what the file calls. */
export class Machine extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { name, functions, values, runs }: MachineProps) {
    super(scope, id);
    const file = `${name}.asl.json`;
    const arns = Object.entries(functions).map(([of, { functionArn }]) => [`${of}FunctionArn`, functionArn] as const);
    const text = JSON.stringify(JSON.parse(readFileSync(join(files, file), 'utf8')));
    const stateMachineName = `muster-${name}`;
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName,
      // In the template itself, not an asset beside it: whoever reads or runs the template has the states too.
      definitionBody: DefinitionBody.fromString(
        bindPlaceholders(file, text, { Partition: Aws.PARTITION, ...Object.fromEntries(arns), ...values }),
      ),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          // Under this prefix a delivery needs no room in the account's one log resource policy (Step Functions guide, "Logging").
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
          retention: RetentionDays.THREE_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ERROR,
        includeExecutionData: true,
      },
    });
    const invoke: Grant = {
      sid: 'InvokeFunctions',
      actions: ['lambda:InvokeFunction'],
      // Not `grantInvoke`: it allows every version and alias as well.
      resources: Object.values(functions).map(({ functionArn }) => functionArn),
    };
    give(this.stateMachine.role, [invoke, ...this.#mapGrants(stateMachineName, runs)]);
    acknowledge(this, {
      'AwsSolutions-SF1': 'Standard executions keep their whole history for 90 days; the log repeats failures only.',
      'AwsSolutions-IAM5[Resource::*]':
        'Log delivery and X-Ray have no resources to name (Service Authorization Reference).',
    });
  }

  /** Step Functions guide, "IAM policies for using Distributed Map states". The ARNs are spelled out: a reference would be a circle. */
  #mapGrants(stateMachineName: string, store: Store): Grant[] {
    const stack = Stack.of(this);
    const arn = (resource: string, resourceName: string) =>
      stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    const executions = [`${stateMachineName}/*`, `${stateMachineName}:*`].map((name) => arn('execution', name));
    const children = executions.map((execution) => [
      `Resource::${execution.replace(Aws.PARTITION, '<AWS::Partition>').replace(Aws.ACCOUNT_ID, '<AWS::AccountId>')}`,
      'The children of a distributed map get their names when it runs.',
    ]);
    return [
      {
        sid: 'RunMaps',
        actions: ['states:StartExecution', 'states:DescribeExecution', 'states:StopExecution'],
        resources: [arn('stateMachine', stateMachineName), ...executions],
        wildcards: Object.fromEntries(children),
      },
      readObjects(store, 'runs/*'),
      writeResults(store, 'runs/*/map/*', 'runs/*/revisit/*'),
      useKey(store, 'Decrypt', 'GenerateDataKey'),
    ];
  }
}
