import type { Suspect } from '@midwatch/core/incident';
import { Cited, Claim } from './citations.js';

const MAX_SHOWN = 5;
const MAX_CITED = 8;

/** Who is suspected, in order, and why. */
export function Suspects({ suspects }: { readonly suspects: readonly Suspect[] }) {
  const highest = suspects[0]?.score ?? 1;
  return (
    <section class="card" aria-labelledby="suspects">
      <h2 id="suspects">Suspects</h2>
      {suspects.length === 0 && <p class="muted">Nobody: nothing that was read points at a service.</p>}
      <ol class="suspects">
        {suspects.slice(0, MAX_SHOWN).map((suspect, index) => (
          <li key={index}>
            <Claim ids={suspect.findingIds.slice(0, MAX_CITED)}>
              <p class="line">
                <b>{suspect.service}</b>
                {suspect.operation !== undefined && <span class="muted small">{suspect.operation}</span>}
                {suspect.pod !== undefined && <span class="muted small">pod {suspect.pod}</span>}
              </p>
              <meter min={0} max={Math.max(highest, 0.001)} value={Math.max(0, suspect.score)}>
                {suspect.score.toFixed(2)}
              </meter>
              <p class="small">
                <Cited text={suspect.reason} />
              </p>
              {suspect.victims.length > 0 && (
                <p class="small muted">Suffer from it: {suspect.victims.join(', ')}</p>
              )}
            </Claim>
          </li>
        ))}
      </ol>
    </section>
  );
}
