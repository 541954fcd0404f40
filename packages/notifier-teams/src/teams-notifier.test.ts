import { type Notification, NotifierError } from '@midwatch/core/incident';
import { sampleBrief as brief, sampleBriefAtMs as nowMs } from '@midwatch/testkit';
import { expect, test } from 'vitest';
import { createTeamsNotifier } from './index.js';

const webhookUrl =
  'https://prod-12.westeurope.logic.azure.com/workflows/s3cr3t/triggers/manual/paths/invoke?api-version=2016-06-01&sig=t0ps3cr3t';
const notification: Notification = { incidentId: 'inc-1', deliveryId: 'inc-1 collect-1', brief, nowMs };
const call = () => ({ signal: new AbortController().signal, deadlineAtMs: Date.now() + 5_000 });

function workflow(answer: () => Response) {
  const received: Request[] = [];
  const fetch = async (input: string, init?: RequestInit) => {
    received.push(new Request(input, init));
    return answer();
  };
  return { received, notifier: createTeamsNotifier({ webhookUrl, fetch }) };
}

test('posts one card to the very address, and says that it cannot be edited', async () => {
  const { notifier, received } = workflow(() => new Response(null, { status: 202 }));
  const { reference } = await notifier.notify(notification, call());
  expect(received.map(({ method, url }) => [method, url])).toEqual([['POST', webhookUrl]]);
  expect(await received[0]?.json()).toMatchObject({ type: 'message', attachments: [{ contentUrl: null }] });
  expect(reference).toMatchObject({ notifierId: 'teams', editable: false, messageId: 'inc-1 collect-1' });
});

test.each([
  [413, 'bad-message', false],
  [401, 'auth', false],
  [404, 'config', false],
  [429, 'rate-limited', true],
  [502, 'unavailable', true],
])('HTTP %i is %s (retryable: %s), and tells no secret', async (status, code, retryable) => {
  const { notifier } = workflow(() => new Response('sig=t0ps3cr3t', { status }));
  const error: unknown = await notifier.notify(notification, call()).catch((reason: unknown) => reason);
  expect(NotifierError.is(error) && error.code).toBe(code);
  expect(NotifierError.is(error) && error.retryable).toBe(retryable);
  expect(String(error)).not.toMatch(/s3cr3t|logic\.azure/);
});

test.each([
  ['https://acme.webhook.office.com/webhookb2/x', /retired/],
  ['https://evil.example/workflows/x', /workflow/],
  ['http://prod-12.westeurope.logic.azure.com/workflows/x', /workflow/],
  ['not an address', /workflow/],
])('%s is refused before anything is sent', (address, reason) => {
  expect(() => createTeamsNotifier({ webhookUrl: address })).toThrow(reason);
});
