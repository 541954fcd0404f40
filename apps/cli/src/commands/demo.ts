import { parseAlertmanager } from '@midwatch/alerts';
import { createToBrief } from '@midwatch/brief';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import { createInvestigate } from '@midwatch/responder';
import { createScenario, scenarioKinds, startSimulator } from '@midwatch/simulator';
import { parseCommandLine, parseWholeNumber } from '../command-line.js';
import { LOCAL_DEADLINE_MS, parts, redactor } from '../investigation-parts.js';
import { printInvestigation } from '../print-investigation.js';
import { createProgress } from '../progress.js';
import type { Command } from '../run-command.js';
import { UsageError } from '../usage-error.js';

const options = {
  scenario: { type: 'string', default: 'pool-exhaustion' },
  seed: { type: 'string' },
  truth: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** The bundled incident, read over HTTP by the same connectors that read real servers. */
export const demoCommand: Command = async (args, terminal) => {
  const { values } = parseCommandLine(args, options);
  const seed = parseWholeNumber(values.seed, 'seed');
  if (!scenarioKinds.includes(values.scenario)) {
    throw new UsageError(`no scenario \`${values.scenario}\`; there are ${scenarioKinds.join(', ')}`, 2);
  }
  const scenario = createScenario({ name: values.scenario, ...(seed === undefined ? {} : { seed }) });
  if (values.truth === true) {
    const { service = null, change = null } = scenario.truth;
    const text = change === null ? 'no change' : JSON.stringify(change);
    const told =
      values.json === true ? JSON.stringify({ service, change }) : `${service ?? 'no fault'}: ${text}`;
    terminal.stdout.write(`${told}\n`);
    return;
  }
  const [alert] = parseAlertmanager(JSON.stringify(scenario.alert)).alerts;
  if (alert === undefined) throw new UsageError('the scenario fires no alert');
  const json = values.json === true;
  if (!json) terminal.stderr.write(`${alert.name}: ${alert.summary ?? ''}\nReading the sources:\n`);
  const simulator = await startSimulator({ scenario, port: 0 });
  try {
    const { nowMs } = scenario;
    // The alert is our own, and so is the host of its runbook.
    const { host: runbooks } = new URL(alert.runbookUrl ?? simulator.lokiUrl);
    const toBrief = createToBrief({ linkHosts: [runbooks] });
    const investigation = await createInvestigate({ ...parts, toBrief })({
      alert,
      nowMs,
      redact: redactor,
      collectDeadlineMs: LOCAL_DEADLINE_MS,
      connectors: [
        createLokiConnector({ baseUrl: simulator.lokiUrl }),
        createPrometheusConnector({ baseUrl: simulator.prometheusUrl }),
        createArgoCdConnector({ baseUrl: simulator.argocdUrl, token: simulator.argocdToken }),
        createJaegerConnector({ baseUrl: simulator.jaegerUrl }),
      ],
      ...(json ? {} : { onEvent: createProgress(terminal) }),
    });
    printInvestigation(investigation, { json, nowMs }, terminal);
  } finally {
    await simulator.close();
  }
};
