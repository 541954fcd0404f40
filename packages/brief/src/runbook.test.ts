import { describe, expect, it } from 'vitest';
import { parseRunbook } from './runbook.js';

describe('parseRunbook', () => {
  it('reads names and page from the front matter, in any of its forms', () => {
    const text = [
      '---',
      'alerts: [LatencyHigh, "ErrorsHigh"]',
      'services:',
      '  - checkout',
      "  - 'payments'",
      'owner: storefront',
      'url: https://wiki.example/latency',
      '---',
      '# When it is slow',
    ].join('\n');
    expect(parseRunbook('slow.md', text)).toEqual({
      title: 'When it is slow',
      path: 'slow.md',
      alerts: ['LatencyHigh', 'ErrorsHigh'],
      services: ['checkout', 'payments'],
      url: 'https://wiki.example/latency',
    });
  });

  it('takes the first heading for the name when there is no front matter', () => {
    expect(parseRunbook('a.md', 'Intro\n\n## LatencyHigh ##\ntext')).toEqual({
      title: 'LatencyHigh',
      path: 'a.md',
      alerts: ['LatencyHigh'],
      services: ['LatencyHigh'],
    });
  });

  it('keeps no address that is none, and survives what is not Markdown', () => {
    expect(parseRunbook('a.md', '---\nalert: X\nurl: javascript:alert(1)\n---\n')).not.toHaveProperty('url');
    expect(parseRunbook('a.md', '---\n__proto__: x\nconstructor: y\nalerts: Z')).toMatchObject({
      title: 'a.md',
    });
    expect(parseRunbook('a.md', '').alerts).toEqual(['a.md']);
  });
});
