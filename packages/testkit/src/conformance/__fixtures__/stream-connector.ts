import { ConnectorError, type ConnectorV1, type Gap, type LogSignal, toQueryId } from '@midwatch/core';
import type { ConformanceScenario, OpenContent } from '../subject.js';

export type StreamMistake =
  | 'waits-past-the-deadline'
  | 'keeps-streams-open'
  | 'part-is-the-whole'
  | 'closed-is-empty'
  | 'oversize-is-empty';

const ID = 'streams';
const MAX_BYTES = 1024 * 1024;

/** A small honest reader of lines `time text`, ended by `end`, and the places where a mistake can be planted in it. */
export function createStreamConnector(
  { count, window, service }: ConformanceScenario,
  open: OpenContent,
  mistake?: StreamMistake,
): ConnectorV1 {
  const has = (name: StreamMistake) => mistake === name;
  const stepMs = (window.endMs - window.startMs) / Math.max(count, 1);
  const lines = Array.from(
    { length: count },
    (_, index) => `${window.startMs + Math.floor(index * stepMs)} line ${index}\n`,
  );
  const content = () => new Blob([...lines, 'end\n']).stream();
  const fail = (code: ConnectorError['code'], message: string) =>
    new ConnectorError({ code, connectorId: ID, message });

  async function readText(ended: Promise<never>): Promise<{ text: string; isBroken: boolean }> {
    let reader: ReadableStreamDefaultReader<Uint8Array>;
    try {
      reader = (await Promise.race([open(content()), ended])).getReader();
    } catch (error) {
      throw ConnectorError.is(error) ? error : fail('unreachable', 'it cannot be opened');
    }
    const decoder = new TextDecoder();
    let text = '';
    try {
      for (;;) {
        const { done, value } = await Promise.race([reader.read(), ended]);
        if (done) return { text, isBroken: false };
        text += decoder.decode(value, { stream: true });
        if (text.length > MAX_BYTES) throw fail('too-large', 'more than 1 MiB');
      }
    } catch (error) {
      if (ConnectorError.is(error)) throw error;
      return { text, isBroken: true };
    } finally {
      if (!has('keeps-streams-open')) void reader.cancel().catch(() => undefined);
    }
  }

  async function readLines(ended: Promise<never>): Promise<{ lines: readonly string[]; gaps: readonly Gap[] }> {
    try {
      const { text, isBroken } = await readText(ended);
      const found = text.split('\n').filter((line) => /^\d+ line \d+$/.test(line));
      const isWhole = !isBroken && text.endsWith('end\n');
      if (isWhole || has('part-is-the-whole')) return { lines: found, gaps: [] };
      if (found.length === 0) throw fail('bad-response', 'there is no line in it');
      return { lines: found, gaps: [{ reason: 'invalid-item', detail: 'it ends in the middle' }] };
    } catch (error) {
      const code = ConnectorError.is(error) ? error.code : undefined;
      const isQuiet =
        (has('closed-is-empty') && code === 'unreachable') ||
        (has('oversize-is-empty') && code === 'too-large');
      if (isQuiet) return { lines: [], gaps: [] };
      throw error;
    }
  }

  return {
    specVersion: 'v1',
    id: ID,
    sources: {
      logs: {
        limits: { maxItems: 1000 },
        async doQuery({ window: asked, limit, keep, target }, call) {
          if (call.signal.aborted) throw fail('aborted', 'the caller gave up');
          let timer: ReturnType<typeof setTimeout> | undefined;
          const leftMs = has('waits-past-the-deadline') ? 60_000 : call.deadlineAtMs - Date.now();
          const ended = new Promise<never>((_, reject) => {
            timer = setTimeout(() => reject(fail('timeout', 'it was not read in time')), leftMs);
          });
          ended.catch(() => undefined);
          const read = await readLines(ended).finally(() => clearTimeout(timer));
          const text = `lines of ${target.service ?? service}`;
          const queryId = toQueryId(ID, text, asked);
          const all = read.lines
            .map((line) => toSignal(line, queryId))
            .filter(({ timestampMs }) => timestampMs >= asked.startMs && timestampMs < asked.endMs);
          const cut: Gap[] = all.length > limit ? [{ reason: 'row-limit' }] : [];
          const provenance = [{ queryId, language: 'stream', text, window: asked }];
          if (target.service !== undefined && target.service !== service) {
            return { signals: [], gaps: [...read.gaps, { reason: 'unmapped-target' }], provenance };
          }
          const signals =
            keep === 'oldest'
              ? all.slice(0, limit)
              : keep === 'newest' || all.length <= limit
                ? all.slice(-limit)
                : all.filter((_, index) => index % Math.ceil(all.length / limit) === 0);
          return { signals, gaps: [...read.gaps, ...cut], provenance };
        },
      },
    },
    checkHealth: () => Promise.resolve({ state: 'healthy' }),
  };
}

function toSignal(line: string, queryId: string): LogSignal {
  const [time = '', ...words] = line.split(' ');
  return {
    kind: 'logs',
    id: `${ID}:${line}`,
    timestampMs: Number(time),
    timeUnixNano: `${time}000000`,
    connectorId: ID,
    queryId,
    body: words.join(' '),
    attributes: {},
  };
}
