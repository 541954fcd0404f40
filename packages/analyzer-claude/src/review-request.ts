import type { ReviewInput } from '@midwatch/core/incident';
import {
  DEFAULT_LARGER_MODEL,
  type ModelRequest,
  type ModelRequestSettings,
  toRequest,
} from './model-request.js';
import { reviewJsonSchema } from './review-answer.js';
import { REVIEW_PROMPT } from './review-prompt.js';

/** An answer takes about 150; the rest is for thinking, which counts. */
const MAX_TOKENS = 4000;
const MAX_TEXT = 400;
const MAX_LINES = 60;

/**
 * Everything that leaves for the second model, byte for byte, but for the headers: the dossier as the first one read it, and
 * the proposal. The same case gives the same request.
 */
export function toReviewRequest(
  { dossier, analysis, proposal }: Pick<ReviewInput, 'dossier' | 'analysis' | 'proposal'>,
  { model = DEFAULT_LARGER_MODEL }: ModelRequestSettings = {},
): ModelRequest {
  const advice = analysis.advice.filter(({ action }) => action === proposal.remedy);
  const quoted = [
    `Action: ${proposal.remedy}, titled ${quote(proposal.title)}`,
    `Service: ${quote(proposal.service)}`,
    `Target: ${quote(proposal.target)}`,
    `Can be undone: ${proposal.isReversible ? 'yes' : 'no'}`,
    `People who must agree: ${proposal.people}`,
    ...toList('Why two', proposal.peopleReasons.map(quote)),
    ...toList('Steps', proposal.steps.map(quote)),
    ...toList(
      'Differences',
      proposal.diff.map(({ path, before, after }) => `${quote(path)}: ${quote(before)} -> ${quote(after)}`),
    ),
    ...toList('Rests on', proposal.evidence.map(quote)),
    `Claimed cause: ${quote(analysis.summary)}`,
    ...toList(
      'Claimed by',
      analysis.hypotheses.map(
        ({ statement, evidence }) => `${quote(statement)} ${quote(evidence.join(' '))}`,
      ),
    ),
    ...toList(
      'Advised because',
      advice.map(({ reason, service }) => `${quote(reason)} for ${quote(service)}`),
    ),
  ];
  // The other model saw the delimiter, and could close it.
  const data = quoted.map((line) => line.replaceAll(dossier.fence, '[fence]'));
  return toRequest({
    model,
    maxTokens: MAX_TOKENS,
    system: REVIEW_PROMPT,
    content: [
      dossier.text,
      '',
      'The proposal, with the claim of another model:',
      `<data ${dossier.fence}>`,
      ...data,
      `</data ${dossier.fence}>`,
      '',
      'Is there a reason against this very action, now?',
    ].join('\n'),
    schema: reviewJsonSchema,
  });
}

function toList(title: string, lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, MAX_LINES).map((line) => `- ${line}`);
  const more = lines.length - shown.length;
  return [
    `${title}:${lines.length === 0 ? ' none' : ''}`,
    ...shown,
    ...(more > 0 ? [`- and ${more} more`] : []),
  ];
}

/** One quoted line without what a person would not see; `null` stands for what is not there. */
function quote(text: string | null): string {
  if (text === null) return 'nothing';
  const visible = text
    .slice(0, 4 * MAX_TEXT)
    .replaceAll(/[\p{Cf}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu, '');
  const plain = visible.replaceAll(/(?![\n\t])\p{Cc}/gu, ' ');
  const cut = [...plain].slice(0, MAX_TEXT).join('');
  return JSON.stringify(cut.length === text.length ? cut : `${cut}…`);
}
