import type { AdmittedAnalysis, Alert, Collection } from '@midwatch/core/incident';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';

export async function nameTheCause(
  collection: Collection,
  alert: Alert,
  fence: string,
): Promise<AdmittedAnalysis> {
  const evidence = reduce(collection, alert);
  const dossier = format({ alert, evidence, collection, nowMs: collection.window.endMs, fence });
  const analyzer = createEvidenceAnalyzer();
  const call = { signal: AbortSignal.timeout(5000), deadlineAtMs: Date.now() + 5000 };
  const analysis = await analyzer.analyze({ alert, evidence, dossier }, call);
  return admit(analysis, evidence, { name: analyzer.name });
}
