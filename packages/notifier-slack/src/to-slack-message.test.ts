import type { Brief } from '@midwatch/core/incident';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brief, nowMs } from './__fixtures__/brief.js';
import { hostileBrief } from './__fixtures__/hostile-brief.js';
import { toSlackMessage } from './index.js';
import { checkMessage } from './stand-in/check-message.js';

function textsOf(of: Brief): { header: string; markdown: readonly string[]; text: string } {
  const { blocks, text } = toSlackMessage(of, nowMs);
  const header = blocks.map((block) => (block.type === 'header' ? block.text.text : '')).join('');
  const markdown = blocks.flatMap((block) =>
    block.type === 'section'
      ? [block.text.text]
      : block.type === 'context'
        ? block.elements.map((it) => it.text)
        : [],
  );
  return { header, markdown, text };
}

const whole = (of: Brief) => textsOf(of).markdown.join('\n\n');

describe('toSlackMessage', () => {
  it('reads from what is broken to what it rests on', () => {
    expect(textsOf(brief)).toMatchInlineSnapshot(`
      {
        "header": "🔥 LatencyHigh: checkout in shop, since 03:41 UTC · latency p99 8.2 s (was 190 ms)",
        "markdown": [
          "*Firing* since 03:41 UTC (9 min) · critical · checkout in shop",
          "*Root cause, high confidence:* checkout v2 cut its connection pool from 100 to 10.
      Why: deploy, logs and metrics agree",
          "*What to do first*
      1. *Roll checkout back to v1*: it undoes the cut [D1]
      \`\`\`
      argocd app set checkout --sync-policy none &amp;&amp; argocd app rollback checkout 41
      \`\`\`
      2. *Look at checkout*: see who holds connections [L1]",
          "*Change*
      • checkout v1 → v2, 2026-11-01 21:30 UTC (6 h 11 min before onset), by dana, PR #12 [D1]
      • ConfigMap/checkout POOL_MAX: 100 → 10",
          "*Numbers*
      • latency p99: before the change 180 ms, before 190 ms → now *8.2 s*, peak 8.4 s ▁▄█ [M1] · <https://prometheus.example.com/graph?g0.expr=x&amp;g0.tab=0|open in prometheus>
      • error ratio: before 0 % → now *12 %* [M2] · mimir \`sum(rate(errors_total[5m])) &gt; 0\`",
          "*Evidence*
      • *L1* "pool exhausted" 47 times, never before",
          "*Not checked*
      • jaeger (traces): not checked, [jaeger] timeout: no answer in time from /api/v3/traces",
          "by evidence · 3 of 4 sources answered in 812 ms · 1,200 log lines, 9 series, 40 traces, 2 changes, 0 events",
        ],
        "text": "Firing: LatencyHigh: checkout in shop, since 03:41 UTC · latency p99 8.2 s (was 190 ms)
      Root cause, high confidence: checkout v2 cut its connection pool from 100 to 10.
      First: Roll checkout back to v1: \`argocd app set checkout --sync-policy none &amp;&amp; argocd app rollback checkout 41\`",
      }
    `);
  });

  it('shows the text of a query that has no link', () => {
    expect(whole(brief)).toContain('mimir `sum(rate(errors_total[5m])) &gt; 0`');
  });

  it('never links what stands in telemetry, such as the address of a change request', () => {
    expect(whole(brief)).not.toContain('git.example');
  });

  it('renders a resolved incident as resolved, its advice as what would help next time', () => {
    const resolved = textsOf({ ...brief, status: 'resolved' });
    expect(resolved.header).toMatch(/^✅ /);
    expect(resolved.text).toMatch(/^Resolved: /);
    expect(resolved.markdown[0]).toMatch(/^\*Resolved\* · began 03:41 UTC/);
    expect(resolved.markdown.join('\n')).toContain(
      '*What would help if it comes back*\n1. *Roll checkout back to v1*',
    );
    expect(resolved.text).not.toContain('First:');
  });

  it('says that a slower analyzer still reads', () => {
    const pending = { ...brief, footer: { ...brief.footer, pending: 'model still reading' } };
    expect(whole(pending)).toContain('First findings: model still reading');
  });

  it('names suspects where no cause was found', () => {
    expect(whole(brief)).not.toContain('*Suspects*');
    expect(whole({ ...brief, verdict: 'candidates' })).toContain(
      '1. checkout (victims: catalog): its pool was cut',
    );
  });

  it('says when a command cannot be shown unchanged, and shows nothing like it', () => {
    const [action] = brief.actions;
    const text = whole({ ...brief, actions: [{ ...action!, command: `echo ${'x'.repeat(2000)}` }] });
    expect(text).toContain('take it from another channel');
    expect(text).not.toContain('echo');
  });

  it('counts what did not fit', () => {
    const evidence = Array.from({ length: 40 }, (_, index) => ({
      id: `L${index}`,
      text: 'x'.repeat(250),
      queries: [],
    }));
    expect(whole({ ...brief, evidence })).toMatch(/\n… and \d+ more/);
  });

  it('gives other block ids to other content, and the same to the same', () => {
    const ids = (of: Brief) => toSlackMessage(of, nowMs).blocks.map((block) => block.block_id);
    expect(ids(brief)).toEqual(ids(structuredClone(brief)));
    const later = new Set(ids({ ...brief, cause: 'something else' }));
    expect(ids(brief).some((id) => later.has(id))).toBe(false);
  });
});

/** What is left when everything that this package writes itself is taken out. */
function strip(markdown: string): string {
  return markdown
    .replaceAll(/```\n[^\n]*\n```/g, '')
    .replaceAll(/`[^`\n]*`/g, '')
    .replaceAll(/<https?:\/\/[^|<>\s]+\|[\p{L}\p{N} -]+>/gu, '')
    .replaceAll(/&(amp|lt|gt);/g, '')
    .replaceAll(/\*[^*\n]*\*/g, '');
}

describe('any brief', () => {
  it('stays within every limit of Slack', () => {
    fc.assert(
      fc.property(hostileBrief, fc.double(), (of, atMs) => {
        const message = toSlackMessage(of, atMs);
        expect(checkMessage(message)).toMatchObject({ text: message.text });
        expect(message.blocks.length).toBeLessThanOrEqual(50);
        const { header, markdown, text } = textsOf(of);
        expect(header.length).toBeLessThanOrEqual(150);
        expect(text.length).toBeLessThanOrEqual(4000);
        expect(markdown.reduce((sum, { length }) => sum + length, header.length)).toBeLessThanOrEqual(12_000);
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it('cannot mention, link, format, quote or break a fence', () => {
    fc.assert(
      fc.property(hostileBrief, (of) => {
        const { header, markdown, text } = textsOf(of);
        expect(header).not.toMatch(/[<>&\n]|@(channel|here|everyone)/);
        for (const mrkdwn of [...markdown, text]) {
          expect(mrkdwn.isWellFormed()).toBe(true);
          expect(mrkdwn.replaceAll('\n', '')).not.toMatch(/[\p{Cf}\p{Cc}]/u);
          expect(mrkdwn).not.toMatch(/^(&gt;|>|\s)/m);
          const rest = strip(mrkdwn);
          expect(rest).not.toMatch(/[<>&`*~]|:\/\/|@(channel|here|everyone)/);
          expect(rest).not.toMatch(/:(?!\d\d:)[a-z0-9_+'-]+:/i);
          for (const [, address = ''] of mrkdwn.matchAll(/<([^|>]*)\|/g)) {
            expect(['http:', 'https:']).toContain(new URL(address.replaceAll('&amp;', '&')).protocol);
          }
        }
      }),
      { numRuns: 100, seed: 7 },
    );
  });
});
