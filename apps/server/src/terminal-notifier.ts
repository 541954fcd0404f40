import { renderTerminal } from '@midwatch/brief';
import type { Notifier } from '@midwatch/core/incident';

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** Prints each brief where the server was started: what people see until Slack is configured. */
export function createTerminalNotifier(output: Output, color: boolean): Notifier {
  return {
    id: 'terminal',
    async notify({ brief, deliveryId, incidentId, nowMs }) {
      output.write(`\n${incidentId}\n${renderTerminal(brief, { nowMs, color })}\n`);
      return {
        reference: { notifierId: 'terminal', channel: 'stdout', messageId: deliveryId, editable: false },
      };
    },
  };
}
