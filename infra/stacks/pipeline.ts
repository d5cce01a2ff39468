import { Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Alerts } from '../constructs/alerts.ts';
import { Machine } from '../constructs/machine.ts';
import { Schedules } from '../constructs/schedules.ts';
import { assessDeliveryFunction } from '../functions/assess-delivery.ts';
import { convergeAccountsFunction } from '../functions/converge-accounts.ts';
import { maintainCatalogFunction } from '../functions/maintain-catalog.ts';
import { publishHealthFunction } from '../functions/publish-health.ts';
import { resolveTargetsFunction } from '../functions/resolve-targets.ts';
import type { ConfiguredStackProps } from './configured.ts';
import type { MusterState } from './state.ts';

type PipelineProps = ConfiguredStackProps & { state: MusterState };

/** Everything that works: replaced at will, it holds nothing. */
export class MusterPipeline extends Stack {
  constructor(scope: Construct, id: string, { config, state, ...props }: PipelineProps) {
    super(scope, id, { ...props, description: 'Muster: functions, state machines, schedules and alarms' });
    const hub = { stack: this, config, stores: state };
    // Under the names of their placeholders in the state machines.
    const ResolveTargets = resolveTargetsFunction(hub);
    const ConvergeAccounts = convergeAccountsFunction(hub);
    const AssessDelivery = assessDeliveryFunction(hub);
    const MaintainCatalog = maintainCatalogFunction(hub);
    const PublishHealth = publishHealthFunction(hub);
    const shared = { ConvergeAccounts, AssessDelivery, PublishHealth };
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
