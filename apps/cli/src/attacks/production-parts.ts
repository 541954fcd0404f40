import { toBrief } from '@midwatch/brief';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import type { InvestigationParts } from '@midwatch/responder';

/** As `investigation-parts.ts` wires them; apart, so that a test can put a broken one in place of each. */
export const productionParts: InvestigationParts = {
  reduce,
  format,
  evidenceAnalyzer: createEvidenceAnalyzer(),
  admit,
  toBrief,
};
