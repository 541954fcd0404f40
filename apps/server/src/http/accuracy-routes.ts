import { type LedgerStore, type TallyDimension, tallyDimensions } from '@midwatch/core/incident';
import { exportAnalyses, readAccuracy } from '@midwatch/ledger';
import { StoreError } from '@midwatch/store';
import { accuracySchema } from './accuracy-schemas.js';
import { HttpProblem } from './http-problem.js';
import { parseTime } from './parse-time.js';
import type { Route, RouteParameter } from './route.js';

const DEFAULT_DAYS = 90;
const DAY_MS = 86_400_000;
/** What is kept, and as much again: nobody asks a database for all of time. */
const MAX_DAYS = 800;

export const windowParameters: readonly RouteParameter[] = [
  {
    name: 'from',
    in: 'query',
    description: `RFC 3339, or milliseconds since 1970; default: ${DEFAULT_DAYS} days before \`to\``,
    schema: { type: 'string' },
  },
  { name: 'to', in: 'query', description: 'Not included; default: now', schema: { type: 'string' } },
];

/** What the analyses were worth, and the analyses themselves, one a line. */
export function accuracyRoutes(ledger: LedgerStore): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/accuracy',
      operationId: 'get-accuracy',
      summary: 'What the analyses of a window were worth, as figures',
      access: 'viewer',
      parameters: [
        ...windowParameters,
        {
          name: 'by',
          in: 'query',
          description: 'Also the figures of each part',
          schema: { type: 'string', enum: tallyDimensions },
        },
      ],
      answers: {
        200: { description: 'The figures', schema: accuracySchema },
        400: { description: 'A parameter cannot be read' },
      },
      handle: async (context) => {
        const by = parseBy(context.req.query('by'));
        const window = parseWindow(context.req.query());
        return context.json(await readAccuracy(ledger, { ...window, ...(by && { by }) }));
      },
    },
    {
      method: 'GET',
      path: '/analyses',
      operationId: 'export-analyses',
      summary: 'The analyses of a window with their outcomes, one JSON object a line, ascending in time',
      access: 'viewer',
      parameters: [
        ...windowParameters,
        {
          name: 'cursor',
          in: 'query',
          description: '`next` of the last line before',
          schema: { type: 'string' },
        },
      ],
      answers: {
        200: {
          description: 'At most 100,000 lines; where there are more, the last is `{"next": cursor}`',
          mediaType: 'application/x-ndjson',
        },
        400: { description: 'A parameter cannot be read' },
      },
      handle: async (context) => {
        const cursor = context.req.query('cursor');
        const pages = exportAnalyses(ledger, {
          ...parseWindow(context.req.query()),
          ...(cursor && { cursor }),
        });
        // The first page before the status: what is refused is refused with words.
        const first = await refused(pages.next());
        return context.body(toStream(first, pages), 200, { 'content-type': 'application/x-ndjson' });
      },
    },
  ];
}

export function parseWindow(given: Readonly<Record<string, string>>) {
  // What was recorded in this very millisecond, too.
  const toMs = parseTime(given['to'], 'to') ?? Date.now() + 1;
  const fromMs = parseTime(given['from'], 'from') ?? toMs - DEFAULT_DAYS * DAY_MS;
  if (fromMs < toMs && toMs - fromMs <= MAX_DAYS * DAY_MS) return { fromMs, toMs };
  throw new HttpProblem(400, 'bad-window', `\`from\` must be before \`to\`, by at most ${MAX_DAYS} days`);
}

function parseBy(text: string | undefined): TallyDimension | undefined {
  if (text === undefined) return undefined;
  const by = tallyDimensions.find((each) => each === text);
  if (by !== undefined) return by;
  throw new HttpProblem(400, 'bad-by', `\`by\` must be one of ${tallyDimensions.join(', ')}`);
}

async function refused<T>(page: Promise<T>): Promise<T> {
  try {
    return await page;
  } catch (error) {
    if (!StoreError.is(error) || error.code !== 'bad-page') throw error;
    throw new HttpProblem(400, 'bad-cursor', '`cursor` must be the `next` of an earlier answer');
  }
}

/** A page is read when the one before was taken. */
function toStream(first: IteratorResult<string>, pages: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let page: Promise<IteratorResult<string>> = Promise.resolve(first);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await page;
      if (done === true) {
        controller.close();
        return;
      }
      controller.enqueue(encoder.encode(value));
      page = pages.next();
      // Told where it is awaited.
      page.catch(() => undefined);
    },
    async cancel() {
      await pages.return(undefined);
    },
  });
}
