import type { BriefSettings } from '@midwatch/brief';
import { readRunbooks } from '@midwatch/brief/node';
import type { MidwatchConfig } from './config.js';
import { UsageError } from './usage-error.js';

/** What the configuration says for briefs: owners, runbooks, and where links may lead. */
export async function readBriefSettings({
  linkHosts,
  runbooks,
  services,
}: Pick<MidwatchConfig, 'linkHosts' | 'runbooks' | 'services'>): Promise<BriefSettings> {
  return {
    ...(services === undefined ? {} : { services }),
    ...(linkHosts === undefined ? {} : { linkHosts }),
    ...(runbooks === undefined ? {} : { runbooks: await readFolder(runbooks) }),
  };
}

async function readFolder(runbooks: NonNullable<MidwatchConfig['runbooks']>) {
  try {
    return await readRunbooks(runbooks);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the runbooks of ${runbooks.folder} cannot be read: ${reason}`);
  }
}
