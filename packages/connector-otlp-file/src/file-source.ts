import type { SignalByKind, SignalKind, SignalSourceV1 } from '@midwatch/core';
import type { OtlpDecoder } from '@midwatch/core/otlp';
import type { OpenFile } from './byte-stream.js';
import { type FileContent, type Reading, readOtlpFile } from './file-content.js';
import { type Found, toFileBatch, unknownServiceGaps } from './query-file.js';
import { createSharedFile } from './shared-file.js';
import type { OtlpKey } from './window-filter.js';
import { createWindowedFile } from './windowed-file.js';

/** A file by its name, where the name is worth showing. */
export interface NamedFile {
  readonly name: string;
  readonly open: OpenFile;
}

type Find<K extends SignalKind> = (
  all: readonly SignalByKind[K][],
  query: Parameters<SignalSourceV1<K>['doQuery']>[0],
) => Found<SignalByKind[K]>;

/** Reading costs the same whatever is asked, so these only bound what one batch may weigh. */
const maxItems: Readonly<Record<SignalKind, number>> = {
  logs: 200_000,
  metrics: 20_000,
  traces: 20_000,
  deploys: 10_000,
  incidents: 10_000,
};

export interface TelemetrySource<K extends SignalKind> {
  readonly connectorId: string;
  readonly kind: K;
  readonly file: NamedFile;
  readonly key: OtlpKey;
  readonly maxHeldCharacters: number;
  createDecoder(): OtlpDecoder<SignalByKind[K]>;
  find: Find<K>;
  /** The services that a signal names. */
  servicesOf(signal: SignalByKind[K]): readonly string[];
}

/** Answers from a file of OTLP/JSON lines. */
export function createTelemetrySource<K extends SignalKind>(source: TelemetrySource<K>): SignalSourceV1<K> {
  const { connectorId, kind, file, key, maxHeldCharacters, createDecoder, find, servicesOf } = source;
  const windowed = createWindowedFile<SignalByKind[K]>(connectorId, file.name, (window) =>
    readOtlpFile({
      ...{ ...file, connectorId, key, maxHeldCharacters, decoder: createDecoder() },
      ...(window === undefined ? {} : { window }),
    }),
  );
  return {
    limits: { maxItems: maxItems[kind] },
    async doQuery(query, call) {
      const content: FileContent<SignalByKind[K]> = await windowed.read(query.window, call);
      const found = find(content.signals, query);
      const unknown =
        query.target.service === undefined
          ? []
          : unknownServiceGaps(query, file.name, {
              isEmpty: content.signals.length === 0 && (content.services?.size ?? 0) === 0,
              services: content.services ?? new Set(content.signals.flatMap(servicesOf)),
            });
      const gaps = [...unknown, ...found.gaps];
      return toFileBatch(connectorId, file.name, content, { ...found, gaps }, query);
    },
  };
}

/** Answers from a JSON list. */
export function createListSource<K extends 'deploys' | 'incidents'>(
  connectorId: string,
  kind: K,
  file: NamedFile,
  start: () => Reading<SignalByKind[K]>,
  find: Find<K>,
): SignalSourceV1<K> {
  const shared = createSharedFile<SignalByKind[K]>(connectorId, file.name, start);
  return {
    limits: { maxItems: maxItems[kind] },
    async doQuery(query, call) {
      const content: FileContent<SignalByKind[K]> = await shared.read(call);
      return toFileBatch(connectorId, file.name, content, find(content.signals, query), query);
    },
  };
}
