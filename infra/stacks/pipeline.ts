import { Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Alerts } from '../constructs/alerts.ts';
import { Machine } from '../constructs/machine.ts';
import { Schedules } from '../constructs/schedules.ts';
import type { ConfiguredStackProps } from './configured.ts';
import { createFunctions } from './functions.ts';
import type { MusterState } from './state.ts';

type PipelineProps = ConfiguredStackProps & { state: MusterState };

/** Everything that works: replaced at will, it holds nothing. */
export class MusterPipeline extends Stack {
  constructor(scope: Construct, id: string, { config, state, ...props }: PipelineProps) {
    super(scope, id, { ...props, description: 'Muster: functions, state machines, schedules and alarms' });
    const { ResolveTargets, MaintainCatalog, ...shared } = createFunctions({ stack: this, config, stores: state });
    const machine = (name: string, functions: Record<string, IFunction>) =>
      new Machine(this, name, {
        name,
        functions,
        runs: state.state,
        values: {
          StateBucketName: state.state.bucket.bucketName,
          AccountsPerBatch: String(config.accountsPerBatch),
          MaxConcurrency: String(config.maxConcurrency),
        },
      }).stateMachine;
    const converge = machine('converge', { ResolveTargets, MaintainCatalog, ...shared });
    const assess = machine('assess', shared);
    const { enabled, ...schedules } = config.schedules;
    new Schedules(this, 'Schedules', {
      enabled,
      runs: {
        converge: { schedule: schedules.converge, stateMachine: converge },
        assess: { schedule: schedules.assess, stateMachine: assess },
      },
    });
    new Alerts(this, 'Alerts', config);
  }
}
