import type { Alert, Brief, BriefInput } from '@midwatch/core/incident';
import { createSlackNotifier, createSlackWebhookNotifier } from '@midwatch/notifier-slack';
import { createSlackStandIn } from '@midwatch/notifier-slack/stand-in';
import type { Investigation } from '@midwatch/responder';
import type { Scenario } from '@midwatch/simulator';
import { parts } from '../investigation-parts.js';

/** One incident in all its states, in the order in which they come, through a bot and through a webhook: what Slack refused of it. */
export async function refusedBySlack(
  { nowMs }: Pick<Scenario, 'nowMs'>,
  { alert, analysis, collection, evidence }: Investigation,
): Promise<readonly string[]> {
  const slack = createSlackStandIn();
  const fetch = (input: string, init?: RequestInit) => slack.handle(new Request(input, init));
  const bot = createSlackNotifier({ token: 'xoxb-stand-in', channel: 'C0STANDIN', fetch });
  const webhook = createSlackWebhookNotifier({ webhookUrl: 'https://hooks.slack.com/services/T0/B0/X', fetch });
  const { length: before } = slack.messages;
  let previous: Awaited<ReturnType<typeof bot.notify>>['reference'] | undefined;
  for (const [index, brief] of statesOf({ alert, analysis, collection, evidence, nowMs }).entries()) {
    const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 10_000 };
    const notification = { incidentId: 'inc-1', deliveryId: `inc-1-${index}`, brief, nowMs: nowMs + index * 60_000 };
    const edit = previous === undefined ? {} : { previous };
    ({ reference: previous } = await bot.notify({ ...notification, ...edit }, call));
    if (slack.messages.length !== before + 1 || slack.replies.length !== 1)
      return [`${slack.messages.length} messages and ${slack.replies.length} replies`];
  }
  for (const brief of statesOf({ alert, analysis, collection, evidence, nowMs })) {
    const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 10_000 };
    await webhook.notify({ incidentId: 'inc-1', deliveryId: 'inc-1', brief, nowMs }, call);
  }
  return slack.requests.filter((line) => !line.endsWith(' ok'));
}

/** First findings, the answer, somebody on it, within a storm, the storm itself, known by nobody, looked at late, resolved. */
function statesOf(input: BriefInput): readonly Brief[] {
  const { alert, nowMs } = input;
  const answered = parts.toBrief(input);
  const resolved: Alert = { ...alert, status: 'resolved', endsAtMs: nowMs };
  const people = { owner: { by: 'dana', atMs: nowMs } };
  const storm = { ...answered, headline: 'storm in shop: 12 services, 3412 alerts', service: '12 services' };
  return [
    parts.toBrief({ ...input, pending: 'a model still reading' }),
    answered,
    parts.toBrief({ ...input, people } as BriefInput),
    { ...answered, footer: { ...answered.footer, notes: ['part of the storm in shop, inc-9'] } },
    { ...storm, footer: { ...storm.footer, notes: ['hit: a, b, c'] } },
    parts.toBrief({ ...input, analysis: { ...input.analysis, verdict: 'insufficient-evidence', hypotheses: [], advice: [] } }),
    parts.toBrief({ ...input, nowMs: nowMs + 3_600_000 }),
    { ...answered, headline: `${answered.headline} · 3rd time in 2 h` },
    parts.toBrief({ ...input, alert: resolved }),
  ];
}
