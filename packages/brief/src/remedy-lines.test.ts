import { sampleBrief as brief, sampleBriefAtMs as nowMs, sampleRemedy } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from './render-markdown.js';
import { renderTerminal } from './render-terminal.js';
import { toNote } from './to-note.js';

const offered = { ...brief, remedy: sampleRemedy };
const noteOf = (of: typeof brief) => toNote(of, { nowMs, maxCharacters: 5_000 }).map(({ text }) => text);

describe('what Midwatch offers', () => {
  it('stands before the advice of people, with its steps and who must agree', () => {
    const text = renderTerminal(offered, { nowMs });
    expect(text).toContain(
      [
        'What Midwatch can do',
        '  Midwatch offers: Roll checkout back to v1: waits for one more person',
        '     1. Set the pod template of the Deployment shop/checkout to that of',
        '        revision 41',
        '     Needs two different people; so far dana; can be undone; until 04:05 UTC',
      ].join('\n'),
    );
    expect(text.indexOf('Midwatch offers')).toBeLessThan(text.indexOf('What to do, safest first'));
    expect(renderMarkdown(offered, { nowMs })).toContain('## What Midwatch can do\n\nMidwatch offers: Roll');
  });

  it('is one line of a note', () => {
    expect(noteOf(offered)).toContain('Midwatch offers: Roll checkout back to v1: waits for one more person');
    expect(noteOf(offered).length - noteOf(brief).length).toBe(1);
  });

  it('tells what is missing, and of what is over no step', () => {
    const missing = [{ gate: 'freeze', passed: false, reason: 'quarter end' }];
    const text = renderTerminal(
      { ...brief, remedy: { ...sampleRemedy, state: 'refused', missing } },
      { nowMs },
    );
    expect(text).toContain('Missing, freeze: quarter end');
    expect(text).not.toContain('1. Set the pod template');
  });

  it('is nowhere while actions are off', () => {
    expect(renderTerminal(brief, { nowMs })).not.toContain('What Midwatch can do');
    expect(renderMarkdown(brief, { nowMs })).not.toContain('What Midwatch can do');
  });

  it('cannot format where its texts come from outside', () => {
    const hostile = { ...sampleRemedy, title: '[x](https://evil.example) *b*', text: '# heading' };
    const markdown = renderMarkdown({ ...brief, remedy: hostile }, { nowMs });
    expect(markdown).toContain('\\[x\\]\\(https:');
    expect(markdown).not.toContain('*b*:');
  });
});
