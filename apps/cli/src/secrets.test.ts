import { parseAlertmanager } from '@midwatch/alerts';
import { openBundle } from '@midwatch/connector-otlp-file/node';
import { describe, expect, it } from 'vitest';
import { createCapture, smallBundle, writeBundle } from './__fixtures__/small-bundle.js';
import { investigate, redactor } from './investigation-parts.js';
import { runCommand } from './run-command.js';

/** Put together here, so that no scanner takes this file for a leak; each with the part that must not be seen. */
const secrets = [
  ['an access key', ['AK', 'IA', 'Q3EXAMPLEKEY4567'].join(''), 'Q3EXAMPLEKEY4567'],
  ['a token', ['gh', 'p_', 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8'].join(''), 'A1b2C3d4E5f6G7h8'],
  [
    'a password in an address',
    ['postgres://app:', 'hunter2hunter2', '@db.internal/items'].join(''),
    'hunter2hunter2',
  ],
  ['a card number', ['4111', '1111', '1111', '1111'].join(' '), '1111 1111 1111'],
  [
    'a private key',
    [
      '-----BEGIN PRIVATE ',
      'KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKc',
      '\n-----END PRIVATE KEY-----',
    ].join(''),
    'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKc',
  ],
] as const;

describe('secrets in logs, metrics, traces, changes, cluster events and the alert', () => {
  it.each(secrets)('never show %s in brief or JSON', async (_, secret, needle) => {
    const folder = writeBundle(smallBundle({ secret }));
    for (const more of [[], ['--json']]) {
      const { terminal, written } = createCapture(folder);
      expect(await runCommand(['investigate', 'alert.json', '--bundle', '.', ...more], terminal)).toBe(0);
      const shown = `${written.stdout}\n${written.stderr}`;
      expect(shown).toContain('redacted');
      expect(shown).not.toContain(needle);
    }
  });

  it.each(secrets)(
    'never show %s in the dossier, or in anything that an investigation keeps',
    async (_, secret, needle) => {
      const bundle = smallBundle({ secret });
      const { connector, nowMs, window, baseline } = await openBundle(writeBundle(bundle));
      const [alert] = parseAlertmanager(JSON.stringify(bundle.alert)).alerts;
      if (alert === undefined) throw new Error('the bundle has an alert');
      const investigation = await investigate({
        alert,
        nowMs,
        connectors: [connector],
        redact: redactor,
        plan: { window, baseline },
      });
      const kinds = ['logs', 'metrics', 'traces', 'deploys', 'incidents'] as const;
      for (const kind of kinds)
        expect(investigation.collection.signals[kind].length, kind).toBeGreaterThan(0);
      expect(investigation.dossier.text).not.toContain(needle);
      expect(JSON.stringify(investigation)).not.toContain(needle);
    },
  );
});
