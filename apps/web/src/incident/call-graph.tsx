import type { Evidence } from '@midwatch/core/incident';
import { useMemo } from 'preact/hooks';
import { type PlacedCalls, layerCalls } from './layer-calls.js';

const CELL_WIDTH = 168;
const CELL_HEIGHT = 86;
const BOX_WIDTH = 150;
const BOX_HEIGHT = 44;
const MAX_NAME = 20;

/** Who calls whom, and whom those who suffer point at. */
export function CallGraph({ evidence }: { readonly evidence: Evidence }) {
  const { callGraph, suspects } = evidence;
  const [first] = suspects;
  const placed = useMemo(() => layerCalls(callGraph, new Set(suspects.map(({ service }) => service))), [callGraph, suspects]);
  if (placed.services.length === 0) return null;
  const victims = new Set(first?.victims ?? []);
  const ranks = new Map(suspects.map(({ service }, index) => [service, index + 1]).reverse() as [string, number][]);
  const said = first === undefined ? '' : blameOf(first.service, [...victims]);
  return (
    <section class="card" aria-labelledby="calls">
      <h2 id="calls">Who calls whom</h2>
      {said !== '' && <p class="small">{said}</p>}
      <div class="scroll" tabIndex={0} role="region" aria-label="Call graph">
        <Picture placed={placed} victims={victims} ranks={ranks} culprit={first?.service} />
      </div>
      <p class="small muted legend">
        <span>
          <i class="key calls" aria-hidden="true" /> calls
        </span>
        <span>
          <i class="key blame" aria-hidden="true" /> blame
        </span>
      </p>
      <details>
        <summary>As a table</summary>
        <table class="small">
          <thead>
            <tr>
              <th scope="col">Caller</th>
              <th scope="col">Callee</th>
              <th scope="col">Calls read</th>
            </tr>
          </thead>
          <tbody>
            {placed.edges.map(({ callee, caller, calls }) => (
              <tr key={`${caller} ${callee}`}>
                <th scope="row">{caller}</th>
                <td>{callee}</td>
                <td>{calls.toLocaleString('en')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

function blameOf(culprit: string, victims: readonly string[]): string {
  if (victims.length === 0) return `${culprit} is suspected first.`;
  return `${culprit} is suspected first; ${victims.join(' and ')} ${victims.length === 1 ? 'suffers' : 'suffer'} from it.`;
}

interface PictureProps {
  readonly placed: PlacedCalls;
  readonly victims: ReadonlySet<string>;
  readonly ranks: ReadonlyMap<string, number>;
  readonly culprit: string | undefined;
}

function Picture({ culprit, placed, ranks, victims }: PictureProps) {
  const { edges, layers, services } = placed;
  const width = Math.max(...layers.map((names) => names.length)) * CELL_WIDTH;
  const height = layers.length * CELL_HEIGHT - (CELL_HEIGHT - BOX_HEIGHT) + 4;
  const at = new Map(
    services.map(({ index, layer, name }) => {
      const inLayer = layers[layer]?.length ?? 1;
      return [name, { x: ((index + 0.5) / inLayer) * width, y: layer * CELL_HEIGHT + BOX_HEIGHT / 2 + 2 }];
    }),
  );
  return (
    <svg class="graph" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label="Call graph, as the table below says">
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
          <path d="M0 0 8 4 0 8Z" />
        </marker>
        <marker id="blame" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto-start-reverse">
          <path class="blame" d="M0 0 8 4 0 8Z" />
        </marker>
      </defs>
      {edges.map(({ callee, caller }) => {
        const [from, to] = [at.get(caller), at.get(callee)];
        if (from === undefined || to === undefined) return null;
        const flows = (victims.has(caller) && callee === culprit) || (victims.has(callee) && caller === culprit);
        const upward = caller === culprit;
        return (
          <path
            key={`${caller} ${callee}`}
            class={`edge${flows ? ' blame' : ''}`}
            d={curve(from, to)}
            marker-end={flows && upward ? undefined : `url(#${flows ? 'blame' : 'arrow'})`}
            marker-start={flows && upward ? 'url(#blame)' : undefined}
          />
        );
      })}
      {services.map(({ name }) => {
        const { x = 0, y = 0 } = at.get(name) ?? {};
        const rank = ranks.get(name);
        const role = rank === undefined ? (victims.has(name) ? 'suffers' : '') : `suspect ${rank}`;
        const look = rank === 1 ? 'culprit' : victims.has(name) ? 'victim' : rank === undefined ? '' : 'suspect';
        return (
          <g key={name} class={`node ${look}`}>
            <title>{name}</title>
            <rect x={x - BOX_WIDTH / 2} y={y - BOX_HEIGHT / 2} width={BOX_WIDTH} height={BOX_HEIGHT} rx={8} />
            <text x={x} y={role === '' ? y + 4 : y - 2}>
              {name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name}
            </text>
            {role !== '' && (
              <text class="role" x={x} y={y + 14}>
                {role}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** From box to box: down along the calls, around the side where they go back up. */
function curve(from: Point, to: Point): string {
  if (to.y > from.y) {
    const [startY, endY] = [from.y + BOX_HEIGHT / 2, to.y - BOX_HEIGHT / 2];
    const middle = (startY + endY) / 2;
    return `M${from.x} ${startY} C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${endY}`;
  }
  const [startX, endX] = [from.x + BOX_WIDTH / 2, to.x + BOX_WIDTH / 2];
  const out = Math.max(startX, endX) + 14;
  return `M${startX} ${from.y} C${out} ${from.y} ${out} ${to.y} ${endX} ${to.y}`;
}
