import { readFile } from 'node:fs/promises';
import { AlertError, parseAlertmanager } from '@midwatch/alerts';
import type { Alert } from '@midwatch/core/incident';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

/** The alert of a file with a webhook body: the first that fires. What else the body holds is said on stderr. */
export async function readAlert(file: string, terminal: Terminal): Promise<Alert> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${file}: cannot be read (${error.code ?? error.message}); give the path of an alert's JSON`,
    );
  });
  try {
    const { alerts, problems } = parseAlertmanager(text);
    for (const { message } of problems) terminal.stderr.write(`midwatch: ${file}: ${message}\n`);
    // A body may hold several: what still burns is looked at first.
    const alert = alerts.find(({ status }) => status === 'firing') ?? alerts[0];
    if (alert === undefined) throw new UsageError(`${file}: holds no alert that can be read`);
    if (alerts.length > 1)
      terminal.stderr.write(`midwatch: ${alerts.length} alerts in ${file}; looking at ${alert.name}\n`);
    return alert;
  } catch (error) {
    if (AlertError.is(error)) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}
