import { toBrief } from '@midwatch/brief';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { createRedactor } from '@midwatch/redaction';
import { createInvestigate } from '@midwatch/responder';

/** The parts that every command uses, wired once. */
export const investigate = createInvestigate({
  reduce,
  format,
  evidenceAnalyzer: createEvidenceAnalyzer(),
  admit,
  toBrief,
});

export const redactor = createRedactor();
