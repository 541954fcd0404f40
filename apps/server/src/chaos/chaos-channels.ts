import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSlackStandIn, type StandInMessage } from '@midwatch/notifier-slack/stand-in';
import { webhookPayloadSchema } from '@midwatch/notifier-webhook';
import * as z from 'zod';

/** Everything that the server talks to, on this machine, and what each of them took. */
export interface ChaosChannels {
  /** What the server's environment needs to find them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly messages: readonly StandInMessage[];
  /** What the receiver took, in order, each attempt by itself. */
  readonly received: readonly ReceivedWebhook[];
  /** What was wrong with what came: a signature, a body, a request that Slack refuses. */
  readonly refusals: readonly string[];
  /** Whether a channel took anything for the incident between two times. */
  hasTaken(channel: string, incidentId: string, sinceMs: number, untilMs: number): boolean;
  /** When Slack has taken the next message, whose sender has no answer yet; or when the time is over. */
  nextTaken(withinMs: number): Promise<void>;
  modelCalls(): number;
  close(): Promise<void>;
}

export interface ReceivedWebhook {
  readonly webhookId: string;
  readonly incidentId: string;
}

/** Between taking something and answering: a kill in it leaves the sender in doubt. */
const ANSWER_DELAY_MS = 250;

/** The incident that a message says it is of. */
export function incidentOf(message: Pick<StandInMessage, 'metadata'>): string {
  const parsed = metadataSchema.safeParse(message.metadata);
  return parsed.success ? parsed.data.event_payload.incident : '';
}

const metadataSchema = z.object({ event_payload: z.object({ incident: z.string() }) });
const slackBodySchema = z.object({ metadata: metadataSchema });

/** Slack, a generic receiver that checks signatures, and a model. Each takes what comes at once, and answers a little later. */
export async function openChaosChannels(): Promise<ChaosChannels> {
  const slack = createSlackStandIn();
  const received: ReceivedWebhook[] = [];
  const refusals: string[] = [];
  const taken = new Map<string, number[]>();
  const secret = randomBytes(32);
  let modelCalls = 0;
  let tellTaken = () => {};

  function note(channel: string, incidentId: string): void {
    const key = `${channel} ${incidentId}`;
    taken.set(key, [...(taken.get(key) ?? []), Date.now()]);
  }

  async function answerSlack(incoming: IncomingMessage, body: string): Promise<Response> {
    const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    const method = incoming.method ?? 'GET';
    const init = { method, headers, ...(method === 'GET' ? {} : { body }) };
    const response = await slack.handle(new Request(`http://slack.example${incoming.url}`, init));
    const answer = await response.clone().text();
    if (!answer.startsWith('{"ok":true')) refusals.push(`Slack refused: ${answer.slice(0, 200)}`);
    const parsed = slackBodySchema.safeParse(parseJson(body));
    if (!parsed.success) return response;
    note('slack', parsed.data.metadata.event_payload.incident);
    tellTaken();
    return response;
  }

  async function answerWebhook({ headers }: IncomingMessage, body: string): Promise<Response> {
    const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((name) =>
      String(headers[`webhook-${name}`]),
    );
    const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    if (!isSame(signature ?? '', `v1,${expected}`)) {
      refusals.push(`the receiver got ${id} with a wrong signature`);
      return new Response(null, { status: 401 });
    }
    const payload = webhookPayloadSchema.safeParse(parseJson(body));
    if (!payload.success) refusals.push(`the receiver cannot read ${id}`);
    const { incidentId = '' } = payload.data?.data ?? {};
    received.push({ webhookId: id ?? '', incidentId });
    note('webhook', incidentId);
    return new Response(null, { status: 204 });
  }

  async function answerModel(): Promise<Response> {
    modelCalls += 1;
    return Response.json(modelAnswer);
  }

  const servers = await Promise.all([answerSlack, answerWebhook, answerModel].map(listen));
  const [slackUrl, receiverUrl, modelUrl] = servers.map(({ url }) => url);
  return {
    environment: {
      ...{ SLACK_BOT_TOKEN: 'xoxb-stand-in', SLACK_CHANNEL: 'C0STANDIN', SLACK_API_URL: `${slackUrl}/api` },
      ...{
        CHAOS_RECEIVER_URL: `${receiverUrl}/hook`,
        CHAOS_RECEIVER_SECRET: `whsec_${secret.toString('base64')}`,
      },
      ...{ ANTHROPIC_API_KEY: 'sk-test-0123456789', ANTHROPIC_BASE_URL: modelUrl ?? '' },
      ...{ MIDWATCH_LARGER_MODEL: 'none' },
      // A model's answer that was lost in a kill was paid for: here each of them may be.
      ...{ MIDWATCH_BUDGET_INCIDENT_USD: '999', MIDWATCH_BUDGET_SERVICE_DAY_USD: '999' },
      MIDWATCH_BUDGET_DAY_USD: '9999',
    },
    messages: slack.messages,
    received,
    refusals,
    hasTaken: (channel, incidentId, sinceMs, untilMs) =>
      taken.get(`${channel} ${incidentId}`)?.some((atMs) => atMs >= sinceMs && atMs <= untilMs) ?? false,
    nextTaken: (withinMs) =>
      new Promise((resolve) => {
        const late = setTimeout(resolve, withinMs);
        tellTaken = () => {
          clearTimeout(late);
          resolve();
        };
      }),
    modelCalls: () => modelCalls,
    async close() {
      await Promise.all(servers.map(({ close }) => close()));
    },
  };
}

const modelAnswer = {
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-5-5' },
  content: [
    {
      type: 'text',
      text: JSON.stringify({
        ...{ timeline: [], hypotheses: [], verdict: 'insufficient-evidence', confidence: 'LOW' },
        ...{ confidenceReason: 'Little was read.', summary: 'It cannot be said from this.', advice: [] },
      }),
    },
  ],
  ...{ stop_reason: 'end_turn', usage: { input_tokens: 2_000, output_tokens: 100 } },
};

type Answer = (incoming: IncomingMessage, body: string) => Promise<Response>;

async function listen(answer: Answer): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    respond(answer, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(answer: Answer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const response = await answer(incoming, Buffer.concat(chunks).toString());
  await new Promise((resolve) => setTimeout(resolve, ANSWER_DELAY_MS));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(await response.text());
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
