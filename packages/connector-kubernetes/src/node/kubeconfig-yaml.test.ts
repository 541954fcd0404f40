import { describe, expect, it } from 'vitest';
import { parseKubeconfigYaml } from './kubeconfig-yaml.js';

const read = (text: string) => JSON.parse(JSON.stringify(parseKubeconfigYaml(text))) as unknown;

describe('what kubeconfigs are written in', () => {
  it('lists as far left as their key, or deeper, comments, quotes and empty values', () => {
    const text = `---
# written by hand
apiVersion: v1   # the first
clusters:
- cluster:
    server: "https://a.example:6443"
    extensions:
    - extension:
        last-update: Mon, 23 Nov 2026 10:00:00 UTC
      name: 'it''s'
  name: a
users:
  - name: b
    user: {}
preferences:
items: []
url: https://b.example/#part
nothing: null
`;
    expect(read(text)).toEqual({
      apiVersion: 'v1',
      clusters: [
        {
          cluster: {
            server: 'https://a.example:6443',
            extensions: [{ extension: { 'last-update': 'Mon, 23 Nov 2026 10:00:00 UTC' }, name: "it's" }],
          },
          name: 'a',
        },
      ],
      users: [{ name: 'b', user: {} }],
      preferences: null,
      items: [],
      url: 'https://b.example/#part',
      nothing: null,
    });
  });

  it('texts over several lines, as cloud tools write their hints', () => {
    const text = `exec:
  args:
  - get-token
  - --cluster
  installHint: Install the plugin
    by following the guide
  note: |-
    one
      two

    three
  folded: >-
    one
    two
provideClusterInfo: true
`;
    expect(read(text)).toEqual({
      exec: {
        args: ['get-token', '--cluster'],
        installHint: 'Install the plugin by following the guide',
        note: 'one\n  two\n\nthree',
        folded: 'one two',
      },
      provideClusterInfo: 'true',
    });
  });

  it('keys that mean something to JavaScript are only keys', () => {
    const parsed = parseKubeconfigYaml('__proto__:\n  polluted: yes\nconstructor: x\n') as Record<
      string,
      unknown
    >;
    expect(Object.keys(parsed)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});

describe('what is not read is refused by its line, without its text', () => {
  it.each([
    ['an anchor', 'a: 1\nb: &secret x\n', 'line 2'],
    ['a filled mapping in one line', 'a: {token: secret}\n', 'line 1'],
    ['a key twice', 'a: 1\na: secret\n', 'line 2'],
    ['a tab', 'a:\n\tsecret: 1\n', 'line 2'],
    ['no mapping', 'a: 1\nsecret\n', 'line 2'],
    ['two documents', 'a: 1\n---\nsecret: 2\n', 'line 2'],
    ['a quote that does not end', 'a: "secret\n', 'line 1'],
    [
      'depth without end',
      Array.from({ length: 40 }, (_, depth) => `${' '.repeat(depth)}secret:`).join('\n'),
      'line',
    ],
  ])('%s', (_, text, place) => {
    expect(() => parseKubeconfigYaml(text)).toThrow(place);
    try {
      parseKubeconfigYaml(text);
    } catch (error) {
      expect(String(error)).not.toContain('secret');
    }
  });
});
