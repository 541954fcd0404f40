import type { CallContextV1, TimeWindow } from '@midwatch/core';
import type { FileContent, Reading } from './file-content.js';
import { createSharedFile, type SharedFile } from './shared-file.js';

/** A file whose content is asked for window by window. */
export interface WindowedFile<T> {
  /** What lies in the window, and more where the file is small. Rejects as `SharedFile` does. */
  read(window: TimeWindow, call: CallContextV1): Promise<FileContent<T>>;
}

/** Of a large file: an incident's window, its baseline, and the day before. */
const MAX_WINDOWS = 3;
/** Traces and histograms reach over the edges of a window. */
const PADDING_MS = 10 * 60_000;

/**
 * A file that fits is read once for all queries and kept. One that does not is read again for each window, of which the last
 * few are kept, each within the same bound.
 */
export function createWindowedFile<T>(
  connectorId: string,
  name: string,
  start: (window?: TimeWindow) => Reading<T>,
): WindowedFile<T> {
  let whole: SharedFile<T> | undefined = createSharedFile(connectorId, name, () => start());
  const parts = new Map<string, SharedFile<T>>();

  function partOf({ startMs, endMs }: TimeWindow): SharedFile<T> {
    const key = `${startMs} ${endMs}`;
    const padded = { startMs: startMs - PADDING_MS, endMs: endMs + PADDING_MS };
    const part = parts.get(key) ?? createSharedFile(connectorId, name, () => start(padded));
    parts.delete(key);
    parts.set(key, part);
    const [oldest] = parts.keys();
    if (parts.size > MAX_WINDOWS && oldest !== undefined) parts.delete(oldest);
    return part;
  }

  return {
    async read(window, call) {
      if (whole !== undefined) {
        const content = await whole.read(call);
        if (content.isTooLarge !== true) return content;
        whole = undefined;
      }
      return partOf(window).read(call);
    },
  };
}
