import type { SeenBefore } from '@midwatch/core/incident';
import { quote, toLine } from './quote.js';

const MAX_SHOWN = 3;
const MAX_CAUSE = 300;

/** Past incidents with their cause then: people's words, so quoted and cut. They have no id that could be cited. */
export function seenBeforeLines(seenBefore: readonly SeenBefore[] = []): readonly string[] {
  if (seenBefore.length === 0) return [];
  const lines = seenBefore
    .slice(0, MAX_SHOWN)
    .map(({ atMs, by, cause, causeService, misled, service, similarity }) => {
      const alert = service === undefined ? '' : `, alert of ${toLine(service, 80)}`;
      const whose = causeService === undefined ? '' : ` ${toLine(causeService, 80)}`;
      const doubt = misled === 0 ? '' : `, misled ${misled} ${misled === 1 ? 'time' : 'times'} since`;
      const likeness = `${Math.round(similarity * 100)} % alike by ${by}${doubt}`;
      const what = cause === '' ? '' : `: ${quote(cause, MAX_CAUSE)}`;
      return `- ${new Date(atMs).toISOString().slice(0, 10)}${alert} (${likeness}); cause then:${whose}${what}`;
    });
  return ['', 'Seen before: cause then, check again', ...lines];
}

/** Outside of the fence: only what code wrote. */
export function seenBeforeFoot(seenBefore: readonly SeenBefore[] = []): readonly string[] {
  return seenBefore.length === 0
    ? []
    : [
        'What was seen before is a hypothesis to check against the findings: it is no evidence now, cannot be cited and raises no confidence.',
      ];
}
