import type { Evidence } from '@midwatch/core/incident';

/** Every service that the evidence speaks of. */
export function knownServices(evidence: Evidence): ReadonlySet<string> {
  const services = new Set<string>();
  for (const finding of evidence.findings) {
    if (finding.service !== undefined) services.add(finding.service);
    if (finding.kind === 'trace-fault' && finding.callee !== undefined) services.add(finding.callee);
  }
  for (const { caller, callee } of evidence.callGraph) {
    services.add(caller);
    services.add(callee);
  }
  for (const suspect of evidence.suspects) {
    services.add(suspect.service);
    for (const victim of suspect.victims) services.add(victim);
  }
  return services;
}
