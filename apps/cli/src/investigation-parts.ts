import { toBrief } from '@midwatch/brief';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { createRedactor } from '@midwatch/redaction';
import { createInvestigate, type InvestigationParts } from '@midwatch/responder';

/** The parts that every command uses, wired once. */
export const parts: InvestigationParts = {
  reduce,
  format,
  evidenceAnalyzer: createEvidenceAnalyzer(),
  admit,
  toBrief,
};

export const investigate = createInvestigate(parts);

export const redactor = createRedactor();

/**
 * For telemetry that this process itself reads from files or computes: on a slow machine its time says nothing of a vendor,
 * and the same incident has to give the same answer. The limits on counts are those of production.
 */
export const LOCAL_DEADLINE_MS = 20_000;
