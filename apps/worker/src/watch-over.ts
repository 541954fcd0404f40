import { watchItself } from '@midwatch/responder';
import { compose } from './compose.js';
import type { Environment } from './environment.js';

/** Looks at Midwatch itself, by the cron trigger: what is amiss becomes a message as any other. */
export async function watchOver(environment: Environment): Promise<void> {
  const { watched } = await compose(environment);
  await watchItself(watched);
}
