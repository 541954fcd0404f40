import type { ChangeQuery, Redactor, Store } from '@midwatch/core/incident';
import { MAX_LISTED_CHANGES } from '../changes/changes-path.js';
import { MAX_AHEAD_MS, readChanges } from '../changes/read-changes.js';
import { changeListSchema, recordedChangesSchema, toldChangesSchema } from './answer-schemas.js';
import { HttpProblem } from './http-problem.js';
import { parseTime } from './parse-time.js';
import { readText } from './read-body.js';
import type { Route, RouteContext, RouteParameter } from './route.js';

export interface ChangeRoutesOptions {
  readonly store: Pick<Store, 'changes'>;
  /** What is told is redacted before it is stored. */
  readonly redact: Redactor | 'none';
  /** Epoch milliseconds. @default the wall clock */
  readonly now?: (() => number) | undefined;
}

const MAX_CHANGES = 1_000;
const MAX_PROBLEMS = 20;
const DEFAULT_LIMIT = 100;
const DAY_MS = 24 * 3_600_000;

const time = 'RFC 3339, or milliseconds since 1970';
const parameters: readonly RouteParameter[] = [
  {
    name: 'start',
    in: 'query',
    description: `${time}; a day before \`end\` by default`,
    schema: { type: 'string' },
  },
  {
    name: 'end',
    in: 'query',
    description: `${time}; not included; now by default`,
    schema: { type: 'string' },
  },
  { name: 'service', in: 'query', description: 'Of this service only', schema: { type: 'string' } },
  {
    name: 'namespace',
    in: 'query',
    description: 'Of this namespace, or of none',
    schema: { type: 'string' },
  },
  {
    name: 'limit',
    in: 'query',
    description: 'How many at most',
    schema: { type: 'integer', minimum: 1, maximum: MAX_LISTED_CHANGES, default: DEFAULT_LIMIT },
  },
  {
    name: 'keep',
    in: 'query',
    description: 'What is left when there are more',
    schema: { enum: ['newest', 'oldest', 'spread'], default: 'newest' },
  },
];

/** What was changed, as CI, flags, Terraform or people tell it; 202 says that it is kept, and the same again changes nothing. */
export function changeRoutes(options: ChangeRoutesOptions): readonly Route[] {
  const { now = Date.now, store } = options;
  return [
    {
      method: 'POST',
      path: '/changes',
      operationId: 'tell-changes',
      summary: 'Tell of deploys, flags, migrations: one change, or a list',
      access: 'webhook',
      body: { description: 'See docs/changes.md', schema: toldChangesSchema },
      answers: {
        202: { description: 'Kept; the same again changes nothing', schema: recordedChangesSchema },
        400: { description: 'No change of the body can be read' },
      },
      handle: (context) => tell(context, options),
    },
    {
      method: 'GET',
      path: '/changes',
      operationId: 'list-changes',
      summary: 'What was told, ascending in time',
      access: 'viewer',
      parameters,
      answers: {
        200: { description: 'The changes of the window', schema: changeListSchema },
        400: { description: 'A parameter cannot be read' },
      },
      handle: async (context) =>
        context.json(await store.changes.list(parseQuery(context.req.query(), now()))),
    },
  ];
}

async function tell(
  context: RouteContext,
  { now = Date.now, redact, store }: ChangeRoutesOptions,
): Promise<Response> {
  const nowMs = now();
  const items = parseItems(await readBody(context.req.raw));
  const { changes, problems } = readChanges(items, { nowMs, redact });
  const shown = problems.slice(0, MAX_PROBLEMS);
  if (changes.length === 0 && problems.length > 0) {
    throw new HttpProblem(400, 'no-change', 'no change of the body can be read', { problems: shown });
  }
  const recorded = await store.changes.add(changes, nowMs);
  return context.json({ changes: recorded, ...(shown.length === 0 ? {} : { problems: shown }) }, 202);
}

/** The hint of the reader speaks of alerts. */
async function readBody(request: Request): Promise<string> {
  try {
    return await readText(request);
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.status !== 413) throw error;
    throw new HttpProblem(413, error.code, 'the body is too large; tell of fewer changes at a time');
  }
}

/** A list, or one change by itself. */
function parseItems(body: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new HttpProblem(400, 'not-json', 'the body is not JSON; send a change or a list of changes');
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (items.length <= MAX_CHANGES) return items;
  throw new HttpProblem(413, 'too-many-changes', `tell of at most ${MAX_CHANGES} changes at a time`);
}

function parseQuery(given: Readonly<Record<string, string>>, nowMs: number): ChangeQuery {
  const endMs = parseTime(given['end'], 'end') ?? nowMs + MAX_AHEAD_MS + 1;
  const { namespace, service } = given;
  return {
    startMs: parseTime(given['start'], 'start') ?? endMs - DAY_MS,
    endMs,
    ...(service === undefined ? {} : { service }),
    ...(namespace === undefined ? {} : { namespace }),
    limit: parseLimit(given['limit']),
    keep: parseKeep(given['keep']),
  };
}

function parseLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LISTED_CHANGES) return limit;
  throw new HttpProblem(400, 'bad-limit', `\`limit\` must be a whole number from 1 to ${MAX_LISTED_CHANGES}`);
}

function parseKeep(text: string | undefined): ChangeQuery['keep'] {
  if (text === undefined) return 'newest';
  if (text === 'newest' || text === 'oldest' || text === 'spread') return text;
  throw new HttpProblem(400, 'bad-keep', '`keep` must be newest, oldest or spread');
}
