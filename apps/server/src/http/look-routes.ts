import type { SeenBefore, Store } from '@midwatch/core/incident';
import { type LookRecord, readLook } from '@midwatch/responder';
import { HttpProblem } from './http-problem.js';
import { lookSchema } from './look-schemas.js';
import type { Route } from './route.js';

/** What a look found and what was made of it: for pages, and for who writes about it later. */
export function lookRoutes(store: Pick<Store, 'ledger' | 'steps'>): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/incidents/{id}/look',
      operationId: 'get-look',
      summary: 'One look at an incident: evidence, dossier and analysis',
      access: 'viewer',
      parameters: [
        { name: 'id', in: 'path', description: "The incident's id", schema: { type: 'string' } },
        {
          name: 'number',
          in: 'query',
          description: 'Which look; the newest by default',
          schema: { type: 'integer', minimum: 1, maximum: 99 },
        },
      ],
      answers: {
        200: { description: 'The look', schema: lookSchema },
        400: { description: 'A parameter cannot be read' },
        404: { description: 'There is no such look, or none has ended yet' },
      },
      handle: async (context) => {
        const number = parseNumber(context.req.query('number'));
        const found = await readLook(store, context.req.param('id') ?? '', number);
        if (found === undefined)
          throw new HttpProblem(404, 'no-look', 'there is no such look, or none has ended yet');
        const { seenBefore = [] } = found.look;
        const settled = await Promise.all(seenBefore.map((each) => withSettlement(store, each)));
        return context.json({ ...toAnswer(found), seenBefore: settled });
      },
    },
  ];
}

function toAnswer({ analysis, isPending, look, number, numbers }: LookRecord) {
  const { collection, dossier, evidence, nowMs } = look;
  const { fence: _, ...read } = dossier;
  return {
    ...{ number, numbers, atMs: nowMs, isPending },
    ...{ evidence, sources: collection.sources, dossier: read, analysis },
  };
}

/** What people say of it now, which may be more than when it was shown. A ledger that does not answer leaves that out. */
async function withSettlement({ ledger }: Pick<Store, 'ledger'>, seen: SeenBefore) {
  const { outcomes } = await ledger.history(seen.key).catch(() => ({ outcomes: [] }));
  const last = outcomes.at(-1);
  // Who said it goes with the incident.
  if (last === undefined || last.by === '') return seen;
  const { atMs, by, judgement } = last;
  return { ...seen, incidentId: seen.key, settled: { judgement, by, atMs } };
}

function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new HttpProblem(400, 'bad-number', '`number` must be a whole number from 1 to 99');
}
