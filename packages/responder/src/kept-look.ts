import type {
  AdmittedAnalysis,
  Alert,
  CollectionSummary,
  Dossier,
  Evidence,
  Finding,
  LogRate,
  SeenBefore,
} from '@midwatch/core/incident';
import type { Look } from './look.js';

/** What of a look crosses the border of its step: everything but the raw signals, which go to the bundle. */
export interface KeptLook {
  readonly alert: Alert;
  readonly nowMs: number;
  readonly collection: CollectionSummary;
  readonly evidence: Evidence;
  readonly dossier: Dossier;
  /** Absent in what an earlier version has kept. */
  readonly seenBefore?: readonly SeenBefore[];
  readonly analysis: AdmittedAnalysis;
}

/** Below what a store takes for one value (256 KiB), with room for what stands around it. */
const MAX_KEPT_BYTES = 240 * 1024;
const MAX_SUSPECTS = 10;
const MAX_CALL_EDGES = 500;

/**
 * A look that fits into one stored value. What may be cut goes first: findings that the model has not read, then the call
 * graph beyond its first edges, then queries of sources that answered in full.
 */
export function keepLook({
  alert,
  nowMs,
  collection,
  evidence,
  dossier,
  analysis,
  seenBefore,
}: Look): KeptLook {
  const { signals: _, ...summary } = collection;
  const whole: KeptLook = { alert, nowMs, collection: summary, evidence, dossier, seenBefore, analysis };
  if (sizeOf(whole) <= MAX_KEPT_BYTES) return whole;
  const cited: KeptLook = { ...whole, evidence: citedEvidence(whole) };
  if (sizeOf(cited) <= MAX_KEPT_BYTES) return cited;
  return { ...cited, collection: shorterSummary(cited), evidence: withoutPoints(cited.evidence) };
}

function citedEvidence({ evidence, dossier }: KeptLook): Evidence {
  const cited = new Set(dossier.citableIds);
  return {
    ...evidence,
    findings: evidence.findings.filter(({ id }) => cited.has(id)),
    suspects: evidence.suspects.slice(0, MAX_SUSPECTS),
    callGraph: evidence.callGraph.slice(0, MAX_CALL_EDGES),
  };
}

function shorterSummary({ collection, evidence }: KeptLook): CollectionSummary {
  const used = new Set(evidence.findings.flatMap(({ queryIds }) => queryIds));
  return {
    ...collection,
    sources: collection.sources.map((report) => ({
      ...report,
      gaps: report.gaps.slice(0, 3),
      provenance: report.provenance.filter(
        ({ queryId }, index) => used.has(queryId) || (report.state !== 'ok' && index === 0),
      ),
    })),
  };
}

function withoutPoints(evidence: Evidence): Evidence {
  const findings = evidence.findings.map((finding): Finding => {
    if (finding.kind === 'metric-shift') return { ...finding, points: [] };
    if (finding.kind !== 'log-pattern') return finding;
    const { baseline, window } = finding;
    return { ...finding, window: withoutRates(window), baseline: withoutRates(baseline) };
  });
  return { ...evidence, findings };
}

function withoutRates({ ratesPerMinute: _, ...rate }: LogRate): LogRate {
  return rate;
}

/** As JSON in UTF-8. */
function sizeOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
