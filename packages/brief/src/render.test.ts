import type { Brief, BriefRemedy } from '@midwatch/core/incident';
import { describe, expect, it } from 'vitest';
import { input, nowMs } from './__fixtures__/brief-input.js';
import { displayWidth } from './display-width.js';
import { escapeMarkdown, renderMarkdown } from './render-markdown.js';
import { renderTerminal } from './render-terminal.js';
import { toBrief } from './to-brief.js';
import { toNote } from './to-note.js';

const brief = toBrief(input);
const remedy: BriefRemedy = {
  ...{ planId: 'p1', title: 'Roll checkout back to v1', people: 2, peopleReasons: ['it replaces every pod'] },
  steps: ['patch the template of deployment shop/checkout with that of revision 41'],
  diff: Array.from({ length: 7 }, (_, index) => ({ path: `env ${index}`, before: '10', after: '100' })),
  ...{ isReversible: false, expiresAtMs: nowMs + 1_800_000, state: 'offered', approvedBy: ['ann'] },
  text: '1 of 2 approved (ann); waits for 1 more until 04:20 UTC',
  ...{ missing: [], choices: ['approve', 'reject'] },
};
const ansiEscape = String.fromCharCode(27);

describe('renderTerminal', () => {
  it('shows cause, first action with its command, change, numbers and what was not checked', () => {
    const text = renderTerminal(brief, { nowMs });
    for (const part of [
      'Root cause, high confidence',
      '1. Roll checkout back to v1 [D1]',
      '     $ argocd app set checkout --sync-policy none &&\n       argocd app rollback checkout 41\n',
      'checkout v1 -> v2 at 2026-11-01 21:30 UTC (6 h 11 min before onset), by dana,\n  PR #12 [D1]',
      'ConfigMap/checkout POOL: 100 -> 10',
      'latency p99: before the change 180 ms, before onset 190 ms, now 8.2 s, peak',
      'prometheus promql [q2]: histogram_quantile(0.99, x)',
      'q2 prometheus promql [2026-11-02 03:11:00 to 03:50:00 UTC]\n     histogram_quantile(0.99, x)\n',
      '(victims: catalog)',
      'jaeger (traces): not checked, [jaeger] timeout: no answer in time from\n     /api/v3/traces',
      '3 of 4 sources answered in 0.8 s',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('colours only when asked, and says the same', () => {
    expect(renderTerminal(brief, { nowMs })).not.toContain(ansiEscape);
    const colored = renderTerminal(brief, { nowMs, color: true });
    expect(colored).toContain(ansiEscape);
    expect(colored.replaceAll(new RegExp(`${ansiEscape}\\[\\d+m`, 'g'), '')).toBe(
      renderTerminal(brief, { nowMs }),
    );
  });

  it('lets no text of telemetry move the cursor, hide text or start a line', () => {
    const hostile = `x${ansiEscape}[2J\nforged line\u202e\u0007`;
    const text = renderTerminal({ ...brief, cause: hostile, headline: hostile }, { nowMs });
    expect(text).not.toContain(ansiEscape);
    expect(text).not.toMatch(/^forged line/m);
    expect(text).not.toContain('\u202e');
  });

  it('shows nothing of what is invisible: two names that look alike are the same text', () => {
    const tags = String.fromCodePoint(0xe0041, 0xe0042);
    const text = renderTerminal({ ...brief, cause: `pay${tags}\u00ad\u061c\u180ements` }, { nowMs });
    expect(text).toContain('  payments\n');
  });

  it('keeps every line but addresses within 80 columns, whatever the texts are', () => {
    const pieces = [
      'a'.repeat(200),
      '支払いサービス'.repeat(20),
      '🔥🧨'.repeat(60),
      'e\u0301'.repeat(90),
      'p99 8.2 s '.repeat(30),
    ];
    for (const text of pieces) {
      const rendered = renderTerminal(withTexts(brief, text), { nowMs });
      for (const line of rendered.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
    }
  });

  it('never breaks an address, and shows it once below the queries', () => {
    const url = `https://grafana.example/explore?left=${'x'.repeat(300)}`;
    const [first] = brief.numbers;
    const query = { ...first!.query!, url };
    const text = renderTerminal(
      {
        ...brief,
        numbers: [
          { ...first!, query },
          { ...first!, query },
        ],
      },
      { nowMs },
    );
    expect(text.split('\n').filter((line) => line.trim() === url)).toHaveLength(1);
  });

  it('takes the towers out of accents, and reads of 100 kB only the beginning', () => {
    const tower = `a${'\u0301'.repeat(500)}b`;
    expect(renderTerminal({ ...brief, cause: tower }, { nowMs })).toContain('  a\u0301\u0301b\n');
    const long = renderTerminal(withTexts(brief, `<!channel> ${'x'.repeat(100_000)}`), { nowMs });
    expect(long.length).toBeLessThan(60_000);
  });
});

/** Every text of a brief that people read, but for commands and addresses. */
function withTexts(of: Brief, text: string): Brief {
  return {
    ...of,
    headline: text,
    standing: text,
    cause: text,
    confidenceReason: text,
    runbook: { title: text, path: text },
    change: {
      ...of.change!,
      summary: text,
      actor: text,
      changes: [{ path: text, before: text, after: text }],
    },
    actions: of.actions.map((action) => ({ ...action, title: text, reason: text })),
    numbers: of.numbers.map((number) => ({ ...number, label: text, chart: { row: text, legend: text } })),
    suspects: of.suspects.map((suspect) => ({ ...suspect, service: text, reason: text, victims: [text] })),
    evidence: of.evidence.map((each) => ({
      ...each,
      text,
      queries: each.queries.map((query) => ({ ...query, text })),
    })),
    remedy: {
      ...remedy,
      ...{ title: text, text, steps: [text], diff: [{ path: text, before: text, after: text }] },
      ...{
        missing: [{ gate: text, passed: false, reason: text }],
        approvedBy: [text],
        peopleReasons: [text],
      },
    },
    timeline: [{ atMs: nowMs, text }],
    disprovedBy: [text],
    notChecked: of.notChecked.map((each) => ({ ...each, reason: text })),
    footer: { ...of.footer, notes: [text] },
  };
}

describe('renderMarkdown', () => {
  it('escapes everything that could format, link, mention or embed', () => {
    const hostile = '[x](https://evil.example) <img src=x> **b** @channel `c` ![i](u)';
    const text = renderMarkdown({ ...brief, cause: hostile }, { nowMs });
    expect(text).not.toContain('](https://evil');
    expect(text).not.toMatch(/[^\\]<img/);
    expect(text).not.toContain('**b**');
    expect(text).toContain('\\@channel');
  });

  it('links what the brief holds, and nothing that is no web address', () => {
    const url = 'https://runbooks.example/a b>';
    expect(renderMarkdown({ ...brief, runbook: { title: 'x', url } }, { nowMs })).toContain(
      '([open](<https://runbooks.example/a%20b%3E>))',
    );
    const script = { title: 'x', url: 'javascript:alert(1)' };
    expect(renderMarkdown({ ...brief, runbook: script }, { nowMs })).not.toContain('javascript');
  });

  it('keeps a query with backticks inside its code span', () => {
    const [first] = brief.numbers;
    if (first?.query === undefined) throw new Error('the sample has a number with a query');
    const query = { ...first.query, text: '{a=`b`} ```' };
    const text = renderMarkdown({ ...brief, numbers: [{ ...first, query }] }, { nowMs });
    expect(text).toContain('{a=`b`} ``` ````');
  });

  it('escapes an address so that it is no link', () => {
    expect(escapeMarkdown('see https://evil.example')).not.toContain('https://evil');
  });
});

describe('what Midwatch offers and did', () => {
  const offered: Brief = { ...brief, remedy };
  const done: Brief = {
    ...brief,
    remedy: { ...remedy, state: 'helped', text: 'done at 03:52 UTC; it helped' },
  };

  it('stands in a block of its own, with its steps, a short diff and what it waits for', () => {
    const text = renderTerminal(offered, { nowMs });
    expect(text.slice(text.indexOf('Midwatch offers'), text.indexOf('\n\nChange'))).toBe(
      [
        'Midwatch offers: Roll checkout back to v1',
        '  1 of 2 approved (ann); waits for 1 more until 04:20 UTC',
        '  1. patch the template of deployment shop/checkout with that of revision 41',
        ...[0, 1, 2, 3, 4].map((index) => `     env ${index}: 10 -> 100`),
        '     and 2 more',
        '  - it cannot be undone',
      ].join('\n'),
    );
    const markdown = renderMarkdown(offered, { nowMs });
    expect(markdown).toContain('## Midwatch offers: Roll checkout back to v1\n\n1 of 2 approved');
    expect(markdown).toContain('\n1. patch the template');
    expect(markdown).toContain('\n   - `env 0: 10 -> 100`\n');
    const note = toNote(offered, { nowMs, maxCharacters: 10_000 }).map((line) => line.text);
    expect(note.indexOf('1 of 2 approved (ann); waits for 1 more until 04:20 UTC')).toBeGreaterThan(0);
  });

  it('tells in two lines what is over, and adds nothing to a brief that only recommends', () => {
    const text = renderTerminal(done, { nowMs });
    expect(text).toContain(
      'Done, and it helped: Roll checkout back to v1\n  Done at 03:52 UTC; it helped\n\n',
    );
    expect(text).not.toContain('env 0');
    const shorter = text.replace(
      '\nDone, and it helped: Roll checkout back to v1\n  Done at 03:52 UTC; it helped\n',
      '',
    );
    expect(shorter).toBe(renderTerminal(brief, { nowMs }));
  });

  it('names every gate that forbids it', () => {
    const missing = [{ gate: 'proven-record', passed: false, reason: '80 more days' }];
    const forbidden: Brief = { ...brief, remedy: { ...remedy, state: 'not-offered', missing } };
    expect(renderTerminal(forbidden, { nowMs })).toContain('  - proven-record: 80 more days\n');
    expect(renderMarkdown(forbidden, { nowMs })).toContain('\n- proven-record: 80 more days\n');
  });

  it('lets no text of it format, link, mention, or move a cursor', () => {
    const hostile = `x${ansiEscape}[2J\n# forged\u202e [x](https://evil.example) <img src=x> @channel \`c\` www.evil.example`;
    const { remedy: bad } = withTexts(offered, hostile);
    const attacked: Brief = { ...brief, ...(bad === undefined ? {} : { remedy: bad }) };
    const terminal = renderTerminal(attacked, { nowMs });
    expect(terminal).not.toContain(ansiEscape);
    expect(terminal).not.toContain('\u202e');
    expect(terminal).not.toMatch(/^# forged/m);
    const markdown = renderMarkdown(attacked, { nowMs });
    expect(markdown).not.toMatch(/^# forged/m);
    const outsideCode = markdown.replaceAll(/(`+)[^`].*?[^`]\1(?!`)/g, '');
    expect(outsideCode).not.toContain('](https://evil');
    expect(outsideCode).not.toMatch(/[^\\]<img/);
    expect(outsideCode).not.toContain('www.evil');
    const note = toNote(attacked, { nowMs, maxCharacters: 50_000 });
    for (const { text } of note)
      for (const hidden of [ansiEscape, '\u202e', '\n']) expect(text).not.toContain(hidden);
  });
});
