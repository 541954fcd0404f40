import { expect, it } from 'vitest';
import { readAccessTokens } from './access-tokens.js';

const token = 'hushhushhushhush';
const read = (text: string) => readAccessTokens({ MIDWATCH_TOKENS: text });

it('reads whose a token is, and those without a name as before', () => {
  expect(read(`responder=ann@shop.example:${token}, viewer:${token}:=x`)).toEqual([
    { role: 'responder', name: 'ann@shop.example', token },
    { role: 'viewer', token: `${token}:=x` },
  ]);
});

it.each([
  `responder=:${token}`,
  `responder=ann smith:${token}`,
  `responder=<!channel>:${token}`,
  `responder=${'a'.repeat(65)}:${token}`,
])('refuses a name that is none, and quotes no token: %s', (text) => {
  expect(() => read(text)).toThrow('a name in MIDWATCH_TOKENS');
  expect(() => read(text)).not.toThrow(token);
});
