import { type WatchOptions, watchItself } from '@midwatch/responder';
import { keepDoing } from './keep-doing.js';

/** Looks at Midwatch itself once a minute. Gives what ends it, and waits for a look that is under way. */
export function keepWatch(options: WatchOptions, onError: (error: unknown) => void): () => Promise<void> {
  return keepDoing({ firstAfterMs: 10_000, everyMs: 60_000, onError }, () => watchItself(options));
}
