import { describeStopped } from '@midwatch/responder';
import { pages } from '@midwatch/web/pages';
import { findConfig, loadConfig, type MidwatchConfig, readBriefSettings, UsageError } from 'midwatch/config';
import { sayActions } from './actions/say-actions.js';
import { createLog, readLogLevel } from './create-log.js';
import { type Environment, readEnvironment, type ServerSettings } from './environment.js';
import { roles } from './http/index.js';
import { readVersion } from './read-version.js';
import { secretsOf } from './secrets-of.js';
import { simulateSources } from './simulated-sources.js';
import { type RunningServer, startServer } from './start-server.js';
import { openTracing } from './telemetry/open-tracing.js';
import type { Output } from './terminal-notifier.js';
import { findUnreadVariables } from './unread-variables.js';

export interface ServerProcess {
  readonly environment: Environment;
  /** Where the configuration and the database are looked for. */
  readonly folder: string;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Reads what is configured, starts the server and says where it is. `undefined` when it cannot start: the reason is printed. */
export async function runServer(process: ServerProcess): Promise<RunningServer | undefined> {
  const { environment, folder, stdout, stderr } = process;
  for (const { meant, name } of findUnreadVariables(environment))
    stderr.write(`midwatch-server: ${name} is set, and nothing reads it; is ${meant} meant?\n`);
  try {
    const settings = readEnvironment(environment, folder);
    const level = readLogLevel(environment['LOG_LEVEL']);
    const file = settings.configFile ?? findConfig(folder);
    const simulated = file === undefined ? simulateSources(Date.now()) : undefined;
    const config: MidwatchConfig =
      simulated === undefined ? await loadConfig(file, folder) : { connectors: simulated.connectors };
    const { services } = config;
    const log = createLog({ level, secrets: secretsOf(settings) });
    const server = await startServer({
      settings,
      connectors: config.connectors,
      ...(config.notifiers === undefined ? {} : { notifiers: config.notifiers }),
      ...(config.rules === undefined ? {} : { rules: config.rules }),
      ...(config.remediation === undefined ? {} : { remediation: config.remediation }),
      ...(config.genericWebhook === undefined ? {} : { genericWebhook: config.genericWebhook }),
      brief: await readBriefSettings(config),
      plan: simulated?.plan ?? (services === undefined ? {} : { services }),
      ...(simulated === undefined ? {} : { collectDeadlineMs: simulated.collectDeadlineMs }),
      ...(pages === undefined ? {} : { pages }),
      log,
      tracing: await openTracing({ environment, log, version: readVersion() }),
      output: stdout,
      color: stdout.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb',
    });
    const sources = config.connectors.map(({ id }) => id).join(', ');
    stdout.write(`Midwatch listens on ${server.url}\n`);
    if (pages !== undefined) stdout.write(`  pages: ${server.url}/\n`);
    stdout.write(
      `  sources: ${sources}${simulated === undefined ? '' : ' (simulated: no midwatch.config.ts here)'}\n`,
    );
    stdout.write(`  briefs go to: ${server.notifierIds.join(', ')}\n`);
    const lacksButtons = settings.slack === undefined && server.notifierIds.includes('slack');
    if (lacksButtons) stdout.write('  buttons in Slack: none (no SLACK_SIGNING_SECRET)\n');
    stdout.write(
      `  analyzer: ${settings.claude === undefined ? 'the evidence alone (no ANTHROPIC_API_KEY)' : settings.claude.shadow === undefined ? 'Claude' : 'Claude, with a shadow beside it'}\n`,
    );
    for (const line of sayActions(config, settings)) stdout.write(`  ${line}\n`);
    if (server.stopped !== undefined)
      stdout.write(`  ${describeStopped(server.stopped)}; \`midwatch resume\` allows them again\n`);
    stdout.write(`  tokens: ${countTokens(settings)}\n`);
    if (simulated !== undefined) stdout.write(`  try: ${exampleCurl(server.url, simulated.service)}\n`);
    return server;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    stderr.write(`midwatch-server: ${error.message}\n`);
    if (!(error instanceof UsageError) && environment['MIDWATCH_DEBUG']) stderr.write(`${error.stack}\n`);
    return undefined;
  }
}

/** `1 webhook, 2 viewer` */
function countTokens({ tokens }: ServerSettings): string {
  const counted = roles.flatMap((role) => {
    const count = tokens.filter((token) => token.role === role).length;
    return count === 0 ? [] : [`${count} ${role}`];
  });
  return counted.length === 0 ? 'none, so only this machine is answered' : counted.join(', ');
}

function exampleCurl(url: string, service: string): string {
  const body = `{"name":"HighLatency","status":"firing","service":"${service}","startsAt":"'$(date -u +%FT%TZ)'"}`;
  return `curl -H 'content-type: application/json' -d '${body}' ${url}/webhooks/generic`;
}
