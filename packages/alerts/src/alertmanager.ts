import type { AlertBatch } from './alert-batch.js';
import { readAlertGroup } from './alert-group.js';

/**
 * Reads the body of an Alertmanager webhook (version 4). Each alert is decided for itself: the group's `status` may say
 * "resolved" while alerts that were cut off still fire.
 *
 * @throws AlertError when the body is not JSON or holds no `alerts`.
 */
export function parseAlertmanager(body: string): AlertBatch {
  return readAlertGroup(body, {
    source: 'alertmanager',
    expected: 'the JSON that Alertmanager sends to a webhook (version 4)',
  });
}
