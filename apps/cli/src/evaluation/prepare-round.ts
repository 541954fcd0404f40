import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { estimateTokens, priceOf } from '@midwatch/analyzer-claude';
import { openBundle } from '@midwatch/connector-otlp-file/node';
import { readBudgetsOf } from '../read-budgets-of.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { createRunPurse } from './create-run-purse.js';
import {
  absentLargerAnalyzer,
  createRecordedAnalyzer,
  type Judged,
  judgeBundle,
  withoutLargerModel,
} from './judge-bundle.js';
import type { Mode } from './parse-evaluation.js';
import { type BatchResults, readBatchResults } from './read-batch-results.js';
import type { ReadBundle } from './read-bundle.js';
import { toBatchRequest, toCustomIds } from './to-batch-request.js';

/** How the model is asked about one bundle after the other. */
export interface Round {
  /** Starts the question; at most a few are open at once. `undefined` when only the evidence speaks. */
  readonly ask?: (bundle: ReadBundle) => Promise<Judged>;
  /** Told of each bundle, in order. */
  readonly note?: (bundle: ReadBundle) => void;
  /** After the last one; gives what is written, if anything is. */
  readonly end?: () => Promise<RequestsReport>;
  /** What is wrong with the answers that were brought. */
  readonly problems: readonly string[];
}

export interface RequestsReport {
  readonly file: string;
  readonly model: string;
  readonly count: number;
  /** Estimated: bytes divided by 3. */
  readonly meanTokens: number;
  readonly maxTokens: number;
  /** Of all requests together, with answers of `assumedAnswerTokens`, sent one by one; a batch takes half. `null`: not known. */
  readonly estimatedUsd: number | null;
  readonly assumedAnswerTokens: number;
}

/** What an answer takes, thinking included: assumed wherever nothing was billed. */
export const ASSUMED_ANSWER_TOKENS = 1_500;

/** Reads what the mode needs before the first bundle is: a wrong file is told at once. */
export async function prepareRound(
  mode: Mode,
  folders: readonly string[],
  terminal: Terminal,
): Promise<Round> {
  if (mode.kind === 'evidence') return { problems: [] };
  if (mode.kind === 'live') {
    const open = createRunPurse(readBudgetsOf(terminal));
    const { analyzer, largerAnalyzer } = mode;
    return {
      problems: [],
      ask: (bundle) => judgeBundle(bundle, { analyzer, largerAnalyzer, purse: open() }),
    };
  }
  const ids = await Promise.all(folders.map(async (folder) => (await openBundle(folder)).id));
  const customIds = await toCustomIds(ids);
  const customIdOf = new Map(ids.map((id, index) => [id, customIds[index] ?? '']));
  const file = resolve(terminal.folder, mode.file);
  if (mode.kind === 'requests') return writeRequests(file, mode.model, customIdOf);
  const { byId, problems } = await readResults(file, customIds);
  return {
    problems,
    ask: (bundle) =>
      judgeBundle(bundle, {
        analyzer: createRecordedAnalyzer(byId.get(customIdOf.get(bundle.id) ?? '') ?? { failure: 'missing' }),
        largerAnalyzer: absentLargerAnalyzer,
        purse: withoutLargerModel,
      }),
  };
}

function writeRequests(file: string, model: string, customIdOf: ReadonlyMap<string, string>): Round {
  const lines: string[] = [];
  const tokens: number[] = [];
  return {
    problems: [],
    note(bundle) {
      const request = toBatchRequest(bundle, customIdOf.get(bundle.id) ?? '', model);
      lines.push(`${JSON.stringify(request)}\n`);
      tokens.push(estimateTokens(request.params));
    },
    async end() {
      await writeFile(file, lines.join('')).catch((error: NodeJS.ErrnoException) => {
        throw new UsageError(`${file}: cannot be written (${error.code ?? error.message})`);
      });
      const sum = tokens.reduce((total, each) => total + each, 0);
      const prices = tokens.map((each) => priceOf(model, each, ASSUMED_ANSWER_TOKENS));
      const isPriced = prices.every((each) => each !== undefined);
      return {
        file,
        model,
        count: lines.length,
        meanTokens: Math.round(sum / Math.max(1, tokens.length)),
        maxTokens: Math.max(0, ...tokens),
        estimatedUsd: isPriced
          ? Number(prices.reduce((total, each) => total + (each ?? 0), 0).toFixed(9))
          : null,
        assumedAnswerTokens: ASSUMED_ANSWER_TOKENS,
      };
    },
  };
}

async function readResults(file: string, customIds: readonly string[]): Promise<BatchResults> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${file}: cannot be read (${error.code ?? error.message}); give the results of a message batch, a line each`,
    );
  });
  return readBatchResults(text, customIds);
}
