import type { Store } from '@midwatch/core/incident';
import { readAccuracy } from '@midwatch/ledger';

export async function sayPrecision(store: Store, nowMs: number): Promise<string> {
  const fromMs = nowMs - 90 * 86_400_000;
  const { all } = await readAccuracy(store.ledger, { fromMs, toMs: nowMs, by: 'model' });
  const { lower, of, share } = all.levels.HIGH.precision;
  if (share === null) return 'nothing at HIGH is settled yet';
  return `at HIGH ${Math.round(share * 100)} % of ${of} were right, at least ${Math.round(lower * 100)} %`;
}
