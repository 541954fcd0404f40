import { PROMPT_VERSION } from '@midwatch/analyzer-claude';
import type { AdmittedAnalysis } from '@midwatch/core/incident';
import { parseCommandLine } from '../command-line.js';
import { createAnalyzers, createShadowAnalyzer, type ModelAnalyzers } from '../create-analyzers.js';
import { createRunPurse } from '../evaluation/create-run-purse.js';
import { judgeBundle } from '../evaluation/judge-bundle.js';
import { readBudgetsOf } from '../read-budgets-of.js';
import { readShadow } from '../read-shadow.js';
import { findDifferences, toGist } from '../replay/compare-answers.js';
import { printReplay, type Replay } from '../replay/print-replay.js';
import { readStoredIncident } from '../replay/read-stored-incident.js';
import { type ReplaySubject, readBundledIncident } from '../replay/replay-subject.js';
import type { Command } from '../run-command.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';

const options = {
  bundle: { type: 'string' },
  database: { type: 'string' },
  model: { type: 'string' },
  shadow: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** A past incident on another model, or by what prompt and code are today, beside what was said then. */
export const replayCommand: Command = async (args, terminal) => {
  const isBundle = args.some((arg) => /^--bundle(=|$)/.test(arg));
  const { values, positionals } = parseCommandLine(args, options, isBundle ? [] : ['INCIDENT']);
  const { bundle, database, model } = values;
  if (bundle !== undefined && database !== undefined)
    throw new UsageError('--bundle and --database name different incidents; give one of them', 2);
  if (model?.trim() === '') throw new UsageError('--model is empty', 2);
  if (model !== undefined && !terminal.environment['ANTHROPIC_API_KEY'])
    throw new UsageError(
      `--model ${model} needs ANTHROPIC_API_KEY; without it only the evidence is replayed`,
      2,
    );
  const analyzers =
    values.shadow === true ? await toShadow(model, terminal) : createAnalyzers(terminal, model);
  const budgets = readBudgetsOf(terminal);
  const subject =
    bundle === undefined
      ? await readStoredIncident(database, positionals[0] ?? '', terminal)
      : await readBundledIncident(bundle, terminal);
  const after = await answerAgain(subject, analyzers, createRunPurse(budgets)());
  const replay = toReplay(subject, after);
  if (values.json === true) terminal.stdout.write(`${JSON.stringify(replay, null, 2)}\n`);
  else printReplay(replay, terminal);
};

/** The shadow in the place of what is shown. */
async function toShadow(model: string | undefined, terminal: Terminal): Promise<ModelAnalyzers> {
  if (model !== undefined)
    throw new UsageError('--shadow and --model name different models; give one of them', 2);
  const read = (name: string) => terminal.environment[name]?.trim() || undefined;
  const [named, promptFile] = [read('MIDWATCH_SHADOW_MODEL'), read('MIDWATCH_SHADOW_PROMPT_FILE')];
  const shadow = await readShadow({ model: named, promptFile }, terminal.folder);
  if (shadow === undefined)
    throw new UsageError('--shadow needs MIDWATCH_SHADOW_MODEL or MIDWATCH_SHADOW_PROMPT_FILE', 2);
  const analyzer = createShadowAnalyzer(terminal, shadow);
  if (analyzer === undefined) throw new UsageError('--shadow needs ANTHROPIC_API_KEY', 2);
  return { analyzer };
}

/** A model that is named answers alone; else as in production, the larger one after the small one where that is in doubt. */
async function answerAgain(
  subject: ReplaySubject,
  analyzers: ModelAnalyzers | undefined,
  purse: ReturnType<ReturnType<typeof createRunPurse>>,
): Promise<AdmittedAnalysis | undefined> {
  if (analyzers === undefined) return undefined;
  const { analysis } = await judgeBundle(subject, { ...analyzers, purse });
  return analysis;
}

function toReplay(subject: ReplaySubject, after: AdmittedAnalysis | undefined): Replay {
  const { analysis: evidenceNow, before, id, nowMs, readFrom, title } = subject;
  const evidenceAlone = {
    before: before === undefined ? null : toGist(before.evidenceAlone),
    after: toGist(evidenceNow),
  };
  // Without an answer of then, the evidence alone is what a model is compared with.
  const then =
    before === undefined ? (after === undefined ? null : evidenceAlone.after) : toGist(before.analysis);
  const now = after === undefined ? evidenceAlone.after : toGist(after);
  return {
    incident: id,
    title,
    lookedAt: new Date(nowMs).toISOString(),
    readFrom,
    isModelAsked: after !== undefined,
    presentPromptVersion: PROMPT_VERSION,
    comparedWith: then === null ? 'nothing' : before === undefined ? 'evidence-now' : 'answer-then',
    before: then,
    after: now,
    differences: then === null ? [] : findDifferences(then, now),
    evidenceAlone: {
      ...evidenceAlone,
      differences:
        evidenceAlone.before === null ? [] : findDifferences(evidenceAlone.before, evidenceAlone.after),
    },
  };
}
