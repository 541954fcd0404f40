import type { Brief } from '@midwatch/core/incident';
import { sampleBrief as brief, sampleBriefAtMs as nowMs, sampleRemedy } from '@midwatch/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostileBrief } from './__fixtures__/hostile-brief.js';
import { type SlackMessage, toSlackMessage, toSlackThread } from './index.js';
import { toSlackRemedyControls } from './interactivity/remedy-buttons.js';
import { toSlackControls } from './interactivity/slack-buttons.js';
import { detailParts, mainParts, wholeParts } from './message-parts.js';
import { checkMessage } from './stand-in/check-message.js';

interface Texts {
  readonly header: string;
  readonly markdown: readonly string[];
  readonly text: string;
}

function textsOf({ blocks, text }: SlackMessage): Texts {
  const header = blocks.map((block) => (block.type === 'header' ? block.text.text : '')).join('');
  const markdown = blocks.flatMap((block) => {
    if (block.type === 'section') return [block.text.text];
    return block.type === 'context' ? block.elements.map((it) => it.text) : [];
  });
  return { header, markdown, text };
}

/** Of the message for a webhook, of the bot's, and of the reply below it. */
function allMessages(of: Brief, atMs: number): readonly SlackMessage[] {
  const { remedy } = of;
  const remedyControls = remedy && toSlackRemedyControls({ incidentId: 'inc-1', remedy });
  const { details, message } = toSlackThread(of, atMs, { remedyControls });
  return [toSlackMessage(of, atMs), message, ...(details === undefined ? [] : [details])];
}

const whole = (of: Brief) => textsOf(toSlackMessage(of, nowMs)).markdown.join('\n\n');
const short = (of: Brief) => textsOf(toSlackThread(of, nowMs).message).markdown.join('\n\n');

describe('toSlackThread', () => {
  it('says on one screen what is so, who is on it, why, what to do and what changed', () => {
    expect(textsOf(toSlackThread(brief, nowMs).message)).toMatchInlineSnapshot(`
      {
        "header": "🔥 LatencyHigh: checkout in shop, since 03:41 UTC · latency p99 8.2 s (was 190 ms), holding there",
        "markdown": [
          "*Firing* · critical · Owner: billing · nobody is on it yet · not checked: jaeger traces",
          "*Root cause, high confidence:* checkout v2 cut its connection pool from 100 to 10.
      Why: deploy, logs and metrics agree",
          "*What to do first*
      1. *Roll checkout back to v1*: it undoes the cut [D1]
      \`\`\`
      argocd app set checkout --sync-policy none &amp;&amp; argocd app rollback checkout 41
      \`\`\`
      … and 1 more in the thread",
          "*Change*
      • checkout v1 → v2, 2026-11-01 21:30 UTC (6 h 11 min before onset), by dana, PR #12 [D1] · <https://git.example/pull/12|open the pull request>
      • ConfigMap/checkout POOL_SIZE: 100 → 10",
          "• latency p99 ▁│▄█
      from 03:11 to 03:50 UTC, │ onset 03:41, checkout v2 came 5 h 41 min before 03:11 · <https://prometheus.example.com/graph?g0.expr=x&amp;g0.tab=0|open in prometheus>",
          "*Runbook:* runbooks.example.com · <https://runbooks.example.com/latency|open it>",
          "03:50 UTC · by the evidence alone, no model · 3 of 4 sources in 812 ms · details in the thread",
        ],
        "text": "Firing: LatencyHigh: checkout in shop, since 03:41 UTC · latency p99 8.2 s (was 190 ms), holding there; root cause, high confidence: checkout v2 cut its connection pool from 100 to 10; first: Roll checkout back to v1.",
      }
    `);
  });

  it('keeps what it rests on for the reply', () => {
    const { details } = toSlackThread(brief, nowMs);
    expect(details === undefined ? undefined : textsOf(details).markdown).toMatchInlineSnapshot(`
      [
        "*What else to do*
      2. *Look at checkout*: see who holds connections [L1]",
        "*Evidence*
      • *L1* "pool exhausted" 47 times, never before",
        "*Numbers*
      • latency p99: before the change 180 ms, before onset 190 ms → now *8.2 s*, peak 8.4 s ▁│▄█ [M1] · <https://prometheus.example.com/graph?g0.expr=x&amp;g0.tab=0|open in prometheus>
      • error ratio: before 0 % → now *12 %* [M2] · mimir \`sum(rate(errors_total[5m])) &gt; 0\`
      Bars from 03:11 to 03:50 UTC, │ onset 03:41, checkout v2 came 5 h 41 min before 03:11",
        "*Timeline*
      • 03:41 UTC p99 rises",
        "*What would show that it is something else*
      • a free pool at 03:41",
        "*Not checked*
      • jaeger (traces): not checked, [jaeger] timeout: no answer in time from /api/v3/traces",
        "by the evidence alone, no model · 3 of 4 sources answered in 812 ms · 1,200 log lines, 9 series, 40 traces, 2 changes, 0 events",
      ]
    `);
  });

  it('says in the message what people must know of the answer', () => {
    const notes = ['part of the storm in shop, inc-9', 'claude was not asked: the budget is spent'];
    expect(short({ ...brief, footer: { ...brief.footer, notes } })).toContain(`${notes[0]} · ${notes[1]}`);
  });

  it('has no reply when there is nothing more to say, and then promises none', () => {
    const bare = {
      ...brief,
      actions: [],
      numbers: [],
      evidence: [],
      timeline: [],
      disprovedBy: [],
      notChecked: [],
    };
    expect(toSlackThread(bare, nowMs).details).toBeUndefined();
    expect(short(bare)).not.toContain('thread');
  });

  it('puts the buttons that it is given between the advice and the footer, each message with ids of its own', () => {
    const controls = toSlackControls({ incidentId: 'inc-1', isResolved: true, isPending: false });
    const { message } = toSlackThread(brief, nowMs, { controls });
    expect(message.blocks.slice(-2).map(({ type }) => type)).toEqual(['actions', 'context']);
    expect(checkMessage(message)).not.toHaveProperty('error');
    const ids = new Set(toSlackThread(brief, nowMs).message.blocks.map((block) => block.block_id));
    expect(message.blocks.some((block) => ids.has(block.block_id))).toBe(false);
  });

  it('says the headline whole where the header has no room for it', () => {
    const headline = `${'x'.repeat(200)}, getting worse`;
    expect(short({ ...brief, headline })).toContain('getting worse');
    expect(short(brief)).not.toContain('holding there*');
  });

  it('tells whole sentences of a long cause, on the lock screen too', () => {
    const cause = `checkout v2.1 cut its pool. Since 03:41 p99 is 8.2 s. ${'it goes on. '.repeat(40)}At 8.2 s.`;
    const { message } = toSlackThread({ ...brief, cause }, nowMs);
    expect(textsOf(message).markdown[1]).toMatch(/:\* checkout v2\.1 cut its pool\..* it goes on\.\nWhy/);
    expect(message.text).toMatch(/goes on; first/);
  });

  it('keeps the link of every line of evidence, over as many sections as that takes', () => {
    const query = {
      ...brief.numbers[0]!.query!,
      url: `https://prometheus.example.com/?q=${'x'.repeat(400)}`,
    };
    const evidence = Array.from({ length: 9 }, (_, index) => ({
      id: `M${index}`,
      text: 'it rose',
      queries: [query],
    }));
    const { details } = toSlackThread({ ...brief, evidence }, nowMs);
    const lines = textsOf(details!).markdown.join('\n').split('\n');
    expect(lines.filter((line) => /^• \*M\d\* it rose · <https:/.test(line))).toHaveLength(9);
    expect(checkMessage(details!)).not.toHaveProperty('error');
  });

  it('leaves no part of a long cause out', () => {
    const cause = `${'Long. '.repeat(150)}The end.`;
    const { details, message } = toSlackThread({ ...brief, cause }, nowMs);
    expect(textsOf(message).markdown.join()).not.toContain('The end.');
    expect(textsOf(details!).markdown[0]).toContain('The end.');
  });
});

describe('toSlackMessage', () => {
  it('shows the text of a query that has no link', () => {
    expect(whole(brief)).toContain('mimir `sum(rate(errors_total[5m])) &gt; 0`');
  });

  it('reads a repeated parameter once, and links the query as it is', () => {
    const [first] = brief.numbers;
    const query = { ...first!.query!, text: 'GET /x?aB=1&a_b=1', short: 'GET /x?aB=1' };
    const { url: _, ...unlinked } = query;
    expect(whole({ ...brief, numbers: [{ ...first!, query: unlinked }] })).toContain('`GET /x?aB=1`');
    expect(whole({ ...brief, numbers: [{ ...first!, query }] })).toContain('open in prometheus>');
  });

  it('opens the pull request and the runbook', () => {
    expect(whole(brief)).toContain('<https://git.example/pull/12|open the pull request>');
    expect(whole(brief)).toContain('<https://runbooks.example.com/latency|open it>');
  });

  it('renders a resolved incident as resolved, its advice as what would help next time', () => {
    const resolved = textsOf(toSlackMessage({ ...brief, status: 'resolved' }, nowMs));
    expect(resolved.header).toMatch(/^✅ /);
    expect(resolved.text).toMatch(/^Resolved: /);
    expect(resolved.markdown[0]).toMatch(/^\*Resolved\* · began 03:41 UTC/);
    expect(resolved.markdown.join('\n')).toContain(
      '*What would help if it comes back*\n1. *Roll checkout back to v1*',
    );
    expect(resolved.text).not.toContain('first:');
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
    .replaceAll(/<!date\^-?\d+\^\{time\}\|[\d :UTC-]+>/g, '')
    .replaceAll(/<https?:\/\/[^|<>\s]+\|[\p{L}\p{N} -]+>/gu, '')
    .replaceAll(/&(amp|lt|gt);/g, '')
    .replaceAll(/\*[^*\n]*\*/g, '');
}

describe('any brief', () => {
  it('is never cut before its state, its cause and what to do first', () => {
    fc.assert(
      fc.property(hostileBrief, (of) => {
        const { markdown } = textsOf(toSlackThread(of, nowMs).message);
        expect(markdown.some((text) => /^\*(Firing|Resolved)\*/m.test(text))).toBe(true);
        expect(markdown.some((text) => /^\*(Root cause|Candidates|Not enough|No fault)/.test(text))).toBe(
          true,
        );
        expect(markdown.some((text) => /\n1\. \*/.test(text))).toBe(of.actions.length > 0);
      }),
      { numRuns: 30, seed: 11, endOnFailure: true },
    );
  });

  it('has shares that cannot add up to more than the blocks may hold beside header and footer', () => {
    for (const partsOf of [mainParts, detailParts, wholeParts])
      for (const of of [brief, { ...brief, remedy: sampleRemedy }]) {
        const shares = partsOf(of, nowMs, { isHeadlineCut: true, remedyControls: [] }).map(
          ({ share }) => share,
        );
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(10_800);
      }
  });

  it('stays within every limit of Slack', () => {
    fc.assert(
      fc.property(hostileBrief, fc.double(), (of, atMs) => {
        for (const message of allMessages(of, atMs)) {
          expect(checkMessage(message)).toMatchObject({ text: message.text });
          expect(message.blocks.length).toBeLessThanOrEqual(50);
          const { header, markdown, text } = textsOf(message);
          expect(header.length).toBeLessThanOrEqual(150);
          expect(text.length).toBeLessThanOrEqual(600);
          expect(Math.max(...markdown.map(({ length }) => length))).toBeLessThanOrEqual(3000);
          expect(markdown.reduce((sum, { length }) => sum + length, header.length)).toBeLessThanOrEqual(
            12_000,
          );
        }
      }),
      { numRuns: 50, seed: 7, endOnFailure: true },
    );
  });

  it('cannot mention, link, format, quote or break a fence', () => {
    fc.assert(
      fc.property(hostileBrief, (of) => {
        const messages = allMessages(of, nowMs).map(textsOf);
        for (const { header } of messages) expect(header).not.toMatch(/[<>&\n]|@(channel|here|everyone)/);
        for (const mrkdwn of messages.flatMap(({ markdown, text }) => [...markdown, text])) {
          expect(mrkdwn.isWellFormed()).toBe(true);
          expect(mrkdwn.replaceAll('\n', '')).not.toMatch(/[\p{Cf}\p{Cc}]/u);
          expect(mrkdwn).not.toMatch(/^(&gt;|>|\s)/m);
          const rest = strip(mrkdwn);
          expect(rest).not.toMatch(/[<>&`*~]|:\/\/|@(channel|here|everyone)/);
          expect(rest).not.toMatch(/:(?!\d\d:)[a-z0-9_+'-]+:/i);
          for (const [, address = ''] of mrkdwn.matchAll(/<(?!!date)([^|>]*)\|/g)) {
            expect(['http:', 'https:']).toContain(new URL(address.replaceAll('&amp;', '&')).protocol);
          }
        }
      }),
      { numRuns: 50, seed: 7, endOnFailure: true },
    );
  });
});
