import type { LearnedAlias } from '@midwatch/core/incident';
import { toShownLine } from './doctor/shown-text.js';

/** Of these, how many are named: the others stand in `--json`. */
const SHOWN = 2;

/** One line on names that nobody configured, those of the first services first; undefined where none was learned. */
export function toLearnedNamesLine(
  aliases: readonly LearnedAlias[],
  services: readonly (string | undefined)[],
): string | undefined {
  if (aliases.length === 0) return undefined;
  const rankOf = ({ service }: LearnedAlias) => services.indexOf(service) + 1 || services.length + 1;
  const sorted = [...aliases].sort((one, other) => rankOf(one) - rankOf(other));
  const shown = sorted
    .slice(0, SHOWN)
    .map(
      ({ alias, connectorId, service }) =>
        `${toShownLine(service, 60)} is ${toShownLine(alias, 60)} at ${toShownLine(connectorId, 40)}`,
    );
  const more = aliases.length > SHOWN ? `; ${aliases.length - SHOWN} more` : '';
  return `Names learned: ${shown.join(', ')}${more}; reasons with --json or doctor --service`;
}
