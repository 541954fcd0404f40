import { expect, it } from 'vitest';
import { sayDetail } from './say-detail.js';

it('says what the audit log keeps in words, without what only programs look up', () => {
  const received = { name: 'HighLatency', fingerprint: 'labels:[["(name)","HighLatency"]]' };
  expect(sayDetail(received)).toBe('HighLatency');
  expect(sayDetail({ collectedMs: 3254, bundle: true })).toBe('collected in 3 s');
  expect(sayDetail({ channel: 'slack', delivery: 'collect-1 slack', message: '1795.16' })).toBe(
    'channel slack',
  );
  expect(sayDetail({ planId: 'x'.repeat(64), title: 'Restart checkout', isOffered: true })).toBe(
    'Restart checkout, offered',
  );
  expect(sayDetail({ changed: false })).toBe('not changed');
  expect(sayDetail({ stoppedBy: 'ada', stoppedAtMs: Date.UTC(2026, 10, 2, 3, 41) })).toBe(
    'stopped by ada, stopped at 03:41:00',
  );
});

it('leaves out what is nested, and marks what it cuts', () => {
  expect(sayDetail({ reason: 'x'.repeat(500), members: ['a'], nothing: null })).toBe(`${'x'.repeat(159)}…`);
  expect(sayDetail(undefined)).toBe('');
  expect(sayDetail('text')).toBe('');
});
