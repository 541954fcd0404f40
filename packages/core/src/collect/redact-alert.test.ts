import { describe, expect, it } from 'vitest';
import { ALERT } from './__fixtures__/connectors.js';
import { redactAlert } from './redact-alert.js';

const redactor = {
  redact: (text: string) =>
    text.replaceAll(/hush\w*/g, '[secret]').replaceAll(/password=\S+/g, 'password=[secret]'),
};

const alert = {
  ...ALERT,
  name: 'Errors hush1',
  severity: 'critical',
  summary: 'token hush2',
  description: 'fine',
  labels: { password: 'plain', service: 'edge' },
  annotations: { note: 'hush3' },
  generatorUrl: 'https://prometheus.example/graph?g0=hush4',
  runbookUrl: 'https://runbooks.example/errors',
};

describe('redactAlert', () => {
  it('takes secrets from every text, judges a label by its name, and keeps what is asked about', () => {
    const clean = redactAlert(alert, redactor);
    expect(JSON.stringify(clean)).not.toMatch(/hush|plain/);
    expect(clean).toMatchObject({
      name: 'Errors [secret]',
      severity: 'critical',
      description: 'fine',
      labels: { password: '[secret]', service: 'edge' },
      target: { service: 'edge', namespace: 'prod' },
      runbookUrl: 'https://runbooks.example/errors',
    });
    expect(clean).not.toHaveProperty('generatorUrl');
  });

  it('withholds what cannot be redacted, and goes on', () => {
    const broken = {
      redact: () => {
        throw new Error('hush');
      },
    };
    const clean = redactAlert(alert, broken);
    expect(clean).toMatchObject({ summary: '[withheld: redaction failed]', target: { service: 'edge' } });
    expect(clean).not.toHaveProperty('runbookUrl');
    expect(clean.fingerprint).toBe(alert.fingerprint);
  });

  it('leaves everything when told so in writing', () => {
    expect(redactAlert(alert, 'none')).toEqual(alert);
  });
});
