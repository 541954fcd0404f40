import { describe, expect, it } from 'vitest';
import { material } from './__fixtures__/material.js';
import { createRedactor } from './redactor.js';

const secret = material('mixed', 24);

describe('tokens', () => {
  const { redact } = createRedactor();

  it.each([
    [`DB_PASSWORD=${secret}`, 'DB_PASSWORD=[redacted:password]'],
    [`postgres://app:${secret}@db:5432/orders`, 'postgres://app:[redacted:password]@db:5432/orders'],
    [`Authorization: Bearer ${secret}`, 'Authorization: Bearer [redacted:authorization]'],
    ['mail to bob@example.com failed', 'mail to [redacted:email] failed'],
    [`token=${'gh' + 'p_'}${material('mixed', 36)}`, 'token=[redacted:github-token]'],
  ])('name the category and keep what stands around: %s', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  it('replace a secret together with what hides within it', () => {
    expect(redact(`password=\u001b[33m${secret.slice(0, 5)}\u001b[0m${secret.slice(5)}`)).toBe(
      'password=\u001b[33m[redacted:password]',
    );
    expect(redact(`try pass\u200bword=${secret.slice(0, 4)}\u200b${secret.slice(4)} x`)).toBe(
      'try pass\u200bword=[redacted:password] x',
    );
  });

  it('are quoted where a number of a JSON object was', () => {
    expect(redact('{"password":123456,"n":1}')).toBe('{"password":"[redacted:password]","n":1}');
    expect(redact(JSON.stringify({ log: '{"password":123456}' }))).toBe(
      JSON.stringify({ log: '{"password":"[redacted:password]"}' }),
    );
  });

  it('are never redacted again, nor do they shield anything', () => {
    const token = '[redacted:password]';
    expect(redact(`password=${token}`)).toBe(`password=${token}`);
    expect(redact(`https://app:${token}@db/`)).toBe(`https://app:${token}@db/`);
    expect(redact(`password=${token}${secret}`)).toBe(`password=${token}`);
    expect(redact(`[redacted:${secret}] password=[redacted:${secret}]`)).not.toContain(
      `password=[redacted:${secret}`,
    );
  });

  it('stand for the whole of a value that comes as `key=value`, as attributes do', () => {
    expect(redact('db.password=correct horse battery')).toBe('db.password=[redacted:password]');
    expect(redact('http.request.header.cookie=a=1; b=2')).toBe(
      'http.request.header.cookie=[redacted:cookie]',
    );
    expect(redact('db.password=x1 user=bob')).toBe('db.password=[redacted:password] user=bob');
  });
});

describe('counts', () => {
  it('tell how many of each category were taken out', () => {
    const { redactWithCounts } = createRedactor();
    expect(redactWithCounts(`a@b.example c@d.example password=${secret}`).counts).toEqual({
      email: 2,
      password: 1,
    });
    expect(redactWithCounts('nothing here').counts).toEqual({});
  });
});

describe('additionalPatterns', () => {
  it('takes out texts and matches, under their own name', () => {
    const { redact } = createRedactor({
      additionalPatterns: { 'customer-number': /\bCUST-\d{8}\b/, own: 'hunter2' },
    });
    expect(redact('CUST-12345678 said hunter2, CUST-1234 too')).toBe(
      '[redacted:customer-number] said [redacted:own], CUST-1234 too',
    );
  });

  it('sees through escapes, and leaves the expression as it was', () => {
    const pattern = /cust-\d+/giy;
    pattern.lastIndex = 3;
    const { redact } = createRedactor({ additionalPatterns: { customer: pattern } });
    expect(redact('x CUST%2D12 \\u0063ust-34')).toBe('x [redacted:customer] [redacted:customer]');
    expect(pattern.lastIndex).toBe(3);
  });

  it('does not mind an expression that matches nothing, or everything', () => {
    expect(createRedactor({ additionalPatterns: { none: /x*?/ } }).redact('abc')).toBe('abc');
    expect(createRedactor({ additionalPatterns: { all: /.+/s } }).redact('abc\ndef')).toBe('[redacted:all]');
  });

  it('withholds a text that an expression never leaves alone', () => {
    // Matches what stands before an earlier token, and so something new each time.
    const { redact } = createRedactor({ additionalPatterns: { restless: /x(?=\ufffc|$)/ } });
    expect(redact('xxx')).toBe('[redacted:restless][redacted:restless][redacted:restless]');
    expect(redact('x'.repeat(100))).toBe('[redacted:unsettled]');
  });

  it.each(['', 'Upper', 'with space', '__proto__', 'x]', 'a'.repeat(41)])('refuses the name "%s"', (name) => {
    const additionalPatterns = Object.fromEntries([[name, 'x']]);
    expect(() => createRedactor({ additionalPatterns })).toThrow(TypeError);
  });

  it('refuses an empty text', () => {
    expect(() => createRedactor({ additionalPatterns: { own: '' } })).toThrow(TypeError);
  });
});

describe('keep', () => {
  it('leaves exactly what it names', () => {
    const { redact } = createRedactor({ keep: ['oncall@example.com', 'changeit'] });
    expect(redact('oncall@example.com, bob@example.com')).toBe('oncall@example.com, [redacted:email]');
    expect(redact('trustStorePassword=changeit password=changeit2')).toBe(
      'trustStorePassword=changeit password=[redacted:password]',
    );
  });
});
