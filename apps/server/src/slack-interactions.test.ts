import type { IncidentDetails } from '@midwatch/core/incident';
import { signSlackRequest } from '@midwatch/notifier-slack/stand-in';
import { afterEach, expect, test } from 'vitest';
import {
  alertmanagerBody,
  closeAll,
  getJson,
  listenAsSlack,
  post,
  startHere,
} from './__fixtures__/running-server.js';

afterEach(closeAll);

const SLACK_SIGNING_SECRET = '8f742231b10e8888abcd99aabbccdd85';
const SLACK_USERS = 'U0ANN:responder,U0EVE:viewer';

/** A server with one incident, whose message stands in the stand-in. */
async function startWithIncident() {
  const { environment, slack } = await listenAsSlack();
  const { url } = await startHere({ ...environment, SLACK_SIGNING_SECRET, SLACK_USERS });
  const response = await post(`${url}/webhooks/alertmanager`, alertmanagerBody());
  const { incidents } = (await response.json()) as { incidents: { id: string }[] };
  const id = incidents[0]?.id ?? '';
  await expect.poll(() => slack.messages).toHaveLength(1);
  const incident = () => getJson<IncidentDetails>(`${url}/incidents/${id}`);
  return { url, slack, id, incident };
}

interface Pressed {
  readonly user?: string;
  readonly trigger?: string;
  readonly secret?: string;
  readonly atMs?: number;
}

async function send(
  url: string,
  payload: object,
  { secret = SLACK_SIGNING_SECRET, atMs = Date.now() }: Pressed = {},
) {
  const form = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const { body, headers } = await signSlackRequest(form, secret, atMs);
  return post(`${url}/slack/interactions`, body, headers);
}

function press(url: string, actionId: string, value: string, pressed: Pressed = {}) {
  const { trigger = crypto.randomUUID(), user = 'U0ANN' } = pressed;
  return send(
    url,
    {
      type: 'block_actions',
      user: { id: user, username: user.slice(2).toLowerCase() },
      trigger_id: trigger,
      response_url: `${url}/nobody`,
      actions: [
        { action_id: actionId, value, selected_option: actionId === 'midwatch-rate' ? { value } : null },
      ],
    },
    pressed,
  );
}

test('every button and the question under a message does what it says', async () => {
  const { id, incident, slack, url } = await startWithIncident();
  const pressed = () =>
    slack.messages.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.type === 'actions' ? block.elements : [])),
    );
  await expect.poll(() => pressed()).toHaveLength(6);
  for (const control of pressed()) {
    if (control.type === 'button') await press(url, control.action_id, control.value ?? '');
  }
  // "Partly" and "Wrong" ask in a dialog first.
  expect(slack.dialogs).toHaveLength(2);
  expect(await incident()).toMatchObject({
    owner: { by: 'ann (U0ANN)' },
    silence: { by: 'ann (U0ANN)' },
    outcome: { judgement: 'right' },
  });
  await expect.poll(() => JSON.stringify(slack.messages)).toContain('ann');
  expect(
    (
      await post(
        `${url}/webhooks/alertmanager`,
        alertmanagerBody({ endsAt: '2026-11-01T04:00:00Z' }, 'resolved'),
      )
    ).status,
  ).toBe(202);
  await expect.poll(() => pressed().map(({ type }) => type)).toContain('static_select');
  const select = pressed().find((control) => control.type === 'static_select');
  await press(url, 'midwatch-rate', select?.type === 'static_select' ? (select.options[1]?.value ?? '') : '');
  const { ratings } = await getJson<{ ratings: { score: number }[] }>(`${url}/incidents/${id}`);
  expect(ratings).toMatchObject([{ score: 4 }]);
  expect(slack.messages).toHaveLength(1);
});

test('"I am on it" is kept with who pressed it, once however often the same click comes', async () => {
  const { id, incident, url } = await startWithIncident();
  const pressed = { trigger: 'one-click' };
  expect((await press(url, 'midwatch-take', id, pressed)).status).toBe(200);
  expect((await press(url, 'midwatch-take', id, pressed)).status).toBe(200);
  const { owner, timeline } = await incident();
  expect(owner?.by).toBe('ann (U0ANN)');
  expect(timeline.filter(({ action }) => action === 'taken')).toHaveLength(1);
});

test('"This was it" settles the incident; "How useful" is kept beside', async () => {
  const { id, incident, url } = await startWithIncident();
  await press(url, 'midwatch-right', id);
  await press(url, 'midwatch-rate', `4 ${id}`);
  const { outcome, timeline } = await incident();
  expect(outcome).toMatchObject({ judgement: 'right', by: 'ann (U0ANN)', via: 'slack' });
  expect(timeline.map(({ action }) => action)).toContain('rated');
});

test('"Wrong" opens a dialog, and what is typed there is the true cause', async () => {
  const { id, incident, slack, url } = await startWithIncident();
  expect((await press(url, 'midwatch-wrong', id, { trigger: 'T.1' })).status).toBe(200);
  expect((await incident()).outcome).toBeUndefined();
  const [dialog] = slack.dialogs;
  expect(dialog?.trigger_id).toBe('T.1');
  const typed = (cause: string) => ({
    type: 'view_submission',
    user: { id: 'U0ANN', name: 'ann' },
    view: {
      ...{ id: 'V1', callback_id: dialog?.view.callback_id, private_metadata: dialog?.view.private_metadata },
      state: { values: { service: { text: { value: 'db' } }, cause: { text: { value: cause } } } },
    },
  });
  expect(await (await send(url, typed(''))).json()).toMatchObject({ response_action: 'errors' });
  expect((await send(url, typed('a lock, password=hunter2hunter2'))).status).toBe(200);
  const { outcome } = await incident();
  expect(outcome).toMatchObject({ judgement: 'wrong', service: 'db', via: 'slack' });
  expect(outcome?.cause).toMatch(/^a lock/);
  expect(outcome?.cause).not.toContain('hunter2');
});

test('whoever has no role may look: nothing is done, and they are told', async () => {
  const { id, incident, slack, url } = await startWithIncident();
  for (const user of ['U0EVE', 'U0UNKNOWN']) {
    expect((await press(url, 'midwatch-take', id, { user })).status).toBe(200);
    expect((await press(url, 'midwatch-wrong', id, { user })).status).toBe(200);
  }
  expect((await incident()).owner).toBeUndefined();
  expect(slack.dialogs).toEqual([]);
});

test.each([
  ['forged', { secret: '00000000000000000000000000000000' }, 'wrong-signature'],
  ['stale', { atMs: Date.now() - 900_000 }, 'stale'],
  ['of tomorrow', { atMs: Date.now() + 900_000 }, 'stale'],
])('a click that is %s is refused, and nothing is done', async (_, how, code) => {
  const { id, incident, url } = await startWithIncident();
  const response = await press(url, 'midwatch-take', id, how);
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ error: { code } });
  expect((await incident()).owner).toBeUndefined();
});

test('a click on an incident that is gone, and one that is none of ours, end well', async () => {
  const { url } = await startWithIncident();
  expect((await press(url, 'midwatch-take', 'inc-unknown')).status).toBe(200);
  expect((await press(url, 'poll-vote', 'x')).status).toBe(200);
  expect((await post(`${url}/slack/interactions`, 'payload=')).status).toBe(401);
});

test('without a signing secret there is no such address', async () => {
  const { url } = await startHere();
  expect((await post(`${url}/slack/interactions`, 'payload=')).status).toBe(404);
});
