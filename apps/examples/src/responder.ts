import { toBrief } from '@midwatch/brief';
import type { ConnectorV1 } from '@midwatch/core';
import type { Alert, Brief } from '@midwatch/core/incident';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { createRedactor } from '@midwatch/redaction';
import { createInvestigate } from '@midwatch/responder';

const investigate = createInvestigate({
  reduce,
  format,
  evidenceAnalyzer: createEvidenceAnalyzer(),
  admit,
  toBrief,
});

export async function explain(alert: Alert, connectors: readonly ConnectorV1[]): Promise<Brief> {
  const { brief } = await investigate({ alert, connectors, redact: createRedactor(), nowMs: Date.now() });
  return brief;
}
