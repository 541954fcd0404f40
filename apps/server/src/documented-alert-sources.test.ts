import { readFileSync } from 'node:fs';
import { datadogPayload } from '@midwatch/alerts';
import { expect, it } from 'vitest';
import { webhookSources } from './http/webhook-sources.js';

const page = readFileSync(new URL('../../../docs/alert-sources.md', import.meta.url), 'utf8');

it('shows the payload to paste into Datadog', () => {
  expect(page).toContain(`\`\`\`json\n${datadogPayload}\n\`\`\``);
});

it('names the address of every source', () => {
  const addresses = webhookSources(
    {},
    {
      name: 'n',
      status: { path: 's', firing: [], resolved: [] },
      startsAt: { path: 't', format: 'rfc3339' },
    },
  );
  for (const { name } of addresses) expect(page).toContain(`/webhooks/${name}`);
});
