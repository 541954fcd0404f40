import type { IncidentDetails } from '@midwatch/core/incident';
import { sampleBrief } from '@midwatch/testkit';
import { expect, test } from 'vitest';
import { renderPostMortem } from './index.js';

const openedAtMs = sampleBrief.sinceMs + 60_000;
const alert = {
  source: 'alertmanager',
  fingerprint: 'f1',
  status: 'resolved',
  name: 'LatencyHigh',
  startsAtMs: sampleBrief.sinceMs,
  target: { service: 'checkout' },
  labels: {},
  annotations: {},
} as const;

const incident: IncidentDetails = {
  id: 'inc-7f3a',
  groupKey: 'checkout',
  title: 'LatencyHigh',
  service: 'checkout',
  namespace: 'shop',
  severity: 'critical',
  status: 'resolved',
  openedAtMs,
  lastAlertAtMs: openedAtMs,
  updatedAtMs: openedAtMs,
  resolvedAtMs: sampleBrief.sinceMs + 2_400_000,
  alertCount: 1,
  owner: { by: 'ann', atMs: openedAtMs },
  outcome: { judgement: 'partly', service: 'db', cause: 'a lock', by: 'ann', via: 'slack', atMs: openedAtMs },
  brief: sampleBrief,
  alerts: [{ alert, recordedAtMs: openedAtMs }],
  timeline: [
    { actor: 'alertmanager', action: 'alert-received', atMs: openedAtMs },
    { actor: 'midwatch', action: 'brief-delivered', detail: { channel: 'slack' }, atMs: openedAtMs + 2_000 },
    { actor: 'ann', action: 'taken', detail: { via: 'slack' }, atMs: openedAtMs + 90_000 },
    { actor: 'midwatch', action: 'bookkeeping', atMs: openedAtMs + 1 },
  ],
};

test('tells the incident in the order in which it went, with the true cause beside what was said', () => {
  const text = renderPostMortem(incident, { nowMs: openedAtMs + 86_400_000 });
  const timeline = text.slice(text.indexOf('## Timeline'), text.indexOf('## What went well'));
  expect(timeline.match(/^- .*$/gm)).toEqual([
    '- 2026-11-02 03:41:00 UTC p99 rises',
    '- 2026-11-02 03:41:00 UTC alert LatencyHigh began',
    '- 2026-11-02 03:42:00 UTC Midwatch heard of it from alertmanager',
    '- 2026-11-02 03:42:02 UTC a brief stood in slack',
    '- 2026-11-02 03:43:30 UTC ann took it',
    '- 2026-11-02 04:21:00 UTC all alerts are resolved',
  ]);
  expect(text).toContain('## Root cause\n\na lock\n\nAt fault: db.');
  expect(text).toContain('It was partly right.');
  expect(text).toContain('| Lasted | 40 min |');
});

test('asks where nothing is known, and invents nothing', () => {
  const { brief: _, outcome: __, owner: ___, ...bare } = incident;
  const text = renderPostMortem({ ...bare, timeline: [], alerts: [] }, { nowMs: openedAtMs });
  expect(text).toContain('[What was it truly?');
  expect(text).toContain('Nothing: it was not looked at.');
  expect(text).not.toContain('Taken by');
});

test('nothing that was told formats, links or mentions', () => {
  const hostile = '[x](https://evil.example) <img src=x> @everyone | a\n# b';
  const text = renderPostMortem(
    {
      ...incident,
      title: hostile,
      brief: { ...sampleBrief, headline: hostile, cause: hostile },
      outcome: { judgement: 'wrong', cause: hostile, by: hostile, via: 'api', atMs: 1 },
      timeline: [{ actor: hostile, action: 'taken', atMs: openedAtMs }],
    },
    { nowMs: openedAtMs },
  );
  expect(text).not.toContain('](https://evil');
  expect(text).not.toMatch(/(?<!\\)<img/);
  expect(text.match(/^# /gm)).toHaveLength(1);
});

test('tells what was done, by whom it was approved, and whether it helped', () => {
  const at = (minutes: number) => ({ atMs: openedAtMs + minutes * 60_000 });
  const text = renderPostMortem(
    {
      ...incident,
      brief: {
        ...sampleBrief,
        remedy: {
          ...{ planId: 'p1', title: 'Roll back <b>', steps: [], diff: [], isReversible: true, people: 1 },
          ...{ peopleReasons: [], expiresAtMs: 0, state: 'helped', text: 'done at 03:52 UTC; it helped' },
          ...{ approvedBy: ['ann'], missing: [], choices: ['undo'] },
        },
      },
      timeline: [
        { actor: 'midwatch', action: 'action-proposed', detail: { title: 'Roll back <b>' }, ...at(1) },
        { actor: '@ann', action: 'action-approved', ...at(2) },
        { actor: 'midwatch', action: 'action-applied', ...at(3) },
        { actor: 'midwatch', action: 'action-success', detail: { text: 'all alerts are over' }, ...at(6) },
      ],
    },
    { nowMs: openedAtMs + 86_400_000 },
  );
  expect(text).toContain(
    '## What Midwatch did\n\nDone, and it helped: Roll back \\<b\\>\n\nDone at 03:52 UTC; it helped\n',
  );
  for (const line of [
    '03:43:00 UTC Midwatch worked out an action: Roll back \\<b\\>',
    '03:44:00 UTC \\@ann approved the action',
    '03:45:00 UTC Midwatch carried the action out',
    '03:48:00 UTC the action helped: all alerts are over',
  ])
    expect(text).toContain(line);
});
