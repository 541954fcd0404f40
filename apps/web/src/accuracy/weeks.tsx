import type { Accuracy } from '@midwatch/ledger';
import { sayEstimate } from './say-share.js';

const WIDTH = 360;
const HEIGHT = 180;
const MARGIN = 34;
const ticks = [0, 0.5, 1] as const;
const y = (share: number) => HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN);

/** Precision at HIGH week by week, with where it lies at 95 %; weeks of which nothing is settled are gaps. */
export function Weeks({ groups }: { readonly groups: Accuracy['groups'] }) {
  const weeks = groups.flatMap(({ figures, key }) =>
    key === undefined ? [] : [{ key, precision: figures.levels.HIGH.precision }],
  );
  const [first, last] = [Date.parse(weeks[0]?.key ?? ''), Date.parse(weeks.at(-1)?.key ?? '')];
  const x = (key: string) =>
    last === first ? WIDTH / 2 : MARGIN + ((Date.parse(key) - first) / (last - first)) * (WIDTH - 2 * MARGIN);
  const known = weeks.filter(({ precision }) => precision.share !== null);
  return (
    <figure class="card">
      <figcaption>Precision at HIGH, week by week</figcaption>
      {known.length === 0 ? (
        <p class="muted">Nothing at HIGH is settled yet.</p>
      ) : (
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="img"
          aria-label="Precision by week; its values stand below it"
        >
          {ticks.map((tick) => (
            <g key={tick} class="grid">
              <line x1={MARGIN} x2={WIDTH - MARGIN} y1={y(tick)} y2={y(tick)} />
              <text x={MARGIN - 6} y={y(tick) + 4} text-anchor="end">
                {tick * 100}
              </text>
            </g>
          ))}
          {weeks.length > 1 &&
            [weeks[0], weeks.at(-1)].map((week, index) => (
              <text
                key={index}
                x={x(week?.key ?? '')}
                y={HEIGHT - 12}
                text-anchor={index === 0 ? 'start' : 'end'}
              >
                {week?.key}
              </text>
            ))}
          <text x={2} y={y(1) - 12}>
            right, %
          </text>
          {known.map(({ key, precision }) => (
            <g key={key} class="observed">
              <line x1={x(key)} x2={x(key)} y1={y(precision.lower)} y2={y(precision.upper)} />
              <circle cx={x(key)} cy={y(precision.share ?? 0)} r={4} />
            </g>
          ))}
        </svg>
      )}
      <details>
        <summary>As a list</summary>
        <ul class="plain small">
          {weeks.map(({ key, precision }) => (
            <li key={key}>
              {key}: {sayEstimate(precision)}
            </li>
          ))}
        </ul>
      </details>
    </figure>
  );
}
