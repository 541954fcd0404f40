import type { Evidence } from '@midwatch/core/incident';
import { useMemo } from 'preact/hooks';
import { Scrollable } from '../parts/scrollable.js';
import { layerCalls, type PlacedCalls } from './layer-calls.js';

const CELL_WIDTH = 168;
const CELL_HEIGHT = 86;
const BOX_WIDTH = 150;
const BOX_HEIGHT = 44;
const MAX_NAME = 20;
/** For calls that pass outside. */
const MARGIN = 24;

/** Who calls whom, and whom those who suffer point at. */
export function CallGraph({ evidence }: { readonly evidence: Evidence }) {
  const { callGraph, suspects } = evidence;
  const [first] = suspects;
  const placed = useMemo(
    () => layerCalls(callGraph, new Set(suspects.map(({ service }) => service))),
    [callGraph, suspects],
  );
  if (placed.services.length === 0) return null;
  const victims = new Set(first?.victims ?? []);
  const ranks = new Map(
    suspects.map(({ service }, index) => [service, index + 1]).reverse() as [string, number][],
  );
  const said = first === undefined ? '' : blameOf(first.service, [...victims]);
  return (
    <section class="card" aria-labelledby="calls">
      <h2 id="calls">Who calls whom</h2>
      {said !== '' && <p class="small">{said}</p>}
      <Scrollable label="Call graph">
        <Picture placed={placed} victims={victims} ranks={ranks} culprit={first?.service} />
      </Scrollable>
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
    <svg
      class="graph"
      viewBox={`${-MARGIN} 0 ${width + 2 * MARGIN} ${height}`}
      width={width + 2 * MARGIN}
      height={height}
      role="img"
      aria-label="Call graph, as the table below says"
    >
      <defs>
        <marker
          id="arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto-start-reverse"
        >
          <path d="M0 0 8 4 0 8Z" />
        </marker>
        <marker
          id="blame"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="6"
          markerHeight="6"
          orient="auto-start-reverse"
        >
          <path class="blame" d="M0 0 8 4 0 8Z" />
        </marker>
      </defs>
      {edges.map(({ callee, caller }) => {
        const [from, to] = [at.get(caller), at.get(callee)];
        if (from === undefined || to === undefined) return null;
        const flows =
          (victims.has(caller) && callee === culprit) || (victims.has(callee) && caller === culprit);
        const upward = caller === culprit;
        return (
          <path
            key={`${caller} ${callee}`}
            class={`edge${flows ? ' blame' : ''}`}
            d={curve(from, to, [...at.values()])}
            marker-end={flows && upward ? undefined : `url(#${flows ? 'blame' : 'arrow'})`}
            marker-start={flows && upward ? 'url(#blame)' : undefined}
          />
        );
      })}
      {services.map(({ name }) => {
        const { x = 0, y = 0 } = at.get(name) ?? {};
        const rank = ranks.get(name);
        const role = rank === undefined ? (victims.has(name) ? 'suffers' : '') : `suspect ${rank}`;
        const look =
          rank === 1 ? 'culprit' : victims.has(name) ? 'victim' : rank === undefined ? '' : 'suspect';
        return (
          <g key={name} class={`node ${look}`}>
            <title>{name}</title>
            <rect x={x - BOX_WIDTH / 2} y={y - BOX_HEIGHT / 2} width={BOX_WIDTH} height={BOX_HEIGHT} rx={8} />
            <text x={x} y={role === '' ? y + 4 : y - 2}>
              {name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name}
            </text>
            {role !== '' && (
              <text class="part" x={x} y={y + 14}>
                {role}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** Where a call passes the layers between: beside a box that stands in its way. */
function aroundBoxes(from: Point, to: Point, others: readonly Point[]): readonly Point[] {
  const heights = [...new Set(others.map(({ y }) => y))].filter((y) => y > from.y && y < to.y);
  const side = to.x >= from.x ? 1 : -1;
  return heights
    .sort((one, other) => one - other)
    .map((y) => {
      let x = from.x + ((to.x - from.x) * (y - from.y)) / (to.y - from.y);
      const layer = others.filter((other) => other.y === y).sort((one, other) => side * (one.x - other.x));
      for (const box of layer)
        if (Math.abs(box.x - x) < BOX_WIDTH / 2 + 8) x = box.x + side * (BOX_WIDTH / 2 + 9);
      return { x, y };
    });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** From box to box: down along the calls, around the side where they go back up. */
function curve(from: Point, to: Point, others: readonly Point[]): string {
  if (to.y > from.y) {
    const stops = [
      { x: from.x, y: from.y + BOX_HEIGHT / 2 },
      ...aroundBoxes(from, to, others),
      { x: to.x, y: to.y - BOX_HEIGHT / 2 },
    ];
    const bends = stops.slice(1).map((stop, index) => {
      const before = stops[index] ?? stop;
      const middle = (before.y + stop.y) / 2;
      return `C${before.x} ${middle} ${stop.x} ${middle} ${stop.x} ${stop.y}`;
    });
    return `M${from.x} ${from.y + BOX_HEIGHT / 2} ${bends.join(' ')}`;
  }
  const [startX, endX] = [from.x + BOX_WIDTH / 2, to.x + BOX_WIDTH / 2];
  const out = Math.max(startX, endX) + 14;
  return `M${startX} ${from.y} C${out} ${from.y} ${out} ${to.y} ${endX} ${to.y}`;
}
