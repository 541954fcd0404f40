import { describe, expect, test } from 'vitest';
import { toOutcomeModal } from './outcome-modal.js';
import { readInteraction } from './read-interaction.js';
import { toSlackControls } from './slack-buttons.js';

const form = (payload: unknown) =>
  new TextEncoder().encode(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
const user = { id: 'U0AAA111', username: 'ann', name: 'ann', team_id: 'T01' };

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload, shortened. */
const click = (action: object) => ({
  type: 'block_actions',
  user,
  team: { id: 'T01', domain: 'acme' },
  api_app_id: 'A01',
  container: { type: 'message', message_ts: '1790000000.000100', channel_id: 'C01', is_ephemeral: false },
  channel: { id: 'C01', name: 'incidents' },
  trigger_id: '12466734323.1395872398.c0ffee',
  response_url: 'https://hooks.slack.com/actions/T01/1/abc',
  actions: [{ type: 'button', block_id: 'midwatch-1', action_ts: '1790000001.1', ...action }],
});

const submission = (values: object, metadata: unknown = { incidentId: 'inc-7', judgement: 'wrong' }) => ({
  type: 'view_submission',
  user,
  view: {
    id: 'V01',
    callback_id: 'midwatch-outcome',
    private_metadata: JSON.stringify(metadata),
    state: { values },
  },
});

/** Every control as Slack would send its press. */
const controls = [
  ...toSlackControls({ incidentId: 'inc-7', isResolved: false, isPending: false }),
  ...toSlackControls({ incidentId: 'inc-7', isResolved: true, isPending: false }),
];

describe('a press', () => {
  test('of every control that a message has is read as what it says', () => {
    const read = controls.map((control) => {
      const pressed =
        control.type === 'button'
          ? { action_id: control.action_id, value: control.value }
          : { type: 'static_select', action_id: control.action_id, selected_option: control.options[0] };
      const found = readInteraction(form(click(pressed)));
      return found.type === 'interaction' ? [found.interaction.incidentId, found.interaction.action] : found;
    });
    expect(read).toEqual([
      ['inc-7', { kind: 'take' }],
      ['inc-7', { kind: 'look-again' }],
      ['inc-7', { kind: 'silence', minutes: 60 }],
      ['inc-7', { kind: 'settle', judgement: 'right' }],
      ['inc-7', { kind: 'settle', judgement: 'partly' }],
      ['inc-7', { kind: 'settle', judgement: 'wrong' }],
      ['inc-7', { kind: 'settle', judgement: 'right' }],
      ['inc-7', { kind: 'settle', judgement: 'partly' }],
      ['inc-7', { kind: 'settle', judgement: 'wrong' }],
      ['inc-7', { kind: 'rate', score: 5 }],
    ]);
  });

  test('has an id that the same request has again, and tells who', () => {
    const body = form(click({ action_id: 'midwatch-take', value: 'inc-7' }));
    expect(readInteraction(body)).toEqual(readInteraction(body));
    expect(readInteraction(body)).toMatchObject({
      interaction: {
        user: { id: 'U0AAA111', name: 'ann' },
        actionId: 'slack 12466734323.1395872398.c0ffee',
        responseUrl: 'https://hooks.slack.com/actions/T01/1/abc',
      },
    });
  });

  test('of a button about an action names the plan and the incident', () => {
    const planId = 'a1'.repeat(32);
    for (const kind of ['approve', 'reject', 'undo']) {
      const read = readInteraction(form(click({ action_id: `midwatch-${kind}`, value: `${planId} inc-7` })));
      expect(read).toMatchObject({ interaction: { incidentId: 'inc-7', action: { kind, planId } } });
    }
  });

  test.each([
    ['no plan', { action_id: 'midwatch-approve', value: 'inc-7' }],
    ['half a plan', { action_id: 'midwatch-approve', value: `${'a1'.repeat(31)} inc-7` }],
    ['no incident beside its plan', { action_id: 'midwatch-approve', value: 'a1'.repeat(32) }],
    ['another incident that is a path', { action_id: 'midwatch-undo', value: `${'a1'.repeat(32)} ../x` }],
    ['a plan for what needs none', { action_id: 'midwatch-take', value: `${'a1'.repeat(32)} inc-7` }],
    [
      'a value without end',
      { action_id: 'midwatch-approve', value: `${'a1'.repeat(32)} ${'x'.repeat(500)}` },
    ],
    ['another action', { action_id: 'midwatch-drop', value: 'inc-7' }],
    ['no incident', { action_id: 'midwatch-take' }],
    ['an incident that is a path', { action_id: 'midwatch-take', value: '../../admin' }],
    ['a score beyond five', { action_id: 'midwatch-rate', selected_option: { value: '9 inc-7' } }],
    ['an inherited name', { action_id: '__proto__', value: 'inc-7' }],
  ])('with %s is not ours', (_, action) => {
    expect(readInteraction(form(click(action)))).toEqual({ type: 'other' });
  });

  test.each([
    'https://evil.example/actions',
    'https://slack.com.evil.example/',
    'http://hooks.slack.com/actions',
    'file:///etc/passwd',
  ])('is never answered at %s', (responseUrl) => {
    const pressed = { ...click({ action_id: 'midwatch-take', value: 'inc-7' }), response_url: responseUrl };
    const read = readInteraction(form(pressed));
    expect(read).toMatchObject({ type: 'interaction' });
    expect(read).not.toHaveProperty('interaction.responseUrl');
  });
});

describe('the dialog', () => {
  const typed = (service: string | null, cause: string | null) => ({
    service: { text: { type: 'plain_text_input', value: service } },
    cause: { text: { type: 'plain_text_input', value: cause } },
  });

  test('gives back for which incident it was asked, with what was typed', () => {
    const modal = toOutcomeModal('inc-7', 'partly') as { private_metadata: string; callback_id: string };
    const metadata: unknown = JSON.parse(modal.private_metadata);
    const read = readInteraction(form(submission(typed(' db ', 'a lock\n'), metadata)));
    expect(read).toMatchObject({
      interaction: {
        incidentId: 'inc-7',
        action: { kind: 'settle', judgement: 'partly', service: 'db', cause: 'a lock' },
        actionId: 'slack V01',
      },
    });
  });

  test.each([
    ['nothing', typed(null, null), { cause: 'Say in a sentence what it was' }],
    ['too much', typed(null, 'x'.repeat(2_001)), { cause: 'At most 2000 characters' }],
    ['too long a name', typed('x'.repeat(201), 'it'), { service: 'At most 200 characters' }],
  ])('with %s is given back with the reason under the field', (_, values, problem) => {
    expect(readInteraction(form(submission(values)))).toEqual({ type: 'invalid', problem });
  });

  test('of somebody else, or with a metadata that is none, is not ours', () => {
    expect(readInteraction(form(submission(typed(null, 'it'), 'x')))).toEqual({ type: 'other' });
    const other = submission(typed(null, 'it'));
    expect(readInteraction(form({ ...other, view: { ...other.view, callback_id: 'poll' } }))).toEqual({
      type: 'other',
    });
  });

  test("keeps to Slack's limits on a dialog", () => {
    const text = JSON.stringify(toOutcomeModal('x'.repeat(100), 'wrong'));
    const titles = [...text.matchAll(/"(?:title|submit|close)":\{"type":"plain_text","text":"([^"]*)"/g)];
    expect(titles.map(([, title = '']) => title.length <= 24)).toEqual([true, true, true]);
  });
});

test.each([
  ['', 'payload'],
  ['payload=', 'payload'],
  ['payload=%7B', 'half a payload'],
  ['a=b', 'another form'],
])('%j is unreadable', (text) => {
  expect(readInteraction(new TextEncoder().encode(text))).toEqual({ type: 'unreadable' });
});

test('what Slack tells of besides is nothing of ours', () => {
  expect(readInteraction(form({ type: 'message_action', user }))).toEqual({ type: 'other' });
  expect(readInteraction(form(null))).toEqual({ type: 'other' });
});
