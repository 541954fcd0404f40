import { describe, expect, it } from 'vitest';
import type { NewChange } from '../incident/index.js';
import { redactChange } from './redact-change.js';

const redactor = {
  redact: (text: string) =>
    text.replaceAll(/hush\w*/g, '[secret]').replaceAll(/PASSWORD=\S+/g, 'PASSWORD=[secret]'),
};

const change: NewChange = {
  id: 'run-17',
  timestampMs: 1_000,
  service: 'checkout',
  namespace: 'shop',
  version: 'v2.4.1',
  previousVersion: 'v2.4.0',
  summary: 'rotate hush1',
  actor: 'hush2',
  url: 'https://ci.example/runs/17',
  changes: [
    { path: 'env DB_PASSWORD', before: 'plain', after: null },
    { path: 'hush3', before: null, after: 'x hush4' },
  ],
};

describe('redactChange', () => {
  it('takes secrets from every text, judges a value by its path, and keeps what is joined on', () => {
    expect(redactChange(change, redactor)).toEqual({
      ...change,
      summary: 'rotate [secret]',
      actor: '[secret]',
      changes: [
        { path: 'env DB_PASSWORD', before: '[secret]', after: null },
        { path: '[secret]', before: null, after: 'x [secret]' },
      ],
    });
  });

  it('has a secret in no name, id or address either', () => {
    const leaky: NewChange = {
      id: 'hush 1',
      timestampMs: 1_000,
      service: 'the hush service',
      namespace: 'a hush',
      version: 'v1 hush',
      previousVersion: 'v0 hush',
      url: 'https://ci.example/?token=hush',
      changes: [],
    };
    const clean = redactChange(leaky, redactor);
    expect(JSON.stringify(clean)).not.toContain('hush');
    expect(Object.keys(clean).toSorted()).toEqual(
      ['changes', 'namespace', 'previousVersion', 'service', 'timestampMs', 'version'].toSorted(),
    );
  });

  it('withholds what cannot be redacted, and keeps time and service', () => {
    const broken = {
      redact: () => {
        throw new Error('hush');
      },
    };
    expect(redactChange(change, broken)).toEqual({
      timestampMs: 1_000,
      service: 'checkout',
      namespace: 'shop',
      version: 'v2.4.1',
      previousVersion: 'v2.4.0',
      summary: '[withheld: redaction failed]',
      actor: '[withheld: redaction failed]',
      changes: [
        {
          path: '[withheld: redaction failed]',
          before: '[withheld: redaction failed]',
          after: null,
        },
        {
          path: '[withheld: redaction failed]',
          before: null,
          after: '[withheld: redaction failed]',
        },
      ],
    });
  });

  it('leaves everything when told so in writing', () => {
    expect(redactChange(change, 'none')).toEqual(change);
  });
});
