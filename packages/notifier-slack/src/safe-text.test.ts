import { describe, expect, it } from 'vitest';
import { toCodeBlock, toCodeSpan, toHeader, toLink, toProse } from './safe-text.js';

describe('toProse', () => {
  it.each([
    [
      '<!channel> <@U1> <https://evil.example|Slack>',
      '&lt;!channel&gt; &lt;＠U1&gt; &lt;https∶//evil.example|Slack&gt;',
    ],
    ['@channel and dana@example.com', '＠channel and dana@example.com'],
    ['*b* ~s~ `c` ```', '∗b∗ ∼s∼ ˋcˋ ˋˋˋ'],
    ['_i_ pool_max_size __init__', 'ˍiˍ pool_max_size ˍˍinitˍˍ'],
    [':boom: at 03:41:07', '∶boom: at 03:41:07'],
    ['so :boom', 'so ∶boom'],
    ['one\n> two\r\n\tthree', 'one &gt; two three'],
    ['a\u202eb\u200bc\u0007d\u2066', 'abcd'],
    ['&lt;!here&gt;', '&amp;lt;!here&amp;gt;'],
    ['x\ud800y', 'x\ufffdy'],
  ])('makes %j harmless', (hostile, harmless) => {
    expect(toProse(hostile, 200)).toBe(harmless);
  });

  it('cuts between entities and between surrogates, never in them', () => {
    expect(toProse('<<<<', 16)).toBe('&lt;&lt;&lt;&lt;');
    expect(toProse('<<<<', 15)).toBe('&lt;&lt;&lt;…');
    expect(toProse('<<<<', 12)).toBe('&lt;&lt;…');
    expect(toProse('🧨🧨🧨', 4)).toBe('🧨…');
    expect(toProse('🧨🧨', 4)).toBe('🧨🧨');
  });

  it('says that it cut a text whose visible part is short', () => {
    expect(toProse(`a${'\u200b'.repeat(1000)}b`, 20)).toBe('a…');
  });
});

describe('toHeader', () => {
  it('uses look-alikes instead of entities', () => {
    expect(toHeader('<!channel> a & b', 100)).toBe('‹!channel› a ＆ b');
    expect(toHeader('see https://evil.example', 100)).toBe('see https∶//evil.example');
  });
});

describe('toCodeBlock', () => {
  it('shows a command exactly, or not at all', () => {
    expect(toCodeBlock("kubectl get pods -l 'a=b' && echo `x` *", 200)).toBe(
      "```\nkubectl get pods -l 'a=b' &amp;&amp; echo `x` *\n```",
    );
    for (const command of ['echo ```', 'a\nb', 'a\u202eb', 'a  b', '', 'x'.repeat(2600), '<'.repeat(60)]) {
      expect(toCodeBlock(command, 200)).toBeUndefined();
    }
  });

  it('keeps a span from ending early', () => {
    expect(toCodeSpan('up{job="a"} > 0', 80)).toBe('`up{job="a"} &gt; 0`');
    expect(toCodeSpan('{a=`b`}', 80)).toBeUndefined();
  });
});

describe('toLink', () => {
  it('links http and https only, without leaving its brackets', () => {
    expect(toLink('https://g.example/a?x=1&y=<|>', 'open in loki')).toBe(
      '<https://g.example/a?x=1&amp;y=%3C%7C%3E|open in loki>',
    );
    for (const url of [
      'javascript:alert(1)',
      'slack://x',
      '/relative',
      'https://u:p@g.example/',
      undefined,
    ]) {
      expect(toLink(url, 'open')).toBeUndefined();
    }
    expect(toLink(`https://g.example/${'a'.repeat(2600)}`, 'open')).toBeUndefined();
  });

  it('lets no label end the link', () => {
    expect(toLink('https://g.example/', '>|<!channel>*')).toBe('<https://g.example/|channel>');
    expect(toLink('https://g.example/', '|>')).toBe('<https://g.example/|open>');
  });
});
