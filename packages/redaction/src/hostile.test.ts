import { describe, expect, it } from 'vitest';
import { createRedactor } from './redactor.js';

const { redact } = createRedactor();

/** What makes a finder look closer, over and over: a search that starts again at each would not come to an end. */
const REPEATED = [
  ...['values (', "(password) values ('x'), ", 'x-api-key: ', 'sshpass -p', 'password->', 'password "'],
  ...[
    'password="',
    "password='",
    'password=',
    'password: ',
    'password=a,b=',
    'password: |\n  a',
    'password={',
    'passphrase: a ',
  ],
  ...[
    'auth=',
    'auth=\\"',
    'token is ',
    'tokens:["a",',
    'value=',
    'name="value=',
    'key=a',
    '&password=',
    'A_PASSWORD_B=',
  ],
  ...[
    'Authorization: ',
    'Authorization: Bearer a=b,',
    'Cookie: ',
    'cookie={"a":"b",',
    '"Cookie","',
    'Bearer ',
    'Basic aaaaaa',
  ],
  ...['@', 'a@', 'a@a.', 'a:b@', '://', 'http://a:b@', 'oracle:thin:a/', '--password ', 'mysql -p', '-u a:'],
  ...[
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----',
    'Private-Lines: 4\n',
    'LS0tLS1CRUdJTi',
    '-',
    '"kty"',
    '</password>',
  ],
  ...[
    'eyJ',
    'eyJaaaaaaaa.',
    'AK' + 'IA',
    'gh' + 'p_',
    'github' + '_pat_',
    'sk-',
    ':AA',
    's.',
    '4',
    '4111 ',
    '4-',
    'DE89',
    '+1 ',
    '415-',
  ],
  ...[
    '\\',
    '\\\\n',
    '\\u0070',
    '%',
    '%25',
    '%3D',
    '&amp;',
    '\u001b[',
    '\u200b',
    '𝗽',
    '\ud835',
    '[redacted:',
    '[redacted:jwt]',
  ],
  ...['"', "'", '{', '(', '<', ',', '=', ':', '.', '/', ' ', '\n', 'a', '*'],
];
const LENGTH = 100_000;

describe('100,000 characters of nothing but', () => {
  it.each(REPEATED)('%j', (unit) => {
    const text = unit.repeat(Math.ceil(LENGTH / unit.length));
    // Not so much what it says as that it comes back.
    expect(redact(text)).toBeTypeOf('string');
  });
});

it('reads a megabyte of everything at once', () => {
  const once = REPEATED.join('') + REPEATED.toReversed().join(' ');
  const text = once.repeat(Math.ceil(1_000_000 / once.length));
  expect(redact(`${text} password=hunter2hunter2`)).not.toContain('hunter2');
});

it('takes out a secret behind a megabyte of anything', () => {
  for (const filler of ['x', ' ', '"', '\\', '{"a":', 'é', '%', '=']) {
    const redacted = redact(`${filler.repeat(1_000_000 / filler.length)}\npassword=hunter2hunter2`);
    expect(redacted.slice(-60)).not.toContain('hunter2');
  }
});
