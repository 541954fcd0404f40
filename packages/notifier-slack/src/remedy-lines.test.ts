import { type BriefRemedy, briefRemedyStates } from '@midwatch/core/incident';
import { sampleBrief as brief, sampleBriefAtMs as nowMs, sampleRemedy } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { type SlackMessage, toSlackMessage, toSlackThread } from './index.js';
import { toSlackRemedyControls } from './interactivity/remedy-buttons.js';
import { checkMessage } from './stand-in/check-message.js';

const controlsOf = (remedy: BriefRemedy) => toSlackRemedyControls({ incidentId: 'inc-1', remedy });
const threadOf = (remedy: BriefRemedy) =>
  toSlackThread({ ...brief, remedy }, nowMs, { remedyControls: controlsOf(remedy) }).message;
const sectionsOf = ({ blocks }: SlackMessage) =>
  blocks.flatMap((block) => (block.type === 'section' ? [block.text.text] : []));
const remedyOf = (message: SlackMessage) =>
  sectionsOf(message).find((text) => text.includes('Roll checkout'));

describe('an offered action', () => {
  it('stands with its steps, what changes, who must agree and until when, before the advice', () => {
    const message = threadOf(sampleRemedy);
    expect(checkMessage(message)).not.toHaveProperty('error');
    expect(remedyOf(message)).toMatchInlineSnapshot(`
      "*Midwatch offers: Roll checkout back to v1*
      → waits for one more person
      1. Set the pod template of the Deployment shop/checkout to that of revision 41
      • spec.containers.checkout.image: checkout∶v2 → checkout∶v1
      Two different people must agree (more than 20 pods are replaced): so far dana
      Can be undone · until <!date^1793592300^{time}|04:05 UTC>"
    `);
    const kinds = message.blocks.map((block) => block.type);
    expect(kinds.indexOf('actions')).toBe(
      message.blocks.findIndex((block) => block.type === 'section' && block.text.text.includes('offers')) + 1,
    );
    expect(message.text).toMatch(/; midwatch offers: Roll checkout back to v1\.$/);
  });

  it('is approved behind a question that says exactly what is done to what', () => {
    const shown = controlsOf(sampleRemedy).map(({ confirm, style, text, value }) => ({
      button: text.text,
      style,
      value,
      asks: confirm?.text.text,
      answers: [confirm?.confirm.text, confirm?.deny.text],
    }));
    const value = `${sampleRemedy.planId} inc-1`;
    expect(shown).toEqual([
      {
        ...{ button: 'Approve', style: 'danger', value, answers: ['Approve', 'Cancel'] },
        asks:
          'Roll checkout back to v1:\n1. Set the pod template of the Deployment shop/checkout to that of ' +
          'revision 41\nIt can be undone.',
      },
      {
        ...{ button: 'Reject', style: undefined, value, answers: ['Reject', 'Cancel'] },
        asks: 'Roll checkout back to v1. It will not be done, and cannot be approved any more.',
      },
    ]);
  });

  it.each([
    ['one is too long', { steps: ['x'.repeat(401)] }],
    ['they are too many', { steps: Array.from({ length: 9 }, () => 'a step') }],
    ['together they are too long', { steps: Array.from({ length: 4 }, () => 'y'.repeat(390)) }],
    ['there is none', { steps: [] }],
  ])('cannot be approved where its steps do not stand whole: %s', (_, steps) => {
    const remedy = { ...sampleRemedy, ...steps };
    expect(controlsOf(remedy).map(({ action_id: id }) => id)).toEqual(['midwatch-reject']);
    expect(remedyOf(threadOf(remedy))).toContain('Its steps cannot be shown whole here');
  });

  it('is asked about without its steps where a dialog has no room for all of them', () => {
    const remedy = { ...sampleRemedy, isReversible: false, steps: ['z'.repeat(390), 'then this'] };
    const [approve] = controlsOf(remedy);
    expect(approve?.confirm?.text.text).toBe(
      'Roll checkout back to v1: all 2 steps that the message lists, just so. It cannot be undone.',
    );
  });

  it('says where to decide when there is nothing to press', () => {
    const remedy = sampleRemedy;
    for (const message of [
      toSlackMessage({ ...brief, remedy }, nowMs),
      toSlackThread({ ...brief, remedy }, nowMs).message,
    ])
      expect(remedyOf(message)).toContain("Decide on the incident's page");
    expect(remedyOf(threadOf(remedy))).not.toContain('Nothing to press');
  });

  it('names every gate that is missing', () => {
    const missing = [{ gate: 'proven-record', passed: false, reason: 'settled 12 of at least 73' }];
    const remedy = { ...sampleRemedy, state: 'not-offered', missing, choices: [] } as const;
    const texts = ['a newer look stands', 'not offered: proven-record (settled 12 of at least 73)'].map(
      (text) => remedyOf(threadOf({ ...remedy, text })),
    );
    expect(texts).toEqual([
      expect.stringContaining('→ a newer look stands\n• missing, proven record: settled 12 of at least 73'),
      '*Not offered: Roll checkout back to v1*\n• missing, proven record: settled 12 of at least 73',
    ]);
    expect(controlsOf(remedy)).toEqual([]);
  });
});

it('every state has words of its own, and only an open one shows its steps', () => {
  const texts = briefRemedyStates.map((state) =>
    remedyOf(threadOf({ ...sampleRemedy, state, text: '', choices: [] })),
  );
  expect(new Set(texts.map((text) => text?.split('\n')[0])).size).toBe(briefRemedyStates.length);
  const open = briefRemedyStates.filter((_, index) => texts[index]?.includes('1. Set the pod template'));
  expect(open).toEqual(['offered', 'running']);
});

it('a plan id that is none has no buttons', () => {
  expect(controlsOf({ ...sampleRemedy, planId: 'x inc-2' })).toEqual([]);
});
