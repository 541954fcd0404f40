import { listenHere } from './running-server.js';

interface Asked {
  readonly system: string;
  readonly messages: readonly [{ readonly content: string }];
  readonly output_config: { readonly format: { readonly schema: { readonly properties: object } } };
}

/** What the second model says, or that it says nothing. */
export type SecondWord = 'no-veto' | 'veto' | 'unreachable';

export interface ClaudeServer {
  readonly url: string;
  /** What the second model was asked. */
  readonly reviews: string[];
}

/** Both models on this machine: one that blames the newest change of a service, surely, and one that is asked about an action. */
export async function listenAsClaude(blamed: string, word: SecondWord): Promise<ClaudeServer> {
  const reviews: string[] = [];
  const url = await listenHere((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { messages, output_config } = JSON.parse(body) as Asked;
      const [{ content }] = messages;
      const isReview = 'answer' in output_config.format.schema.properties;
      if (isReview) reviews.push(content);
      const answer = isReview ? { reason: 'As the findings say.', answer: word } : blame(content, blamed);
      const isDown = isReview && word === 'unreachable';
      response.writeHead(isDown ? 503 : 200, { 'content-type': 'application/json' });
      response.end(isDown ? '{}' : claudeMessage(JSON.stringify(answer)));
    });
  });
  return { url, reviews };
}

/** A model's text as the Messages API sends it; `more` stands for what is else in it. */
export function claudeMessage(text: string, more: object = {}): string {
  return JSON.stringify({
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-5-5', stop_reason: 'end_turn' },
    content: [{ type: 'text', text }],
    usage: { input_tokens: 6000, output_tokens: 900 },
    ...more,
  });
}

/** An answer that is sure of it. Ids are those of the dossier: the first change of the service, and whatever else is said of it. */
export function blame(content: string, service: string): object {
  const ids = [...content.matchAll(/^([LMTDI]\d+) \[([^\]]*)\]/gm)].flatMap(([, id, whose]) =>
    whose === service ? [id ?? ''] : [],
  );
  const change = ids.find((id) => id.startsWith('D')) ?? null;
  const evidence = [...new Set(ids)].slice(0, 8);
  return {
    timeline: [],
    hypotheses: [
      {
        statement: `${service} waits for connections since its pool was cut.`,
        ...{ service, change, evidence },
        disprovedBy: 'The same waits with the old limit.',
      },
    ],
    verdict: 'cause-found',
    confidence: 'HIGH',
    confidenceReason: 'The change and the waits agree.',
    summary: `${service} lacks connections since its pool was cut.`,
    advice: [{ action: 'rollback', service, change, reason: 'It undoes the cut.', evidence }],
  };
}
