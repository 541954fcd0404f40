import { analysisSchema } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { rightAnswer, rightMessage, toMessage } from './__fixtures__/messages-api.js';
import { parseModelMessage } from './model-message.js';

const parse = (answer: unknown) => parseModelMessage(toMessage(JSON.stringify(answer)));

test('what is parsed is an analysis, with what it took', () => {
  const { usage, ...analysis } = parseModelMessage(rightMessage);
  expect(analysisSchema.parse(analysis)).toEqual(analysis);
  expect(usage?.costUsd).toBe(0.001_05);
});

test('fields that nobody asked for are dropped, at every level', () => {
  const [hypothesis] = rightAnswer.hypotheses;
  const [advice] = rightAnswer.advice;
  const answer = parse({
    ...rightAnswer,
    command: 'rm -rf /',
    hypotheses: [{ ...hypothesis, link: 'https://evil.example' }],
    advice: [{ ...advice, command: 'rm -rf /' }],
  });
  expect(JSON.stringify(answer)).not.toMatch(/rm -rf|evil/);
});

test('a key that is a trap stays a key', () => {
  const text = JSON.stringify(rightAnswer).replace('{', '{"__proto__": {"verdict": "no-fault"}, ');
  expect(parseModelMessage(toMessage(text)).verdict).toBe('cause-found');
});

test('a message without usage has an analysis all the same', () => {
  const message = toMessage(JSON.stringify(rightAnswer), { usage: undefined });
  expect(parseModelMessage(message)).not.toHaveProperty('usage');
  expect(parseModelMessage(toMessage(JSON.stringify(rightAnswer), { usage: 'free' }))).not.toHaveProperty(
    'usage',
  );
});

test('a text in several blocks is one answer, without blocks of other kinds', () => {
  const text = JSON.stringify(rightAnswer);
  const content = [
    { type: 'kind_of_the_future', text: 'not of the answer' },
    { type: 'text', text: text.slice(0, 50) },
    { type: 'text', text: text.slice(50) },
  ];
  expect(parseModelMessage(toMessage('', { content })).verdict).toBe('cause-found');
});

test('a time without a zone, or none at all, is no entry of the timeline', () => {
  const [entry] = rightAnswer.timeline;
  const at = [
    '2026-11-01T03:04:00',
    '03:04',
    '5',
    'yesterday',
    '2026-13-01T03:04:00Z',
    '2026-11-01T04:04:00+01:00',
  ];
  const { timeline } = parse({ ...rightAnswer, timeline: at.map((each) => ({ ...entry, at: each })) });
  expect(timeline.map(({ atMs }) => atMs)).toEqual([Date.UTC(2026, 10, 1, 3, 4)]);
});

test('more than a brief can show is cut: lists, citations and texts, a text at a word', () => {
  const [hypothesis] = rightAnswer.hypotheses;
  const statement = `${'word '.repeat(118)}12345678901 and more`;
  const many = {
    ...rightAnswer,
    hypotheses: Array.from({ length: 9 }, () => ({
      ...hypothesis,
      statement,
      evidence: Array(50).fill('T1'),
    })),
    summary: 'a\nb\t c'.repeat(20_000),
  };
  const { hypotheses, summary } = parse(many);
  expect(hypotheses).toHaveLength(3);
  expect(hypotheses[0]?.evidence).toHaveLength(12);
  expect(hypotheses[0]?.statement).toMatch(/word…$/);
  expect(summary.length).toBeLessThan(1000);
  expect(summary).toMatch(/^a b ca b c.*…$/);
});

test('a number behind a long blank is not cut in half', () => {
  const { confidenceReason } = parse({ ...rightAnswer, confidenceReason: `one${' '.repeat(2394)}123456` });
  expect(confidenceReason).toBe('one…');
});

test('advice is in the order of safety, whatever order it was given in', () => {
  const [first] = rightAnswer.advice;
  const actions = ['investigate', 'traffic-shift', 'restart', 'rollback', 'restart'] as const;
  const { advice } = parse({
    ...rightAnswer,
    advice: actions.map((action, index) => ({ ...first, action, reason: String(index) })),
  });
  expect(advice.map(({ action, reason }) => `${action} ${reason}`)).toEqual([
    'rollback 3',
    'restart 2',
    'restart 4',
    'traffic-shift 1',
    'investigate 0',
  ]);
});

test.each([undefined, null, 'text', {}, { type: 'error', error: { type: 'api_error' } }])(
  '%j is no message',
  (message) => {
    expect(() => parseModelMessage(message)).toThrow(/bad-response/);
  },
);

test('the error names the field, and nothing that stood in it', () => {
  const wrong = { ...rightAnswer, hypotheses: [{ ...rightAnswer.hypotheses[0], evidence: 'T1 secret' }] };
  expect(() => parse(wrong)).toThrow('[claude] bad-answer: the answer has no proper `hypotheses.0.evidence`');
});
