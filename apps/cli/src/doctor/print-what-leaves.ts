import type { Terminal } from '../terminal.js';
import { createPaint, toShownJson, toShownLine } from './shown-text.js';
import type { WhatLeaves } from './what-leaves.js';

/** The head for a person, then the three bodies, each on a line of its own; the model's is the last. */
export function printWhatLeaves(leaves: WhatLeaves, terminal: Terminal): void {
  const paint = createPaint(terminal);
  const { model, redaction, sources, webhook } = leaves;
  const count = (number: number) => number.toLocaleString('en-US');
  const removed = Object.entries(redaction.removed).map(([category, number]) => `${number} ${category}`);
  const title = (text: string) => paint('bold', text);
  const omitted = model.omittedIds.length === 0 ? '' : `, ${model.omittedIds.length} findings left out`;
  const lines = [
    '',
    title('What leaves for this alert'),
    `  Sent now      ${sources.queries} queries, to ${sources.asked.join(', ') || 'no source'}; nothing else`,
    `  Taken out     ${removed.join(', ') || 'nothing'} (by category, in all that was read)`,
    `  Withheld      ${redaction.withheld} signals whose text could not be redacted`,
    '',
    title('Slack message, of the first brief'),
    '  With a webhook: as it stands.',
    `  ${redaction.marks.slack} redacted places, those for a bot among them`,
    toShownJson(leaves.slackMessage, terminal),
    '',
    title('Slack message and the reply with its details, of the first brief'),
    '  With a bot: to chat.postMessage, beside the channel and the id of the incident.',
    toShownJson(leaves.slackThread, terminal),
    '',
    title('Webhook payload, of the first brief'),
    `  Headers       ${webhook.headerNames.join(', ')}`,
    `  Body          ${count(webhook.bytes)} bytes, ${redaction.marks.webhook} redacted places`,
    toShownJson(leaves.webhookPayload, terminal),
    '',
    title('Model request'),
    `  To            ${model.method} ${toShownLine(model.url)}`,
    ...(model.keyIsSet
      ? []
      : [
          `  ${paint('yellow', 'Not sent      ANTHROPIC_API_KEY is not set: the evidence analyzer speaks alone')}`,
        ]),
    `  Headers       ${model.headerNames.join(', ')}`,
    `  Body          ${count(model.bytes)} bytes, about ${count(model.estimatedTokens)} tokens, ${redaction.marks.model} redacted places`,
    `  Dossier       ${model.citableIds} findings that may be cited${omitted}; to read it: --json | jq -r '.modelRequest.messages[0].content'`,
    toShownJson(leaves.modelRequest, terminal),
  ];
  terminal.stdout.write(`${lines.join('\n')}\n`);
}
