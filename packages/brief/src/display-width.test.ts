import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { displayWidth, wrapCommand, wrapText } from './display-width.js';

describe('displayWidth', () => {
  it.each([
    ['checkout', 8],
    ['支払い', 6],
    ['결제', 4],
    ['🔥', 2],
    ['e\u0301', 1],
    ['▁▂█│◆', 5],
    ['', 0],
  ])('%j takes %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });
});

describe('wrapText', () => {
  it('breaks at blanks, and a word only when it is wider than a line', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapText('a 支払い支払い b', 7)).toEqual(['a', '支払い', '支払い', 'b']);
    expect(wrapText('', 7)).toEqual([]);
  });

  it('keeps a number with its unit', () => {
    expect(wrapText('p99 is 8.2 s now', 11)).toEqual(['p99 is', '8.2 s now']);
  });
});

describe('wrapCommand', () => {
  const command = `kubectl rollout undo deployment/${'x'.repeat(60)} --namespace shop --to-revision=41`;

  it('says the same to a shell', () => {
    const lines = wrapCommand(command, 30);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(30);
    const said = execFileSync('sh', ['-c', `printf '%s|' ${lines.join('\n')}`], { encoding: 'utf8' });
    expect(said).toBe(`${command.split(' ').join('|')}|`);
  });

  it('gives each of two commands a line of its own', () => {
    const both = 'printf %s one && printf %s two';
    const lines = wrapCommand(both, 20);
    expect(lines).toEqual(['printf %s one &&', 'printf %s two']);
    expect(execFileSync('sh', ['-c', lines.join('\n')], { encoding: 'utf8' })).toBe('onetwo');
  });

  it('leaves whole what fits, and what a break may change', () => {
    expect(wrapCommand('argocd app rollback checkout 41', 31)).toEqual(['argocd app rollback checkout 41']);
    expect(wrapCommand("echo 'a b' c d e f", 8)).toEqual(["echo 'a b' c d e f"]);
  });
});
