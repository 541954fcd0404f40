import type { Accuracy } from '@midwatch/ledger';
import { Scrollable } from '../parts/scrollable.js';
import { sayPercent } from './say-share.js';

/** What the record of each model and prompt allows: whose HIGH is shown as less, and why. */
export function Calibrations({ calibrations }: { readonly calibrations: Accuracy['calibrations'] }) {
  if (calibrations.length === 0) return null;
  return (
    <section aria-labelledby="calibrations">
      <h2 id="calibrations">What HIGH earned</h2>
      <p class="muted small">
        Cases at HIGH that people settled in the last 180 days, whatever they were shown at. Fewer than 30
        lower nothing.
      </p>
      <Scrollable label="What HIGH earned">
        <table class="parts">
          <thead>
            <tr>
              {['model', 'prompt', 'right', 'shrunk towards 90 %', 'HIGH is shown as'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {calibrations.map(({ analyzer, ceiling, right, settled, shrunk }) => (
              <tr key={JSON.stringify(analyzer)}>
                <th scope="row">{analyzer.model ?? analyzer.name}</th>
                <td>{analyzer.promptVersion ?? '-'}</td>
                <td>
                  {right} of {settled}
                </td>
                <td>{sayPercent(shrunk)}</td>
                <td>{ceiling.confidence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrollable>
    </section>
  );
}
