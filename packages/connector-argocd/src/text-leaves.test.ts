import { describe, expect, it } from 'vitest';
import { toTextLeaves } from './text-leaves.js';

const leavesOf = (text: string) =>
  toTextLeaves(text).map(({ path, value }) => `${path.join(' > ')} = ${value}`);

describe('a list in YAML', () => {
  it('as far left as its key belongs to that key', () => {
    expect(leavesOf('hosts:\n- name: a\n  weight: 1\n- name: b\n  weight: 2\nlog: info\n')).toEqual([
      'hosts > [a] = a',
      'hosts > [a] > weight = 1',
      'hosts > [b] = b',
      'hosts > [b] > weight = 2',
      'log = info',
    ]);
  });

  it('is read the same when it is indented', () => {
    const left = 'pools:\n  write:\n  - max: 100\n    idle: 5\n  read:\n  - max: 7\n';
    const indented = 'pools:\n  write:\n    - max: 100\n      idle: 5\n  read:\n    - max: 7\n';
    expect(leavesOf(left)).toEqual(leavesOf(indented));
    expect(leavesOf(left)).toEqual([
      'pools > write > [0] > max = 100',
      'pools > write > [0] > idle = 5',
      'pools > read > [0] > max = 7',
    ]);
  });

  it('of values keeps them apart from those of another list', () => {
    expect(leavesOf('allow:\n- a\n- "b c"\ndeny:\n- a\n')).toEqual([
      'allow > [a] = a',
      'allow > [b c] = "b c"',
      'deny > [a] = a',
    ]);
  });

  it('inside of a list ends where its item ends', () => {
    expect(
      leavesOf('jobs:\n- name: x\n  steps:\n  - run: a\n  - run: b\n  after: y\n- name: z\nlast: 1\n'),
    ).toEqual([
      'jobs > [x] = x',
      'jobs > [x] > steps > [0] > run = a',
      'jobs > [x] > steps > [1] > run = b',
      'jobs > [x] > after = y',
      'jobs > [z] = z',
      'last = 1',
    ]);
  });

  it('with a dash on a line of its own, or two on one line', () => {
    expect(leavesOf('a:\n-\n  b: 1\n- - c\n  - d\n')).toEqual([
      'a > [0] > b = 1',
      'a > [1] > [c] = c',
      'a > [1] > [d] = d',
    ]);
  });

  it('at the top of a file has no key', () => {
    expect(leavesOf('- name: a\n  weight: 1\n- weight: 2\n')).toEqual([
      '[a] = a',
      '[a] > weight = 1',
      '[1] > weight = 2',
    ]);
  });
});

describe('text', () => {
  it('of several lines belongs to its key', () => {
    expect(leavesOf('script: |-\n  echo one\n  exit 1\nnext: 2\n')).toEqual([
      'script > echo one = echo one',
      'script > exit 1 = exit 1',
      'next = 2',
    ]);
  });

  it('that is no pair stands for itself, and addresses are none', () => {
    expect(leavesOf('see http://host.example:80/x\n[section]\nkey = value\n')).toEqual([
      'see http://host.example:80/x = see http://host.example:80/x',
      '[section] = [section]',
      'key = value',
    ]);
  });

  it('a key that comes twice is told apart by its place', () => {
    expect(leavesOf('a=1\na=2\n')).toEqual(['a = 1', 'a > [2] = 2']);
  });

  it('ends after 5,000 lines', () => {
    expect(toTextLeaves('a=1\n'.repeat(9000))).toHaveLength(5000);
  });
});
