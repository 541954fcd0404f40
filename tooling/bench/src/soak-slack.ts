import { createSlackStandIn, type SlackStandIn } from '@midwatch/notifier-slack/stand-in';
import { type Front, listenFront } from './soak-listen.ts';

const ANSWER_MS = 50;

export interface SoakSlack extends Front {
  readonly slack: SlackStandIn;
}

/** Slack that asks to wait, fails, and sometimes takes a message without saying so: one request in ten. */
export async function openSoakSlack(random: () => number): Promise<SoakSlack> {
  const slack = createSlackStandIn();
  const front = await listenFront(async ({ body, headers, method, path }, outgoing) => {
    const draw = random();
    if (draw < 0.05) slack.failNext({ status: 429, error: 'ratelimited', retryAfterSeconds: 1 });
    else if (draw < 0.08) slack.failNext({ status: 503 });
    else if (draw < 0.1) slack.failNext({ status: 500, isTaken: true });
    const named = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    const init = { method, headers: named, ...(method === 'GET' ? {} : { body }) };
    const response = await slack.handle(new Request(`http://slack.example${path}`, init));
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(await response.text());
  });
  return { ...front, slack };
}
