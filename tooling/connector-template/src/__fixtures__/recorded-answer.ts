import type { CallContextV1, SignalKind, SignalQueryByKind, TimeWindow } from '@midwatch/core';
import { createTemplateConnector } from '../template-connector.js';

/** 03:00 to 03:05 on 1 October 2026, around everything that was recorded. */
export const window: TimeWindow = { startMs: 1790823600000, endMs: 1790823900000 };

export function createCall(fetch: CallContextV1['fetch']): CallContextV1 {
  return { signal: new AbortController().signal, deadlineAtMs: Date.now() + 5000, fetch };
}

/** Asks a connector to which the vendor gives these answers, by path, and otherwise 404; `sent` is the parameters of the first request. */
export async function askRecorded<K extends SignalKind>(
  kind: K,
  answers: Readonly<Record<string, unknown>>,
  more: Partial<SignalQueryByKind[K]> = {},
) {
  const sent: URLSearchParams[] = [];
  const call = createCall(async (url) => {
    const { pathname, searchParams } = new URL(url);
    sent.push(searchParams);
    return Object.hasOwn(answers, pathname)
      ? Response.json(answers[pathname])
      : new Response('not found', { status: 404 });
  });
  const source = createTemplateConnector({ baseUrl: 'https://api.template.example' }).sources[kind];
  if (source === undefined) throw new TypeError(`no source of ${kind}`);
  const base = { window, target: { service: 'checkout' }, limit: 10, keep: 'newest' };
  const query = { ...base, ...more } as SignalQueryByKind[K];
  const batch = await source.doQuery(query, call);
  return { ...batch, sent: Object.fromEntries(sent[0] ?? []) };
}
