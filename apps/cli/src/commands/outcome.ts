import { judgements } from '@midwatch/core/incident';
import * as z from 'zod';
import { parseCommandLine } from '../command-line.js';
import { toShownLine } from '../doctor/shown-text.js';
import type { Command } from '../run-command.js';
import { UsageError } from '../usage-error.js';

const options = {
  service: { type: 'string' },
  cause: { type: 'string' },
  server: { type: 'string' },
} as const;

const DEFAULT_SERVER = 'http://127.0.0.1:8484';
const DEADLINE_MS = 10_000;

const answerSchema = z.union([
  z.object({ outcome: z.enum(['done', 'repeated']) }),
  z.object({ error: z.object({ message: z.string(), problems: z.array(z.string()).optional() }) }),
]);

/** Settles whether an analysis was right, at the server: it knows who the token is of, and edits the message. */
export const outcomeCommand: Command = async (args, { environment, stdout }) => {
  const names = ['INCIDENT', judgements.join('|')];
  const { positionals, values } = parseCommandLine(args, options, names);
  const [incident = '', judgement = ''] = positionals;
  if (!judgements.some((each) => each === judgement))
    throw new UsageError(`${names[1]} is expected, got \`${toShownLine(judgement, 40)}\``, 2);
  const { cause, server = environment['MIDWATCH_SERVER']?.trim() || DEFAULT_SERVER, service } = values;
  const token = environment['MIDWATCH_TOKEN']?.trim();
  const said = {
    ...{ judgement, via: 'cli' },
    ...(service === undefined ? {} : { service }),
    ...(cause === undefined ? {} : { cause }),
  };
  await post(toUrl(server, incident), said, token);
  stdout.write(`${toShownLine(incident, 80)} is judged ${judgement}.\n`);
};

function toUrl(server: string, incident: string): URL {
  const base = server.endsWith('/') ? server : `${server}/`;
  const path = `incidents/${encodeURIComponent(incident)}/outcome`;
  if (!/^https?:/.test(base) || !URL.canParse(path, base))
    throw new UsageError('--server takes the address of the server, such as http://127.0.0.1:8484', 2);
  return new URL(path, base);
}

async function post(url: URL, body: object, token: string | undefined): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    // A token goes to the server that was named, and nowhere else.
    redirect: 'error',
    signal: AbortSignal.timeout(DEADLINE_MS),
  }).catch(() => {
    throw new UsageError(`${url.origin} does not answer; name the server with --server URL`);
  });
  const answer = answerSchema.safeParse(await response.json().catch(() => undefined));
  if (!answer.success) throw new UsageError(`${url.origin} answered ${response.status}, and is no Midwatch`);
  if ('outcome' in answer.data) return;
  const { message, problems = [] } = answer.data.error;
  const hint = response.status === 401 ? '; MIDWATCH_TOKEN holds it' : '';
  throw new UsageError(toShownLine([message, ...problems].join('; '), 500) + hint);
}
