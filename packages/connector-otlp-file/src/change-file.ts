import { ConnectorError, createSignalIds, type DeploySignal, type IncidentSignal } from '@midwatch/core';
import { changeSchema, toDeploySignal } from '@midwatch/core/incident';
import * as z from 'zod';
import { type OpenFile, toPlainBytes } from './byte-stream.js';
import type { FileContent, Reading } from './file-content.js';

const timeSchema = z.number().int().positive().max(8.64e15);

const incidentSchema = z.object({
  timestampMs: timeSchema,
  service: z.string().nullish(),
  namespace: z.string().nullish(),
  title: z.string().min(1),
  reason: z.string().nullish(),
  severity: z.string().nullish(),
  source: z.string().nullish(),
});

const MAX_BYTES = 32 * 1024 ** 2;

export interface ChangeFile {
  readonly connectorId: string;
  readonly name: string;
  readonly open: OpenFile;
}

/** `deploys.json`: deploys, flags, migrations, whatever was changed. Without a version the time tells revisions apart. */
export function readDeployFile(file: ChangeFile): Reading<DeploySignal> {
  const toId = createSignalIds(file.connectorId, 'deploys');
  return readJsonList(file, changeSchema, (change) =>
    toDeploySignal(change, {
      id: toId(String(change.timestampMs), change.service, change.version ?? '', change.summary ?? ''),
      connectorId: file.connectorId,
      queryId: '',
      revision: String(change.timestampMs),
    }),
  );
}

/** `incidents.json`: what some system called a problem. */
export function readIncidentFile(file: ChangeFile): Reading<IncidentSignal> {
  const toId = createSignalIds(file.connectorId, 'incidents');
  return readJsonList(file, incidentSchema, (item) => ({
    kind: 'incidents',
    id: toId(String(item.timestampMs), item.service ?? '', item.title, item.source ?? ''),
    ...originOf(item.timestampMs, file.connectorId),
    title: item.title,
    reason: item.reason ?? item.title,
    state: 'unknown',
    ...given({ service: item.service, namespace: item.namespace, severity: item.severity }),
  }));
}

function originOf(timestampMs: number, connectorId: string) {
  return { timestampMs, timeUnixNano: `${timestampMs}000000`, connectorId, queryId: '' };
}

/** Leaves out what is absent: a key that is present has a value. */
function given<T extends Record<string, string | null | undefined>>(fields: T): { [K in keyof T]?: string } {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(present) as { [K in keyof T]?: string };
}

/** Reads a JSON list whole. Items of another shape are a gap, a file of another shape is an error. */
function readJsonList<Item, T extends { readonly timestampMs: number }>(
  { connectorId, name, open }: ChangeFile,
  schema: z.ZodType<Item>,
  toSignal: (item: Item) => T,
): Reading<T> {
  const stop = new AbortController();

  async function readAll(): Promise<{ content: FileContent<T>; passing: boolean }> {
    const items = parseList(await readText({ connectorId, name, open }, stop.signal), connectorId, name);
    const parsed = items.map((item) => schema.safeParse(item));
    const signals = parsed.flatMap((result) => (result.success ? [toSignal(result.data)] : []));
    signals.sort((left, right) => left.timestampMs - right.timestampMs);
    const first = parsed.findIndex((result) => !result.success);
    if (first < 0) return { content: { signals, gaps: [] }, passing: false };
    const path = parsed[first]?.error?.issues[0]?.path.map(String).join('.') ?? '';
    const missing = { count: items.length - signals.length, exact: true };
    const detail = `${name}: item ${first + 1} is not as it should be${path === '' ? '' : ` (at \`${path}\`)`}`;
    return { content: { signals, gaps: [{ reason: 'invalid-item', missing, detail }] }, passing: false };
  }

  return { soFar: () => ({ signals: [], gaps: [] }), done: readAll(), cancel: () => stop.abort() };
}

async function readText({ connectorId, name, open }: ChangeFile, stop: AbortSignal): Promise<string> {
  let isFileBroken = () => true;
  try {
    const { stream, sourceFailed } = await toPlainBytes(await open(), stop);
    isFileBroken = sourceFailed;
    const decoder = new TextDecoder();
    const parts: string[] = [];
    let bytes = 0;
    for await (const chunk of stream) {
      bytes += chunk.byteLength;
      if (bytes > MAX_BYTES || stop.aborted) {
        throw new ConnectorError({
          code: 'too-large',
          connectorId,
          message: `${name} is larger than 32 MiB`,
        });
      }
      parts.push(decoder.decode(chunk, { stream: true }));
    }
    parts.push(decoder.decode());
    return parts.join('');
  } catch (error) {
    if (ConnectorError.is(error)) throw error;
    if (isFileBroken())
      throw new ConnectorError({ code: 'unreachable', connectorId, message: `${name} cannot be read` });
    const message = `${name} ends in the middle of its gzip data`;
    throw new ConnectorError({ code: 'bad-response', connectorId, message });
  }
}

function parseList(text: string, connectorId: string, name: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (Array.isArray(value)) return value;
  throw new ConnectorError({ code: 'bad-response', connectorId, message: `${name} must be a JSON list` });
}
