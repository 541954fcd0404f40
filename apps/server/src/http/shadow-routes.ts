import type { LedgerStore } from '@midwatch/core/incident';
import { compareShadow } from '@midwatch/ledger';
import { parseWindow, windowParameters } from './accuracy-routes.js';
import type { Route } from './route.js';
import { shadowsSchema } from './shadow-schemas.js';

/** Each shadow beside the analyzer that was shown. */
export function shadowRoutes(ledger: LedgerStore): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/accuracy/shadow',
      operationId: 'compare-shadow',
      summary: 'Each shadow of a window beside what was shown: who agrees, who was right, what it took',
      access: 'viewer',
      parameters: windowParameters,
      answers: {
        200: { description: 'The comparisons, those of most incidents first', schema: shadowsSchema },
        400: { description: 'A parameter cannot be read' },
      },
      handle: async (context) => context.json(await compareShadow(ledger, parseWindow(context.req.query()))),
    },
  ];
}
