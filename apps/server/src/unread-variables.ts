/** All that the server reads, but for OpenTelemetry's: the table of the README. */
export const serverVariables = [
  'PORT',
  'HOST',
  'LOG_LEVEL',
  'DATABASE_URL',
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_BASE_URL',
  'GRAFANA_DASHBOARD_UID',
  'GRAFANA_TOKEN',
  'GRAFANA_URL',
  'MIDWATCH_BUDGET_DAY_USD',
  'MIDWATCH_BUDGET_INCIDENT_USD',
  'MIDWATCH_BUDGET_SERVICE_DAY_USD',
  'MIDWATCH_CONFIG',
  'MIDWATCH_DATABASE',
  'MIDWATCH_GRAFANA_SECRET',
  'MIDWATCH_GRAFANA_TIMESTAMP_HEADER',
  'MIDWATCH_LARGER_MODEL',
  'MIDWATCH_MODEL',
  'MIDWATCH_NOTIFY_SECRET',
  'MIDWATCH_NOTIFY_URL',
  'MIDWATCH_PAGERDUTY_SECRETS',
  'MIDWATCH_READ_TOKEN',
  'MIDWATCH_REVIEW_MODEL',
  'MIDWATCH_SHADOW_MODEL',
  'MIDWATCH_SHADOW_PROMPT_FILE',
  'MIDWATCH_SNS_TOPICS',
  'MIDWATCH_TOKENS',
  'MIDWATCH_WEBHOOK_TOKEN',
  'PAGERDUTY_API_URL',
  'PAGERDUTY_FROM',
  'PAGERDUTY_TOKEN',
  'SLACK_API_URL',
  'SLACK_BOT_TOKEN',
  'SLACK_CHANNEL',
  'SLACK_SIGNING_SECRET',
  'SLACK_USERS',
  'SLACK_WEBHOOK_URL',
  'TEAMS_WEBHOOK_URL',
] as const;

/** Beyond that, and for names as short as `PORT`, another program's variable is as likely. */
const MOST_EDITS = 2;
const LEAST_LENGTH = 10;

export interface UnreadVariable {
  readonly name: string;
  /** Which is not set. */
  readonly meant: string;
}

/** Variables that nobody reads, and that are spelt almost like one that is not set: a token left out by that opens what it should close. */
export function findUnreadVariables(
  environment: Readonly<Record<string, string | undefined>>,
): readonly UnreadVariable[] {
  const isSet = (name: string) => Boolean(environment[name]?.trim());
  const missing = serverVariables.filter((name) => name.length >= LEAST_LENGTH && !isSet(name));
  const known = new Set<string>(serverVariables);
  return Object.keys(environment)
    .filter((name) => !known.has(name) && isSet(name))
    .flatMap((name) => {
      const meant = missing.find((candidate) => isAlmost(name.toUpperCase(), candidate));
      return meant === undefined ? [] : [{ name, meant }];
    });
}

/** Whether at most so many letters were left out, added or changed. */
function isAlmost(written: string, meant: string): boolean {
  if (Math.abs(written.length - meant.length) > MOST_EDITS) return false;
  let above = Array.from({ length: meant.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...written].entries()) {
    const edits = [row + 1];
    for (const [column, other] of [...meant].entries()) {
      const changed = (above[column] ?? 0) + (letter === other ? 0 : 1);
      edits.push(Math.min(changed, (above[column + 1] ?? 0) + 1, (edits[column] ?? 0) + 1));
    }
    above = edits;
  }
  return (above[meant.length] ?? 0) <= MOST_EDITS;
}
