import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ContentReason, isForgery } from '../../core/content-check.ts';
import { Reason } from '../../core/verdict.ts';

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const [, reasons = ''] = /^# Reasons\n(.*?)^# /ms.exec(runbook) ?? [];
const sections = new Map(reasons.split(/^## /m).map((section) => [section.split('\n')[0] ?? '', section]));

describe('the runbook', () => {
  it('has a section for each reason and nothing else among them', () => {
    expect([...sections.keys()].filter(Boolean).sort()).toEqual([...Reason.options].sort());
  });

  it.each(ContentReason.options)('explains what puts an object into quarantine: %s', (reason) => {
    expect(sections.get(isForgery(reason) ? 'DataForged' : 'DataQuarantined')).toContain(`\`${reason}\``);
  });
});
