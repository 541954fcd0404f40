import { DEFAULT_MODEL } from '@midwatch/analyzer-claude';
import { signalKinds } from '@midwatch/core';
import { parseCommandLine, parseWholeNumber } from '../command-line.js';
import { createAnalyzers, type ModelAnalyzers } from '../create-analyzers.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import type { ReadSettings } from './read-bundle.js';

const options = {
  analyzer: { type: 'string' },
  model: { type: 'string' },
  requests: { type: 'string' },
  responses: { type: 'string' },
  limits: { type: 'string', default: 'production' },
  without: { type: 'string', multiple: true, default: [] as string[] },
  rename: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Who answers beside the evidence analyzer, if anybody. */
export type Mode =
  | { readonly kind: 'evidence' }
  /** Nobody: what would be asked is written to a file. */
  | { readonly kind: 'requests'; readonly file: string; readonly model: string }
  | { readonly kind: 'responses'; readonly file: string }
  | ({ readonly kind: 'live' } & ModelAnalyzers);

export interface EvaluationOptions {
  readonly folder: string;
  readonly mode: Mode;
  readonly reading: ReadSettings;
  readonly json: boolean;
}

/** A command line that makes no sense is refused before any file is looked at. */
export function parseEvaluation(args: readonly string[], terminal: Terminal): EvaluationOptions {
  const { values, positionals } = parseCommandLine(args, options, ['DIR']);
  return {
    folder: positionals[0] ?? '',
    mode: toMode(values, terminal),
    reading: {
      limits: oneOf(values.limits, ['production', 'none'] as const, 'limits'),
      without: values.without.map((kind) => oneOf(kind, signalKinds, 'without')),
      rename: parseWholeNumber(values.rename, 'rename'),
    },
    json: values.json === true,
  };
}

interface ModeOptions {
  readonly analyzer?: string | undefined;
  readonly model?: string | undefined;
  readonly requests?: string | undefined;
  readonly responses?: string | undefined;
}

function toMode({ analyzer, model, requests, responses }: ModeOptions, terminal: Terminal): Mode {
  const named = analyzer === undefined ? undefined : oneOf(analyzer, ['evidence', 'claude'], 'analyzer');
  if (requests !== undefined && responses !== undefined)
    throw new UsageError('--requests writes what --responses reads answers to; give one of them', 2);
  const file = requests ?? responses;
  if (named !== undefined && file !== undefined) {
    const option = requests === undefined ? 'responses' : 'requests';
    throw new UsageError(`--${option} needs no --analyzer: it asks nobody; give one of them`, 2);
  }
  for (const [option, value] of Object.entries({ model, requests, responses }))
    if (value?.trim() === '') throw new UsageError(`--${option} is empty`, 2);
  if (model !== undefined && requests === undefined && named !== 'claude')
    throw new UsageError('--model belongs to --analyzer claude or to --requests', 2);
  if (requests !== undefined) {
    const asked = model ?? (terminal.environment['MIDWATCH_MODEL'] || DEFAULT_MODEL);
    return { kind: 'requests', file: requests, model: asked };
  }
  if (responses !== undefined) return { kind: 'responses', file: responses };
  if (named !== 'claude') return { kind: 'evidence' };
  const analyzers = createAnalyzers(terminal, model);
  if (analyzers === undefined)
    throw new UsageError(
      '--analyzer claude needs ANTHROPIC_API_KEY; without a key, --requests writes what would be asked',
      2,
    );
  return { kind: 'live', ...analyzers };
}

function oneOf<T extends string>(value: string, allowed: readonly T[], option: string): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined)
    throw new UsageError(`--${option} takes ${allowed.join(' or ')}, got \`${value}\``, 2);
  return found;
}
