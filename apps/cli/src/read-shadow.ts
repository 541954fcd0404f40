import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AnalyzerError, createPrompt, type ShadowOptions } from '@midwatch/analyzer-claude';
import { UsageError } from './usage-error.js';

/** What is longer than any prompt is not read at all. */
const MAX_BYTES = 256 * 1024;

/** Of the environment: `MIDWATCH_SHADOW_MODEL` and `MIDWATCH_SHADOW_PROMPT_FILE`. */
export interface ShadowSettings {
  readonly model?: string | undefined;
  /** Its path counts from the folder. */
  readonly promptFile?: string | undefined;
}

/**
 * Who is asked beside what is shown; `undefined` when neither is set, or the model is `none` and there is no file.
 *
 * @throws UsageError for a name that no model has, and a file that is no prompt.
 */
export async function readShadow(
  { model: named, promptFile: file }: ShadowSettings,
  folder: string,
): Promise<ShadowOptions | undefined> {
  const model = named === 'none' ? undefined : named;
  if (model !== undefined && !/^[\w./:@-]{1,100}$/.test(model))
    throw new UsageError('MIDWATCH_SHADOW_MODEL must be the name of a model, such as claude-sonnet-5-5', 2);
  if (file === undefined) return model === undefined ? undefined : { model };
  return { ...(model === undefined ? {} : { model }), prompt: await readPrompt(resolve(folder, file)) };
}

async function readPrompt(path: string) {
  const refuse = (why: string) => new UsageError(`MIDWATCH_SHADOW_PROMPT_FILE: ${path}: ${why}`, 2);
  let bytes: Uint8Array;
  try {
    if ((await stat(path)).size > MAX_BYTES) throw refuse('is no prompt: it is larger than 256 KiB');
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw refuse(`cannot be read (${code})`);
  }
  try {
    // Without the newline that editors put behind the last line.
    return await createPrompt(new TextDecoder('utf-8', { fatal: true }).decode(bytes).trimEnd());
  } catch (error) {
    throw refuse(AnalyzerError.is(error) ? error.message : 'is not UTF-8');
  }
}
