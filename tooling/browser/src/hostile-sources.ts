import type { ConnectorV1, DeploySignal, LogSignal, TimeWindow } from '@midwatch/core';

/** Markup, scripts, addresses, turned text and names of prototypes. */
const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script> \u202egnp.exe [x](javascript:alert(1)) L1 {{7*7}}`;

const COUNT = 60;

/** A source whose every text wants something of the page. */
export function createHostileSource(window: TimeWindow): ConnectorV1 {
  const lengthMs = window.endMs - window.startMs;
  const base = (index: number) => {
    const timestampMs = Math.round(window.startMs + lengthMs * (0.8 + (0.15 * index) / COUNT));
    return {
      id: `hostile-${index}`,
      timestampMs,
      timeUnixNano: `${timestampMs}000000`,
      connectorId: 'hostile',
    };
  };
  const url = "javascript:document.title='owned'";
  const logs: LogSignal[] = Array.from({ length: COUNT }, (_, index) => ({
    kind: 'logs',
    ...base(index),
    queryId: 'hostile-logs',
    body: `${HOSTILE} ${index === 0 ? 'x'.repeat(100_000) : ''}`,
    level: 'error',
    service: 'api-gateway',
    attributes: { __proto__: 'x', constructor: HOSTILE },
  }));
  const deploys: DeploySignal[] = [
    {
      kind: 'deploys',
      ...base(0),
      queryId: 'hostile-deploys',
      service: 'api-gateway',
      revision: 'abc',
      summary: HOSTILE,
      actor: HOSTILE,
      changeRequest: HOSTILE,
      changes: [{ path: HOSTILE, before: '"><svg onload=alert(1)>', after: url }],
      phase: 'succeeded',
    },
  ];
  const answer = <Signal extends { readonly timestampMs: number; readonly queryId: string }>(
    signals: readonly Signal[],
    asked: TimeWindow,
  ) => ({
    signals: signals.filter(({ timestampMs }) => timestampMs >= asked.startMs && timestampMs < asked.endMs),
    gaps: [{ reason: 'sampled' as const, detail: HOSTILE }],
    provenance: [
      {
        queryId: signals[0]?.queryId ?? '',
        language: 'text',
        text: HOSTILE,
        window: asked,
        url: 'https://logs.example/x',
      },
    ],
  });
  return {
    specVersion: 'v1',
    id: 'hostile',
    checkHealth: async () => ({ state: 'healthy' }),
    sources: {
      logs: { limits: { maxItems: 1_000 }, doQuery: async (query) => answer(logs, query.window) },
      deploys: { limits: { maxItems: 100 }, doQuery: async (query) => answer(deploys, query.window) },
    },
  };
}
