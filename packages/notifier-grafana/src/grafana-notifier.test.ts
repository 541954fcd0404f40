import { type Brief, type Notification, NotifierError } from '@midwatch/core/incident';
import { sampleBrief as brief, sampleBriefAtMs as nowMs } from '@midwatch/testkit';
import { expect, test } from 'vitest';
import { createGrafanaNotifier } from './index.js';

const baseUrl = 'https://grafana.example.com/ops';
const token = 'glsa_s3cr3t';
const notification: Notification = { incidentId: 'inc-1', deliveryId: 'inc-1 collect-1', brief, nowMs };
const call = () => ({ signal: new AbortController().signal, deadlineAtMs: Date.now() + 5_000 });

interface Annotation {
  readonly text: string;
  readonly tags: readonly string[];
  readonly time: number;
  readonly timeEnd: number;
  readonly dashboardUID?: string;
}

/** Grafana's annotations, as far as the notifier asks. Of several `tags`, all have to be there. */
function grafana({ losesAnswers = 0, status }: { losesAnswers?: number; status?: number } = {}) {
  const annotations = new Map<number, Annotation>();
  let lost = 0;
  const answer = (body: unknown) => {
    if (lost++ < losesAnswers) throw new TypeError('socket hang up');
    return Response.json(body);
  };
  const fetch = async (input: string, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const url = new URL(input);
    expect(request.headers.get('authorization')).toBe(`Bearer ${token}`);
    if (status !== undefined) return Response.json({ message: token }, { status });
    if (request.method === 'GET') {
      const tags = url.searchParams.getAll('tags');
      const found = [...annotations].filter(([, each]) => tags.every((tag) => each.tags.includes(tag)));
      return Response.json(found.map(([id, each]) => ({ id, ...each })));
    }
    const [, id] = /^\/ops\/api\/annotations(?:\/(\d+))?$/.exec(url.pathname) ?? [];
    const given = (await request.json()) as Annotation;
    if (request.method === 'POST') {
      annotations.set(annotations.size + 1, given);
      return answer({ message: 'Annotation added', id: annotations.size });
    }
    const known = annotations.get(Number(id));
    if (known === undefined) return Response.json({ message: 'Annotation not found' }, { status: 404 });
    annotations.set(Number(id), { ...known, ...given });
    return answer({ message: 'Annotation patched' });
  };
  const options = { baseUrl, token, fetch };
  return { annotations, notifier: createGrafanaNotifier(options), options };
}

test('one annotation of an incident, from its onset, changed in place by later briefs', async () => {
  const { annotations, notifier } = grafana();
  const { reference } = await notifier.notify(notification, call());
  expect(reference).toMatchObject({ notifierId: 'grafana', editable: true, messageId: '1' });
  expect(annotations.get(1)).toMatchObject({
    time: brief.sinceMs,
    timeEnd: nowMs,
    tags: ['midwatch', 'inc-1', 'service:checkout', 'namespace:shop'],
  });
  const resolved: Brief = { ...brief, status: 'resolved' };
  const later = { ...notification, brief: resolved, nowMs: nowMs + 60_000, previous: reference };
  expect(await notifier.notify(later, call())).toEqual({ reference });
  expect(annotations.size).toBe(1);
  expect(annotations.get(1)).toMatchObject({ time: brief.sinceMs, timeEnd: nowMs + 60_000 });
  expect(annotations.get(1)?.text).toMatch(/^Resolved: /);
});

test('an attempt in doubt finds its annotation by its tags', async () => {
  const { annotations, notifier } = grafana({ losesAnswers: 1 });
  await expect(notifier.notify(notification, call())).rejects.toMatchObject({ code: 'unreachable' });
  const { reference } = await notifier.notify({ ...notification, mayHaveArrived: true }, call());
  expect(reference.messageId).toBe('1');
  const other = { ...notification, incidentId: 'inc-2', mayHaveArrived: true };
  expect((await notifier.notify(other, call())).reference.messageId).toBe('2');
  expect(annotations.size).toBe(2);
});

test('one that somebody deleted is not editable, so that a new one is made', async () => {
  const { annotations, notifier } = grafana();
  const { reference } = await notifier.notify(notification, call());
  annotations.clear();
  await expect(notifier.notify({ ...notification, previous: reference }, call())).rejects.toMatchObject({
    code: 'not-editable',
  });
});

test('telemetry is no HTML, and its tags are tags', async () => {
  const { annotations, notifier } = grafana();
  const hostile = '<img src=x onerror="alert(1)"> & <a href=\'https://evil.example\'>Grafana</a>';
  await notifier.notify(
    { ...notification, brief: { ...brief, headline: hostile, cause: hostile, service: hostile } },
    call(),
  );
  const { tags, text } = annotations.get(1) ?? { tags: [], text: '' };
  expect(text.replaceAll('<br>', '')).not.toMatch(/[<>"']/);
  expect(text).toContain('&lt;img src=x');
  expect(tags.every((tag) => /^[\p{L}\p{N}:._/-]{1,80}$/u.test(tag))).toBe(true);
});

test('one dashboard may be marked alone', async () => {
  const { annotations, options } = grafana();
  const { reference } = await createGrafanaNotifier({ ...options, dashboardUid: 'abc' }).notify(
    notification,
    call(),
  );
  expect(annotations.get(1)?.dashboardUID).toBe('abc');
  expect(reference.channel).toBe('abc');
});

test.each([
  [401, 'auth'],
  [403, 'auth'],
  [404, 'config'],
  [500, 'unavailable'],
])('HTTP %i is %s, and tells no token', async (status, code) => {
  const { notifier } = grafana({ status });
  const error: unknown = await notifier.notify(notification, call()).catch((reason: unknown) => reason);
  expect(NotifierError.is(error) && error.code).toBe(code);
  expect(String(error)).not.toContain('s3cr3t');
});

test('an address that is none is refused', () => {
  expect(() => createGrafanaNotifier({ baseUrl: 'grafana', token })).toThrow(/`baseUrl`/);
});
