import { basename } from 'node:path';
import type { ConnectorV1 } from '@midwatch/core';
import { createOtlpFileConnector } from '../otlp-file-connector.js';
import { openFile } from './open-file.js';

export interface DeploysFileConnectorOptions {
  /** Of a JSON list of changes, gzip or not, at most 32 MiB; a relative one is from where the process was started. */
  readonly path: string;
  /** @default 'deploys-file' */
  readonly id?: string | undefined;
  readonly covers?: ConnectorV1['covers'] | undefined;
}

/**
 * Changes from a file that CI, scripts or people go on writing: it is read anew for every query, so that a server sees what
 * was added since it started. Replace the file at once (write another, rename it): half a list is a `bad-response`.
 */
export function createDeploysFileConnector(options: DeploysFileConnectorOptions): ConnectorV1 {
  const { covers, id = 'deploys-file', path } = options;
  // A connector over files keeps what it has read; this one is made anew instead.
  const read = () =>
    createOtlpFileConnector({ id, covers, deploys: { name: basename(path), open: () => openFile(path) } });
  const { sources, ...connector } = read();
  const { limits } = sources.deploys ?? { limits: { maxItems: 0 } };
  return {
    ...connector,
    sources: {
      deploys: {
        limits,
        async doQuery(query, call) {
          const { deploys } = read().sources;
          return deploys === undefined
            ? { signals: [], gaps: [], provenance: [] }
            : deploys.doQuery(query, call);
        },
      },
    },
  };
}
