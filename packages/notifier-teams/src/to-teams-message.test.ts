import type { Brief } from '@midwatch/core/incident';
import { sampleBrief as brief, sampleBriefAtMs as nowMs } from '@midwatch/testkit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toTeamsMessage } from './to-teams-message.js';

const cardOf = (given: Brief) => toTeamsMessage(given, nowMs).attachments[0].content;
const textsOf = (given: Brief) =>
  cardOf(given).body.flatMap(({ inlines }) => inlines.map(({ text }) => text));

test('the cause and the first command stand on top, with links to the queries behind', () => {
  const { actions, body, fallbackText } = cardOf(brief);
  expect(fallbackText).toBe(brief.headline);
  expect(body[0]?.inlines[0]).toMatchObject({ text: brief.headline, weight: 'Bolder' });
  // The second line tells who owns it and what was not checked.
  expect(body[1]?.inlines[0]?.text).toBe(brief.standing);
  expect(body[2]?.inlines[0]?.text).toContain(
    'Root cause, high confidence: checkout v2 cut its connection pool',
  );
  const command = body.find(({ inlines }) => inlines[0]?.fontType === 'Monospace');
  expect(command?.inlines[0]?.text).toBe(brief.actions[0]?.command);
  expect(actions).toEqual([
    {
      type: 'Action.OpenUrl',
      title: 'Open in prometheus',
      url: 'https://prometheus.example.com/graph?g0.expr=x&g0.tab=0',
    },
  ]);
});

test('nothing from telemetry is Markdown, a mention or a link: it is in runs of plain text only', () => {
  const hostile = '[Teams](https://evil.example) <at>everyone</at> **now** \u202egnp.exe';
  const given: Brief = { ...brief, cause: hostile, evidence: [{ id: 'L1', text: hostile, queries: [] }] };
  const { actions, body } = cardOf(given);
  expect(new Set(body.map(({ type }) => type))).toEqual(new Set(['RichTextBlock']));
  expect(new Set(body.flatMap(({ inlines }) => inlines.map(({ type }) => type)))).toEqual(
    new Set(['TextRun']),
  );
  expect(textsOf(given).join('\n')).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u);
  expect(JSON.stringify(actions)).not.toContain('evil.example');
});

test.each([
  ['javascript:alert(1)'],
  ['https://me:secret@prometheus.example.com/'],
  [`https://prometheus.example.com/?q=${'x'.repeat(900)}`],
  ['no address'],
])('%s becomes no link', (url) => {
  const [number] = brief.numbers;
  const query = { connectorId: 'p', language: 'promql', text: 'up', startMs: 0, endMs: 1, url };
  expect(cardOf({ ...brief, numbers: number === undefined ? [] : [{ ...number, query }] }).actions).toEqual(
    [],
  );
});

test('a command that would be changed is left out, and it is said', () => {
  const [first] = brief.actions;
  const given: Brief = {
    ...brief,
    actions: first === undefined ? [] : [{ ...first, command: 'kubectl\u200b get' }],
  };
  expect(textsOf(given).join('\n')).toContain('cannot be shown whole');
  expect(cardOf(given).body.some(({ inlines }) => inlines[0]?.fontType === 'Monospace')).toBe(false);
});

test('whatever the brief holds, the message stays under 24 KB and keeps its headline', () => {
  const text = fc.string({ unit: 'binary', maxLength: 3_000 });
  const url = fc.constantFrom('https://g.example/a', `https://g.example/${'é'.repeat(120)}`);
  const query = fc.record({
    connectorId: text,
    language: text,
    text,
    startMs: fc.constant(0),
    endMs: fc.constant(1),
    url,
  });
  const evidence = fc.array(fc.record({ id: text, text, queries: fc.array(query, { maxLength: 3 }) }), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(text, text, evidence, (headline, cause, found) => {
      const message = toTeamsMessage({ ...brief, headline, cause, evidence: found }, nowMs);
      expect(new TextEncoder().encode(JSON.stringify(message)).length).toBeLessThan(24_000);
      expect(message.attachments[0].content.body.length).toBeGreaterThan(1);
    }),
    { numRuns: 100, seed: 7 },
  );
});
