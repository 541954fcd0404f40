import { type Signal, signalKinds } from '../connector/v1/signal.js';
import { gatherNames } from '../identity/gather-names.js';
import { type LearnedNames, learnNames } from '../identity/learn-names.js';
import type { LearnedAlias } from '../incident/collection.js';
import type { Plan } from '../plan/plan.js';
import type { ServiceIdentity } from '../plan/service-identity.js';
import type { EarlierAnswers } from './earlier-answers.js';
import type { Answer } from './source-reports.js';

/** What all signals and workloads so far tell about names. */
export function learnFromAnswers(
  answers: readonly Answer[],
  earlier: EarlierAnswers,
  services: readonly ServiceIdentity[],
  plan: Plan,
): LearnedNames {
  const asked = plan.queries.find(({ query }) => query.target.service !== undefined);
  const gathered = gatherNames([
    { signals: signalKinds.flatMap((kind): readonly Signal[] => earlier.signals[kind]) },
    ...answers.map(({ report: { connectorId }, signals, workloads = [] }) => ({
      signals,
      told: { connectorId, workloads },
    })),
  ]);
  return learnNames({ gathered, services, asked: asked?.query.target.service });
}

/** What was learned before, as if it were configured. */
export function toIdentity({ connectorId, service, alias }: LearnedAlias): ServiceIdentity {
  return { name: service, aliases: { [connectorId]: alias } };
}
