import type { Dossier, FormatInput } from '@midwatch/core/incident';
import { createFormat, format } from '@midwatch/formatter';

const formatShort = createFormat({ budgetTokens: 2000 });

export function dossiers(input: FormatInput): readonly Dossier[] {
  return [format(input), formatShort(input)];
}
