import { accuracyCommand } from './commands/accuracy.js';
import { actionsCommand } from './commands/actions.js';
import { deadCommand } from './commands/dead.js';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { evaluateCommand } from './commands/evaluate.js';
import { exportCommand } from './commands/export.js';
import { importCommand } from './commands/import.js';
import { investigateCommand } from './commands/investigate.js';
import { outcomeCommand } from './commands/outcome.js';
import { patternsCommand } from './commands/patterns.js';
import { replayCommand } from './commands/replay.js';
import { statusCommand } from './commands/status.js';
import { resumeCommand, stopCommand } from './commands/switch.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

export type Command = (args: readonly string[], terminal: Terminal) => Promise<void>;

const commands: ReadonlyMap<string, Command> = new Map([
  ['demo', demoCommand],
  ['investigate', investigateCommand],
  ['eval', evaluateCommand],
  ['patterns', patternsCommand],
  ['replay', replayCommand],
  ['doctor', doctorCommand],
  ['dead', deadCommand],
  ['actions', actionsCommand],
  ['outcome', outcomeCommand],
  ['accuracy', accuracyCommand],
  ['export', exportCommand],
  ['import', importCommand],
  ['stop', stopCommand],
  ['resume', resumeCommand],
  ['status', statusCommand],
]);

const help = `midwatch: from an alert to a cited root cause, read-only

  midwatch demo [--scenario NAME] [--seed N] [--truth] [--json]
      the bundled incident end to end; no key and no server needed
  midwatch investigate ALERT.json [--bundle DIR] [--config FILE] [--no-llm] [--json]
      one alert (an Alertmanager webhook body), against a bundle or the sources of midwatch.config.ts; with
      ANTHROPIC_API_KEY set, Claude judges the redacted dossier, unless --no-llm
  midwatch eval DIR [--analyzer evidence|claude] [--model M] [--limits none] [--without logs|metrics|traces|deploys|incidents] [--rename SEED] [--json]
      every incident bundle in DIR, scored against its truth.json; claude asks the API, within MIDWATCH_BUDGET_...
  midwatch eval DIR --requests OUT.jsonl [--model M] | --responses IN.jsonl [--json]
      writes what the model would be asked as a message batch | scores the results of one as production would let them stand
  midwatch replay INCIDENT [--database FILE] | --bundle DIR [--model M | --shadow] [--json]
      a past incident again, on another model, by today's prompt or by the shadow's (MIDWATCH_SHADOW_...), beside what was said then
  midwatch patterns FILE.csv --json
      groups the lines of the column Content by the statement that printed them
  midwatch doctor [--service NAME] [--bundle DIR | --config FILE] [--json]
      health, permissions, clock, labels and names of each source, and with --service what it would be asked and which other
      names were found; 3 when a source cannot be read, 4 when something else is amiss
  midwatch doctor --what-leaves ALERT.json [--bundle DIR | --config FILE] [--json]
      the very model request, Slack message and webhook payload of one alert; sends none of them
  midwatch dead [--requeue] [--incident ID] [--database FILE] [--json]
      the messages that the server could not deliver; with --requeue they are due again
  midwatch actions INCIDENT | plan INCIDENT [--config FILE] | log [--incident ID] | verify [--head N:HASH] [--database FILE] [--json]
      what Midwatch offered and did for an incident | what it would propose now, with every gate's answer, writing nothing |
      the log of all actions | whether that log is as it was written, up to a head that was kept elsewhere
  midwatch outcome INCIDENT right|partly|wrong|unknown [--service NAME] [--cause TEXT] [--server URL]
      whether the analysis was right, and what the cause truly was, told to the server (MIDWATCH_SERVER, or this machine's)
      with the token MIDWATCH_TOKEN
  midwatch import FILE.jsonl|FOLDER [--database FILE] [--json]
      past incidents and their causes, of JSON lines or post-mortems in Markdown, so that new ones like them say so; all or none
  midwatch stop --reason TEXT [--by NAME] [--database FILE] [--json] | resume [--reason TEXT] [--by NAME] ...
      stops all questions to models and all actions of every server of the database, at once | allows them again
  midwatch status [--database FILE] [--json]
      whether they are stopped, and what Midwatch is blind to: sources, heartbeats, first looks that fail

  midwatch accuracy [--since 90d] [--by service|source-set|model|prompt-version|day|week] [--database FILE] [--json]
      what the analyses were worth: precision with its interval, coverage, calibration, times, cost; settled share beside them
  midwatch accuracy --shadow [--since 90d] [--database FILE] [--json]
      each shadow beside what was shown: agreement, who was right, and whether that is enough to tell
  midwatch export INCIDENT --bundle DIR | --markdown [--database FILE]
      an incident as a bundle for \`midwatch eval\`, with the cause that was settled | the draft of its post-mortem
  midwatch export --analyses FILE.jsonl [--since 400d] [--database FILE]
      every analysis with its outcome, redacted, one a line

--database, of these and replay: a file, or the URL of PostgreSQL; else DATABASE_URL, MIDWATCH_DATABASE, or midwatch.db here.

Colour is off with NO_COLOR or in a pipe. Exit codes: 0 done, 1 cannot be done, 2 wrong usage;
of doctor also 3 and 4.
`;

/** Runs one command line and gives the exit code. What goes wrong is one line on stderr. */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    terminal.stdout.write(help);
    return name === undefined ? 2 : 0;
  }
  const command = commands.get(name);
  try {
    if (command === undefined) {
      throw new UsageError(`unknown command \`${name}\`; there are ${[...commands.keys()].join(', ')}`, 2);
    }
    if (args.includes('--help') || args.includes('-h')) terminal.stdout.write(help);
    else await command(args, terminal);
    return 0;
  } catch (error) {
    terminal.stderr.write(`midwatch: ${oneLine(error)}\n`);
    if (error instanceof UsageError) return error.exitCode;
    // A mistake of ours: whoever reports it needs the place.
    if (terminal.environment['MIDWATCH_DEBUG'] && error instanceof Error)
      terminal.stderr.write(`${error.stack}\n`);
    return 1;
  }
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(/\s*\n\s*/g, ' ').slice(0, 1000);
}
