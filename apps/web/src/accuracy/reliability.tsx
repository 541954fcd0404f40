import type { Figures } from '@midwatch/ledger';
import { sayEstimate, sayPercent } from './say-share.js';

const SIZE = 240;
const MARGIN = 34;
const SIDE = SIZE - 2 * MARGIN;
const ticks = [0, 0.25, 0.5, 0.75, 1] as const;

const x = (share: number) => MARGIN + share * SIDE;
const y = (share: number) => SIZE - MARGIN - share * SIDE;

interface ReliabilityProps {
  readonly points: Figures['calibration']['reliability'];
}

/** Stated against observed: on the diagonal a confidence is worth what it says. The list below says the same in words. */
export function Reliability({ points }: ReliabilityProps) {
  const known = points.filter(({ observed }) => observed.share !== null);
  return (
    <figure class="card">
      <figcaption>Stated and observed</figcaption>
      <svg
        viewBox={`0 0 ${SIZE} ${SIZE}`}
        role="img"
        aria-label="Reliability diagram; its values stand below it"
      >
        {ticks.map((tick) => (
          <g key={tick} class="grid">
            <line x1={x(tick)} x2={x(tick)} y1={y(0)} y2={y(1)} />
            <line x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} />
            <text x={x(tick)} y={SIZE - MARGIN + 16} text-anchor="middle">
              {tick * 100}
            </text>
            <text x={MARGIN - 6} y={y(tick) + 4} text-anchor="end">
              {tick * 100}
            </text>
          </g>
        ))}
        <text x={x(1)} y={SIZE - 2} text-anchor="end">
          stated, %
        </text>
        <text x={2} y={y(1) - 12}>
          right, %
        </text>
        <line class="honest" x1={x(0)} x2={x(1)} y1={y(0)} y2={y(1)} />
        {known.map(({ confidence, observed, stated }) => (
          <g key={confidence} class="observed">
            <line x1={x(stated)} x2={x(stated)} y1={y(observed.lower)} y2={y(observed.upper)} />
            <circle cx={x(stated)} cy={y(observed.share ?? 0)} r={5} />
            <text x={x(stated) - 9} y={y(observed.share ?? 0) - 7} text-anchor="end">
              {confidence}
            </text>
          </g>
        ))}
      </svg>
      <ul class="plain small">
        {points.map(({ confidence, observed, stated }) => (
          <li key={confidence}>
            {confidence} stands for {sayPercent(stated)}: {sayEstimate(observed)}
          </li>
        ))}
      </ul>
    </figure>
  );
}
