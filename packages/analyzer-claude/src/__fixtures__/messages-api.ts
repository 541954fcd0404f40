import type { FetchLike } from '@midwatch/core';

export const secret = ['sk', 'ant', 'test-0123456789abcdef'].join('-');
/** Stands in bodies of the server, and must stand in no error. */
export const bodyMark = 'only-in-the-body-91c2';

export const rightAnswer = {
  timeline: [
    { at: '2026-11-01T03:04:00Z', text: 'ledger begins to wait', evidence: ['T1'] },
    { at: '2026-11-01T02:51:00.000Z', text: 'the limit of ledger is lowered', evidence: ['D1'] },
  ],
  hypotheses: [
    {
      statement: 'ledger waits for connections since limits.connections went from 80 to 8.',
      service: 'ledger',
      change: 'D1',
      evidence: ['D1', 'T1'],
      disprovedBy: 'Calls of ledger that wait just as long with a limit of 80.',
    },
  ],
  verdict: 'cause-found',
  confidence: 'HIGH',
  confidenceReason: 'The change and the waits fit in time and in mechanism.',
  summary: 'ledger lacks connections. Its limit was lowered from 80 to 8. storefront waits for it.',
  advice: [
    { action: 'investigate', service: 'ledger', change: null, reason: 'See whether waits end.', evidence: ['T1'] },
    { action: 'rollback', service: 'ledger', change: 'D1', reason: 'It restores the limit of 80.', evidence: ['D1'] },
  ],
};

export const usage = {
  input_tokens: 6000,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: 900,
  output_tokens_details: { thinking_tokens: 300 },
  service_tier: 'standard',
};

/** A message as the API sends it: thinking first, then the text. */
export function toMessage(text: string, given: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-5-5',
    content: [
      { type: 'thinking', thinking: '', signature: 'c2ln' },
      { type: 'text', text },
    ],
    stop_reason: 'end_turn',
    stop_sequence: null,
    stop_details: null,
    usage,
    ...given,
  };
}

export const rightMessage = toMessage(JSON.stringify(rightAnswer));

export function toErrorBody(type: string, given: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    type: 'error',
    error: { type, message: `${bodyMark} for ${secret}`, ...given },
    request_id: 'req_01',
  };
}

export function reply(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'request-id': 'req_01', ...headers },
  });
}

export interface SentRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly redirect: string | undefined;
}

/** Answers in turn, the last one for good. What it was sent stands in `requests`. */
export function scriptedFetch(...replies: (() => Response | Promise<Response>)[]) {
  const requests: SentRequest[] = [];
  const fetch: FetchLike = async (url, init) => {
    const next = replies[Math.min(requests.length, replies.length - 1)];
    requests.push({
      url,
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: String(init?.body),
      redirect: init?.redirect,
    });
    if (next === undefined) throw new TypeError('no reply is scripted');
    return next();
  };
  return { fetch, requests };
}
