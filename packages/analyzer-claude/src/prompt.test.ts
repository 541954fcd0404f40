import { describe, expect, it, test } from 'vitest';
import { analyzeInput } from './__fixtures__/analyze-input.js';
import { createClaudeAnalyzers } from './claude-analyzers.js';
import { createPrompt } from './prompt.js';
import { PROMPT_VERSION, SYSTEM_PROMPT } from './system-prompt.js';

test('the own prompt has its own version, and a byte more has another', async () => {
  expect(await createPrompt(SYSTEM_PROMPT)).toEqual({ text: SYSTEM_PROMPT, version: PROMPT_VERSION });
  const other = await createPrompt(`${SYSTEM_PROMPT} `);
  expect(other.version).toMatch(/^[\da-f]{12}$/);
  expect(other.version).not.toBe(PROMPT_VERSION);
});

test.each([
  ['', 'is empty'],
  [' \n', 'is empty'],
  ['x'.repeat(40_001), 'more than 40000 characters'],
  ['\u0000ELF', 'is no text'],
  ['half \ud800', 'is no text'],
])('%j is refused', async (text, why) => {
  await expect(createPrompt(text)).rejects.toMatchObject({
    code: 'config',
    message: expect.stringContaining(why),
  });
});

describe('a shadow', () => {
  async function askShadow(shadow: { model?: string; prompt?: { text: string; version: string } }) {
    const asked: Record<string, unknown>[] = [];
    const { analyzer, shadowAnalyzer } = createClaudeAnalyzers({
      token: 'test-key',
      model: 'claude-haiku-5-5',
      shadow,
      fetch: async (_, init) => {
        asked.push((await new Response(init?.body ?? '').json()) as Record<string, unknown>);
        return new Response('{}', { status: 401 });
      },
    });
    for (const each of [analyzer, shadowAnalyzer!])
      await each
        .analyze(analyzeInput, { signal: new AbortController().signal, deadlineAtMs: Date.now() + 5_000 })
        .catch(() => undefined);
    return { analyzer, shadowAnalyzer, bodies: asked };
  }

  it('of another model is asked the same to the letter', async () => {
    const { bodies, shadowAnalyzer } = await askShadow({ model: 'claude-opus-5' });
    const [shown, beside] = bodies;
    expect(beside).toMatchObject({
      model: 'claude-opus-5',
      messages: shown!['messages'],
      system: shown!['system'],
    });
    expect(shadowAnalyzer).toMatchObject({ model: 'claude-opus-5', promptVersion: PROMPT_VERSION });
  });

  it('of another prompt is asked the same, but for it', async () => {
    const prompt = await createPrompt('Name the cause.');
    const { analyzer, bodies, shadowAnalyzer } = await askShadow({ prompt });
    const [shown, beside] = bodies;
    expect(beside).toEqual({ ...shown, system: 'Name the cause.' });
    expect([analyzer.promptVersion, shadowAnalyzer?.promptVersion]).toEqual([PROMPT_VERSION, prompt.version]);
    // What it may cost is that of its own prompt.
    expect(shadowAnalyzer!.mostCostUsd(analyzeInput)).toBeLessThan(analyzer.mostCostUsd(analyzeInput));
  });

  it.each([{}, { model: 'claude-haiku-5-5' }, { prompt: { text: SYSTEM_PROMPT, version: PROMPT_VERSION } }])(
    'that differs in nothing is refused: %j',
    (shadow) => {
      const create = () => createClaudeAnalyzers({ token: 'test-key', shadow });
      expect(create).toThrow(/another `model` or `prompt`/);
    },
  );

  it('is nobody unless one is asked for', () => {
    expect(createClaudeAnalyzers({ token: 'test-key' })).not.toHaveProperty('shadowAnalyzer');
  });
});
