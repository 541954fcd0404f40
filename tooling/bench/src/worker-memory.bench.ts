// The memory of one incident in a Worker: the minified bundle in a workerd of its own, with sources that answer until the
// 8 MiB of one collection are used up. The heap is asked over the inspector every few milliseconds, with and without collecting
// garbage first; the process by VmHWM, which also holds D1, R2 and all else that workerd stands in for.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createScenario, createSimulatorFetch } from '@midwatch/simulator';
import { runBundle } from '@midwatch/worker/run-bundle';
import { printResult } from './bench-result.ts';

/** Of an isolate: https://developers.cloudflare.com/workers/platform/limits/#memory */
const LIMIT_BYTES = 128 * 1024 * 1024;
const SAMPLE_EVERY_MS = 5;
const DEADLINE_MS = 120_000;
const MEGABYTE = 1024 * 1024;

interface Peaks {
  readonly idleBytes: number;
  readonly peakBytes: number;
  readonly processBytes: number;
  readonly bodyBytes: number;
  readonly samples: number;
}

/** Bytes added to each log line: the bodies are about as much as may be read, and far more. */
const RUNS = [
  { padding: 1_200, isCollecting: true },
  { padding: 6_000, isCollecting: true },
  { padding: 1_200, isCollecting: false },
];
for (const { isCollecting, padding } of RUNS) {
  const { bodyBytes, idleBytes, peakBytes, processBytes, samples } = await measure(padding, isCollecting);
  const toMegabytes = (bytes: number) => Math.round((10 * bytes) / MEGABYTE) / 10;
  printResult({
    name: `worker-memory.${isCollecting ? 'live' : 'with-garbage'}.sources-sent-${toMegabytes(bodyBytes)}-MiB`,
    value: toMegabytes(peakBytes),
    unit: `MiB at most in ${samples} samples, idle ${toMegabytes(idleBytes)}; process grew by ${toMegabytes(processBytes)}`,
    ratio: Math.round((100 * peakBytes) / LIMIT_BYTES) / 100,
  });
  if (peakBytes >= LIMIT_BYTES) process.exitCode = 1;
}

async function measure(padding: number, isCollecting: boolean): Promise<Peaks> {
  const sources = await startSources(padding);
  const worker = await runBundle({
    MIDWATCH_WEBHOOK_TOKEN: 'token-of-whoever-sends',
    MIDWATCH_READ_TOKEN: 'token-of-whoever-reads',
    MIDWATCH_COLLECT_DEADLINE_MS: '20000',
    LOKI_URL: `${sources.url}/loki`,
    PROMETHEUS_URL: `${sources.url}/prometheus`,
    JAEGER_URL: `${sources.url}/jaeger`,
    ARGOCD_URL: `${sources.url}/argocd`,
    ARGOCD_TOKEN: sources.token,
  });
  try {
    const heap = await openHeap(worker.inspectorUrl);
    await heap.read(true);
    await fetch(`${worker.url}/healthz`);
    const idleBytes = await heap.read(false);
    const idleProcessBytes = readProcessPeak(worker.processId);
    await send(`${worker.url}/webhooks/alertmanager`, sources.alert);
    let [peakBytes, samples] = [idleBytes, 0];
    const untilMs = Date.now() + DEADLINE_MS;
    while (!worker.log().includes('"kind":"collect"')) {
      if (Date.now() > untilMs) throw new Error(`nothing was collected: ${worker.log().slice(-1_000)}`);
      peakBytes = Math.max(peakBytes, await heap.read(isCollecting));
      samples += 1;
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
    }
    heap.close();
    if (!worker.log().includes('"outcome":"done"')) throw new Error('the collection failed');
    const processBytes = readProcessPeak(worker.processId) - idleProcessBytes;
    return { idleBytes, peakBytes, processBytes, samples, bodyBytes: sources.sentBytes() };
  } finally {
    await worker.close();
    sources.close();
  }
}

async function send(url: string, body: string): Promise<void> {
  const headers = { authorization: 'Bearer token-of-whoever-sends' };
  const response = await fetch(url, { method: 'POST', headers, body });
  if (response.status !== 202) throw new Error(`the alert was answered with ${response.status}`);
}

/** The simulated sources, whose log lines are longer by so many bytes that no other line has. */
async function startSources(padding: number) {
  const scenario = createScenario({ name: 'pool-exhaustion' });
  const simulator = createSimulatorFetch(scenario);
  let [bytes, lines] = [0, 0];
  const pad = (line: string) => {
    lines += 1;
    const words = Array.from(
      { length: Math.ceil(padding / 12) },
      (_, index) => ((lines * 7919 + index) * 2654435761) % 1e11,
    );
    return `${line} ${words.join(' ').slice(0, padding)}`;
  };
  const server = createServer((incoming, outgoing) => {
    const answer = async () => {
      let body = '';
      for await (const chunk of incoming) body += String(chunk);
      const headers = new Headers(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      );
      if (incoming.url?.startsWith('/argocd')) headers.set('authorization', `Bearer ${scenario.argocdToken}`);
      const { method = 'GET' } = incoming;
      const init = { method, headers, ...(method === 'POST' ? { body } : {}) };
      const response = await simulator(`http://simulator${incoming.url}`, init);
      const text = await response.text();
      const padded = padding > 0 && incoming.url?.startsWith('/loki') ? padLines(text, pad) : text;
      bytes += Buffer.byteLength(padded);
      outgoing.writeHead(response.status, { 'content-type': 'application/json' }).end(padded);
    };
    answer().catch((error: unknown) => outgoing.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    token: scenario.argocdToken,
    alert: JSON.stringify(scenario.alert),
    sentBytes: () => bytes,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function padLines(text: string, pad: (line: string) => string): string {
  const answer = JSON.parse(text) as {
    data?: { resultType?: string; result?: { values: [string, string, ...unknown[]][] }[] };
  };
  if (answer.data?.resultType !== 'streams') return text;
  for (const stream of answer.data.result ?? []) {
    for (const entry of stream.values) entry[1] = pad(entry[1]);
  }
  return JSON.stringify(answer);
}

/** Asks the isolate how much it holds: objects, and the bytes outside of the heap that they own. */
async function openHeap(url: string) {
  const socket = new WebSocket(url, { headers: { origin: 'http://127.0.0.1' } });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  let last = 0;
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
    if (id === undefined) return;
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  const ask = (method: string) =>
    new Promise<unknown>((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      socket.send(JSON.stringify({ id: last, method }));
    });
  await ask('Runtime.enable');
  await ask('HeapProfiler.enable');
  return {
    async read(isCollecting: boolean): Promise<number> {
      // Done when the isolate runs next, and answered then.
      if (isCollecting) void ask('HeapProfiler.collectGarbage');
      const usage = (await ask('Runtime.getHeapUsage')) as {
        readonly usedSize: number;
        readonly embedderHeapUsedSize?: number;
        readonly backingStorageSize?: number;
      };
      return usage.usedSize + (usage.embedderHeapUsedSize ?? 0) + (usage.backingStorageSize ?? 0);
    },
    close: () => socket.close(),
  };
}

/** The largest resident set so far of the processes that wrangler has started, together. */
function readProcessPeak(parent: number): number {
  let bytes = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      if (!/^Name:\s+workerd/m.test(status) || !descends(Number(name), parent)) continue;
      bytes += 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    } catch {
      // It has ended meanwhile.
    }
  }
  return bytes;
}

function descends(process: number, ancestor: number): boolean {
  for (let id = process; id > 1; ) {
    if (id === ancestor) return true;
    id = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0);
  }
  return false;
}
