import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { metricFacts, noHealth } from '../../core/health.ts';
import { scheduleInterval } from '../../infra/constructs/alerts.ts';
import { policiesOf, resourcesOf, synthesize } from './synthesis.ts';

const { MusterPipeline: pipeline } = await synthesize({ notifications: { emails: ['fleet@example.com'] } });
const alarms = resourcesOf(pipeline, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

describe('the alarms', () => {
  it.each(alarms)('have a section in the runbook and nothing more: $AlarmName', ({ AlarmName, AlarmDescription }) => {
    expect(runbook).toContain(`\n## ${AlarmName}\n`);
    expect(AlarmDescription).toContain(`docs/runbook.md, ${AlarmName}.`);
  });

  it('are all that the runbook knows', () => {
    const sections = [...runbook.matchAll(/^## (\w+\/\w+)$/gm)].map(([, name]) => name);
    expect(sections.sort()).toEqual(alarms.map(({ AlarmName }) => AlarmName).sort());
  });

  it.each(alarms)('watch a metric that a run publishes: $MetricName', (alarm) => {
    const health = noHealth();
    health.counts.Healthy = 1;
    expect(metricFacts(health, { runSeconds: 1, quarantined: {} }).map(({ name }) => name)).toContain(
      alarm['MetricName'],
    );
    expect(alarm).toMatchObject({ Namespace: 'Muster', Dimensions: [{ Name: 'service', Value: 'muster' }] });
  });

  it('ring when nothing ran: there, no data is the bad news', () => {
    const missing = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
    expect(missing).toMatchObject([{ AlarmName: 'Pipeline/RunMissing', Statistic: 'SampleCount', Threshold: 1 }]);
  });

  it('speak through one topic, encrypted under its own key, that only our alarms may publish to', () => {
    const topics = resourcesOf(pipeline, 'AWS::SNS::Topic');
    expect(topics).toHaveLength(1);
    expect(topics[0]?.Properties['KmsMasterKeyId']).toBeDefined();
    for (const { AlarmActions, OKActions } of alarms) expect(OKActions).toEqual(AlarmActions);
    const publishing = policiesOf(pipeline).filter(({ statement }) => statement.Action === 'sns:Publish');
    expect(publishing.map(({ statement }) => [statement.Effect, statement.Principal])).toEqual([
      ['Deny', '*'],
      ['Allow', { Service: 'cloudwatch.amazonaws.com' }],
    ]);
    const [subscription] = resourcesOf(pipeline, 'AWS::SNS::Subscription');
    expect(subscription?.Properties).toMatchObject({ Protocol: 'email', Endpoint: 'fleet@example.com' });
  });
});

describe('the time between two runs', () => {
  it.each([
    ['rate(1 minute)', 1],
    ['rate(30 minutes)', 30],
    ['rate(1 hour)', 60],
    ['rate(6 hours)', 360],
    ['rate(1 day)', 1440],
    ['rate(7 days)', 1440],
    ['cron(0 6 * * ? *)', 1440],
  ])('is read from %s', (schedule, minutes) => {
    expect(scheduleInterval(schedule).toMinutes()).toBe(minutes);
  });
});
