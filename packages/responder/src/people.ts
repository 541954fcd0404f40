import type { BriefInput, IncidentDetails, Silence } from '@midwatch/core/incident';

type Said = Pick<IncidentDetails, 'outcome' | 'owner' | 'silence'>;

/** The silence that lies over an incident now. */
export function silenceOf({ silence }: Pick<Said, 'silence'>, nowMs: number): Silence | undefined {
  return silence !== undefined && nowMs < silence.untilMs ? silence : undefined;
}

/** What a brief tells of what people said. */
export function peopleOf(incident: Said, nowMs: number): Pick<BriefInput, 'people'> {
  const { outcome, owner } = incident;
  const silence = silenceOf(incident, nowMs);
  if (outcome === undefined && owner === undefined && silence === undefined) return {};
  return {
    people: {
      ...(owner === undefined ? {} : { owner }),
      ...(silence === undefined ? {} : { silencedUntilMs: silence.untilMs }),
      ...(outcome === undefined ? {} : { outcome }),
    },
  };
}
