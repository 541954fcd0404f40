// Everything outside of the Worker, in Node on one port: simulated sources, Slack's stand-in, a model, and the same incident
// through the Node server's parts.
import { createServer, type IncomingMessage } from 'node:http';
import { createSlackStandIn } from '@midwatch/notifier-slack/stand-in';
import { createScenario, createSimulatorFetch, type Scenario } from '@midwatch/simulator';
import { investigateInNode } from './node-brief.js';

const answer = {
  timeline: [],
  hypotheses: [
    {
      statement: 'api-gateway waits for connections since its pool was cut.',
      service: 'api-gateway',
      change: 'D1',
      evidence: ['D1', 'T1'],
      disprovedBy: 'The same waits with the old limit.',
    },
  ],
  verdict: 'cause-found',
  confidence: 'HIGH',
  confidenceReason: 'The change and the waits agree.',
  summary: 'api-gateway lacks connections since its pool was cut.',
  advice: [
    { action: 'rollback', service: 'api-gateway', change: 'D1', reason: 'It undoes the cut.', evidence: ['D1'] },
  ],
};

const message = {
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-5-5', stop_reason: 'end_turn' },
  content: [{ type: 'text', text: JSON.stringify(answer) }],
  usage: { input_tokens: 6000, output_tokens: 900 },
};

/** What is asked about the cause, and, for a second model, about an action. */
async function toAnswer(request: Request): Promise<object> {
  const asked = (await request.json()) as { output_config?: { format?: { schema?: { properties?: object } } } };
  if (!('answer' in (asked.output_config?.format?.schema?.properties ?? {}))) return message;
  const review = { reason: 'As the findings say.', answer: 'no-veto' };
  return { ...message, content: [{ type: 'text', text: JSON.stringify(review) }] };
}

export default async function openWorld(): Promise<() => Promise<void>> {
  const scenario = createScenario({ name: 'pool-exhaustion' });
  const simulator = createSimulatorFetch(scenario);
  let slack = createSlackStandIn();
  let refusals = 0;
  const requests = { count: 0 };
  const server = createServer((incoming, outgoing) => {
    const send = async () => {
      const request = await toRequest(incoming, scenario);
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === '/messages') return Response.json({ messages: slack.messages, requests: slack.requests });
      if (pathname === '/alert') return Response.json(scenario.alert);
      if (pathname === '/node-brief') return Response.json(await investigateInNode(scenario, worldUrl));
      if (pathname === '/requests') return Response.json(requests);
      if (pathname === '/reset') {
        const scopes = searchParams.get('scopes')?.split(' ');
        slack = createSlackStandIn({ scopes });
        refusals = Number(searchParams.get('refusals'));
        requests.count = 0;
        return new Response('');
      }
      requests.count += 1;
      if (pathname.startsWith('/api/') && refusals > 0) {
        refusals -= 1;
        return new Response('down today', { status: 503 });
      }
      if (pathname.startsWith('/api/')) return slack.handle(request);
      if (pathname.startsWith('/claude/')) return Response.json(await toAnswer(request));
      return simulator(request);
    };
    send().then(
      async (response) => {
        outgoing.writeHead(response.status, Object.fromEntries(response.headers));
        outgoing.end(Buffer.from(await response.arrayBuffer()));
      },
      (error: unknown) => outgoing.writeHead(500).end(String(error)),
    );
  });
  const port = Number(process.env['MIDWATCH_WORLD_PORT']);
  const worldUrl = `http://127.0.0.1:${port}`;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  // The simulator makes its data when first asked: without this the first test's sources answer late.
  await investigateInNode(scenario, worldUrl);
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

async function toRequest(incoming: IncomingMessage, scenario: Scenario): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  if (incoming.url?.startsWith('/argocd')) headers.set('authorization', `Bearer ${scenario.argocdToken}`);
  const method = incoming.method ?? 'GET';
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.concat(chunks) };
  return new Request(`http://127.0.0.1${incoming.url}`, { method, headers, ...body });
}
