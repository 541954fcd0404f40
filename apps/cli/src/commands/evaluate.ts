import { resolve } from 'node:path';
import { sayConfusions } from '../evaluation/confusions.js';
import type { Judged } from '../evaluation/judge-bundle.js';
import { parseEvaluation } from '../evaluation/parse-evaluation.js';
import { prepareRound, type RequestsReport } from '../evaluation/prepare-round.js';
import { findBundles, type ReadBundle, readBundle, toResult } from '../evaluation/read-bundle.js';
import { type IncidentResult, scoreIncidents } from '../evaluation/score.js';
import {
  type JudgedBundle,
  sayModelScore,
  sayUsd,
  scoreAnalyzers,
  toModelDetails,
} from '../evaluation/score-analyzers.js';
import type { Command } from '../run-command.js';
import type { Terminal } from '../terminal.js';

/** Questions that wait for an answer while the next bundle is read. */
const MAX_OPEN_QUESTIONS = 3;

/** Every bundle of a folder through the same `plan` and `collectSignals` as in production, scored against its truth. */
export const evaluateCommand: Command = async (args, terminal) => {
  const { folder, json, mode, reading } = parseEvaluation(args, terminal);
  const folders = await findBundles(resolve(terminal.folder, folder));
  const round = await prepareRound(mode, folders, terminal);
  for (const problem of round.problems) terminal.stderr.write(`midwatch: ${problem}\n`);

  const pending: Promise<JudgedBundle>[] = [];
  const tell = async (bundle: ReadBundle): Promise<JudgedBundle> => {
    const judged: Judged = (await round.ask?.(bundle)) ?? { analysis: bundle.analysis };
    if (!json) sayResult(toResult(bundle, judged.analysis), judged, terminal);
    return { bundle, judged };
  };
  // One bundle is read at a time: reading two at once would make each slower, and could cut what the deadline allows.
  for (const one of folders) {
    const bundle = await readBundle(one, reading, terminal);
    round.note?.(bundle);
    pending.push(tell(bundle));
    await pending.at(-MAX_OPEN_QUESTIONS);
  }
  const all = await Promise.all(pending);

  const requests = await round.end?.();
  const results = all.map(({ bundle, judged }) => toResult(bundle, judged.analysis));
  const report = scoreIncidents(
    results,
    all.map(({ bundle }) => bundle.measurement),
  );
  const models = round.ask === undefined ? undefined : scoreAnalyzers(all);
  if (json) {
    const perIncident = report.perIncident.map((each, index) => {
      const judged = models === undefined ? undefined : all[index]?.judged;
      return judged === undefined ? each : { ...each, ...toModelDetails(judged) };
    });
    const told = {
      ...report,
      perIncident,
      ...(models === undefined ? {} : { analyzers: models, problems: round.problems }),
      ...(requests === undefined ? {} : { requests }),
    };
    terminal.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
    return;
  }
  const { incidents, top1, top3, top5, answered, high } = report;
  terminal.stdout.write(
    `${incidents} incidents: top-1 ${top1}, top-3 ${top3}, top-5 ${top5}, answered ${answered}, ` +
      `HIGH ${high.count} of which ${high.correct} right\n${sayConfusions(report.confusions, report.faults)}` +
      `${models === undefined ? '' : sayModelScore(models)}${requests === undefined ? '' : sayRequests(requests)}`,
  );
};

function sayResult(result: IncidentResult, { fellBack }: Judged, terminal: Terminal): void {
  const mark = result.correct === null ? '?' : result.correct ? '+' : 'x';
  const suspects = result.suspects.slice(0, 3).join(', ');
  const why = fellBack === undefined ? '' : `  (evidence: ${fellBack})`;
  terminal.stderr.write(
    `  ${mark} ${result.id}  ${result.verdict} ${result.confidence}  ${suspects}${why}\n`,
  );
}

function sayRequests(requests: RequestsReport): string {
  const { file, model, count, meanTokens, maxTokens, estimatedUsd, assumedAnswerTokens } = requests;
  return (
    `${count} requests to ${model} in ${file}: ${meanTokens} estimated tokens on average, ${maxTokens} at most; ` +
    `with answers of ${assumedAnswerTokens} tokens ${sayUsd(estimatedUsd)}, as a batch half of it\n`
  );
}
