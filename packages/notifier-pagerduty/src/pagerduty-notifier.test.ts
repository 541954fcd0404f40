import { type Notification, NotifierError } from '@midwatch/core/incident';
import { sampleBrief as brief, sampleBriefAtMs as nowMs } from '@midwatch/testkit';
import { expect, test } from 'vitest';
import { createPagerDutyNotifier } from './index.js';

const token = 'u+s3cr3tT0ken';
const from = 'oncall@example.com';
const notification: Notification = {
  incidentId: 'inc-1',
  deliveryId: 'inc-1 collect-1',
  brief,
  nowMs,
  alerts: [
    { source: 'pagerduty', fingerprint: 'PGR0VU2' },
    { source: 'alertmanager', fingerprint: 'a1b2' },
    { source: 'pagerduty', fingerprint: '../../users' },
  ],
};
const call = () => ({ signal: new AbortController().signal, deadlineAtMs: Date.now() + 5_000 });

interface Fault {
  /** The answer is lost after the note was kept. */
  readonly losesAnswers?: number;
  readonly status?: number;
}

/** PagerDuty's notes, as far as the notifier asks: https://developer.pagerduty.com/api-reference */
function pagerDuty({ losesAnswers = 0, status }: Fault = {}) {
  const notes = new Map<string, { id: string; content: string }[]>();
  const requests: Request[] = [];
  let lost = 0;
  const fetch = async (input: string, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    requests.push(request);
    if (status !== undefined) {
      return Response.json(
        { error: { message: 'Invalid Input Provided', code: 2001, errors: [token] } },
        { status },
      );
    }
    const [, incident = ''] = /^\/incidents\/([^/]+)\/notes$/.exec(new URL(input).pathname) ?? [];
    const kept = notes.get(incident) ?? [];
    if (request.method === 'GET') return Response.json({ notes: kept });
    const { note } = (await request.json()) as { note: { content: string } };
    const id = `N${kept.length}`;
    notes.set(incident, [...kept, { id, content: note.content }]);
    if (lost++ < losesAnswers) throw new TypeError('socket hang up');
    return Response.json({ note: { id, content: note.content } });
  };
  return { notes, requests, notifier: createPagerDutyNotifier({ token, from, fetch }) };
}

test('one note on the incident that the alert came from, in a person’s name', async () => {
  const { notes, notifier, requests } = pagerDuty();
  const { reference } = await notifier.notify(notification, call());
  expect([...notes.keys()]).toEqual(['PGR0VU2']);
  const [request] = requests;
  expect(request?.url).toBe('https://api.pagerduty.com/incidents/PGR0VU2/notes');
  expect(request?.headers.get('authorization')).toBe(`Token token=${token}`);
  expect(request?.headers.get('from')).toBe(from);
  expect(request?.headers.get('accept')).toBe('application/vnd.pagerduty+json;version=2');
  const content = notes.get('PGR0VU2')?.[0]?.content ?? '';
  expect(content.split('\n')[0]).toBe(brief.headline);
  expect(content).toContain(`    ${brief.actions[0]?.command}`);
  expect(content.length).toBeLessThan(4_100);
  expect(reference).toMatchObject({ channel: 'PGR0VU2', editable: false });
  expect(content.endsWith(reference.messageId)).toBe(true);
});

test('an attempt in doubt looks first: the note stands once', async () => {
  const { notes, notifier } = pagerDuty({ losesAnswers: 1 });
  const error: unknown = await notifier.notify(notification, call()).catch((reason: unknown) => reason);
  expect(NotifierError.is(error) && error.mayHaveArrived).toBe(true);
  await notifier.notify({ ...notification, mayHaveArrived: true }, call());
  expect(notes.get('PGR0VU2')).toHaveLength(1);
  await notifier.notify({ ...notification, deliveryId: 'inc-1 analyze-1' }, call());
  expect(notes.get('PGR0VU2')).toHaveLength(2);
});

test('of several incidents, what was written before a failure is not written again', async () => {
  const { notes, notifier } = pagerDuty({ losesAnswers: 1 });
  const two: Notification = {
    ...notification,
    alerts: ['PONE', 'PTWO'].map((fingerprint) => ({ source: 'pagerduty', fingerprint })),
  };
  await expect(notifier.notify(two, call())).rejects.toMatchObject({ code: 'unreachable' });
  await notifier.notify({ ...two, mayHaveArrived: true }, call());
  expect([...notes].map(([incident, each]) => [incident, each.length])).toEqual([
    ['PONE', 1],
    ['PTWO', 1],
  ]);
});

test('where no alert came from PagerDuty, nothing is asked', async () => {
  const { notifier, requests } = pagerDuty();
  const { alerts: _, ...without } = notification;
  await notifier.notify(without, call());
  await notifier.notify({ ...notification, alerts: [{ source: 'grafana', fingerprint: 'PX' }] }, call());
  expect(requests).toEqual([]);
});

test.each([
  [400, 'bad-message'],
  [401, 'auth'],
  [404, 'config'],
  [429, 'rate-limited'],
  [500, 'unavailable'],
])('HTTP %i is %s, and tells neither token nor answer', async (status, code) => {
  const { notifier } = pagerDuty({ status });
  const error: unknown = await notifier.notify(notification, call()).catch((reason: unknown) => reason);
  expect(NotifierError.is(error) && error.code).toBe(code);
  expect(String(error)).not.toMatch(/s3cr3t|Invalid Input/);
});

test('a token with a blank and a sender without an address are refused, unquoted', () => {
  expect(() => createPagerDutyNotifier({ token: 'a b', from })).toThrow(/`token`/);
  expect(() => createPagerDutyNotifier({ token, from: 'ann' })).toThrow(/`from`/);
});
