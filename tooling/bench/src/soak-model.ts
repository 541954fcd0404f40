import { type Front, listenFront, writeUntilGone } from './soak-listen.ts';

const ANSWER_MS = 300;

const answer = {
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-5-5' },
  content: [
    {
      type: 'text',
      text: JSON.stringify({
        timeline: [],
        hypotheses: [],
        ...{ verdict: 'insufficient-evidence', confidence: 'LOW', confidenceReason: 'Little was read.' },
        ...{ summary: 'It cannot be said from this.', advice: [] },
      }),
    },
  ],
  ...{ stop_reason: 'end_turn', usage: { input_tokens: 6_000, output_tokens: 100 } },
};

/** A server of the Messages API of which one answer in five is none: overloaded, cut off, not JSON, hanging, dripping. */
export function openSoakModel(random: () => number): Promise<Front> {
  return listenFront(async (_, outgoing) => {
    const draw = random();
    if (draw < 0.02) return;
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    const send = (status: number, body: object) =>
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (draw < 0.08) send(529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
    else if (draw < 0.12)
      send(429, { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' } });
    else if (draw < 0.15) send(200, { ...answer, stop_reason: 'max_tokens' });
    else if (draw < 0.18)
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"msg_1",');
    else if (draw < 0.2) {
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      await writeUntilGone(outgoing, ' ', { everyMs: 200, maxBytes: 1_000 });
    } else send(200, answer);
  });
}
