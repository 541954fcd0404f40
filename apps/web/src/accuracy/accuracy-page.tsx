import type { Accuracy, Figures, Share } from '@midwatch/ledger';
import { useEffect, useState } from 'preact/hooks';
import { useLive } from '../live/use-live.js';
import { count, formatDuration } from '../parts/format.js';
import { LiveMark } from '../parts/live-mark.js';
import { Scrollable } from '../parts/scrollable.js';
import { Calibrations } from './calibrations.js';
import { Reliability } from './reliability.js';
import { sayEstimate, sayShare } from './say-share.js';
import { Shadows } from './shadows.js';
import { Weeks } from './weeks.js';
import '../style/accuracy.css';

const EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
const windows = [30, 90, 365] as const;
const parts = [
  ['service', 'service'],
  ['model', 'model'],
  ['prompt-version', 'version of the prompt'],
  ['source-set', 'sources asked'],
] as const;

/** What the analyses were worth: the figures of `GET /accuracy`, under the same names. */
export function AccuracyPage() {
  const [days, setDays] = useState<number>(90);
  const [by, setBy] = useState<string>('service');
  // The address stays while the page does: a new one would be asked for at once.
  const [fromMs, setFromMs] = useState(() => Date.now() - days * DAY_MS);
  const live = useLive<Accuracy>(`/accuracy?from=${fromMs}&by=${by}`, EVERY_MS);
  const weeks = useLive<Accuracy>(`/accuracy?from=${fromMs}&by=week`, EVERY_MS);
  useEffect(() => {
    document.title = 'Accuracy · Midwatch';
  }, []);
  const show = (chosen: number) => {
    setDays(chosen);
    setFromMs(Date.now() - chosen * DAY_MS);
  };
  const accuracy = live.value;
  return (
    <>
      <div class="heading">
        <h1>Accuracy</h1>
        <LiveMark live={live} />
      </div>
      <div class="filters">
        <fieldset class="choices">
          <legend class="hidden">Of the last</legend>
          {windows.map((each) => (
            <label key={each}>
              <input type="radio" name="days" checked={days === each} onChange={() => show(each)} />
              <span>{each} days</span>
            </label>
          ))}
        </fieldset>
      </div>
      {accuracy === undefined && live.problem === undefined && <p class="muted">Counting …</p>}
      {accuracy !== undefined && <Whole figures={accuracy.all} weeks={weeks.value?.groups ?? []} />}
      {accuracy !== undefined && <Calibrations calibrations={accuracy.calibrations} />}
      {accuracy !== undefined && (
        <section aria-labelledby="parts">
          <div class="heading">
            <h2 id="parts">By {parts.find(([value]) => value === by)?.[1]}</h2>
            <span class="grow" />
            <label class="hidden" for="by">
              Told apart by
            </label>
            <select id="by" value={by} onChange={(event) => setBy(event.currentTarget.value)}>
              {parts.map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          </div>
          <Parts groups={accuracy.groups} name={parts.find(([value]) => value === by)?.[1] ?? by} />
        </section>
      )}
      <Shadows fromMs={fromMs} />
    </>
  );
}

function Whole({ figures, weeks }: { readonly figures: Figures; readonly weeks: Accuracy['groups'] }) {
  if (figures.incidents === 0) return <p class="empty">No incident in this time.</p>;
  return (
    <>
      <p class="said">
        {count(figures.incidents, 'incident')}, {sayShare(figures.settled)} settled: all that is said of
        accuracy is said of these.
      </p>
      <div class="accuracy">
        <FigureTable figures={figures} />
        <div class="charts">
          <Reliability points={figures.calibration.reliability} />
          <Weeks groups={weeks} />
        </div>
      </div>
    </>
  );
}

/** Every figure with what it is of. */
function FigureTable({ figures }: { readonly figures: Figures }) {
  const { calibration, cost, levels, timeToBrief, timeToResolve, usefulness } = figures;
  const seconds = (ms: number | null) => (ms === null ? '-' : `${(ms / 1000).toFixed(1)} s`);
  const long = (ms: number | null) => (ms === null ? '-' : formatDuration(ms));
  const share = (name: string, value: Share) => [name, sayShare(value)] as const;
  const rows: readonly (readonly [string, string])[] = [
    share('attempted', figures.attempted),
    share('answered', figures.answered),
    share('abstained', figures.abstained),
    share('coverage at HIGH', figures.coverageAtHigh),
    ...(['HIGH', 'MEDIUM', 'LOW'] as const).flatMap((level) => [
      [`precision at ${level}`, sayEstimate(levels[level].precision)] as const,
      [
        `settled at ${level}`,
        `${sayShare(levels[level].settled)}; ${levels[level].partly} partly right, ${levels[level].unknown} unknown`,
      ] as const,
    ]),
    ['false positives at HIGH', sayEstimate(figures.falsePositivesAtHigh)],
    share('top-1', figures.top1),
    share('top-3', figures.top3),
    ['Brier score', calibration.brier === null ? '-' : calibration.brier.toFixed(3)],
    ['expected calibration error', calibration.ece === null ? '-' : calibration.ece.toFixed(3)],
    [
      'usefulness',
      usefulness.mean === null ? '-' : `${usefulness.mean.toFixed(2)} of 5 (${usefulness.count})`,
    ],
    [
      'time to brief',
      `p50 ${seconds(timeToBrief.p50Ms)}, p95 ${seconds(timeToBrief.p95Ms)} (${timeToBrief.count})`,
    ],
    [
      'time to resolve',
      `p50 ${long(timeToResolve.p50Ms)}, p95 ${long(timeToResolve.p95Ms)} (${timeToResolve.count})`,
    ],
    [
      'cost',
      `$${cost.usd.toFixed(2)} for ${cost.answers} answers, ${cost.unknownPrices} at an unknown price`,
    ],
    ['cost per incident', cost.perIncidentUsd === null ? '-' : `$${cost.perIncidentUsd.toFixed(4)}`],
  ];
  return (
    <Scrollable label="Figures">
      <table>
        <caption class="hidden">Figures of all incidents</caption>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

function Parts({ groups, name }: { readonly groups: Accuracy['groups']; readonly name: string }) {
  return (
    <Scrollable label="Figures of the parts">
      <table class="parts">
        <thead>
          <tr>
            {[
              name,
              'incidents',
              'settled',
              'coverage at HIGH',
              'precision at HIGH',
              'top-3',
              'Brier score',
            ].map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ figures, isOther, key }) => (
            <tr key={isOther ? 'all others' : `=${key}`}>
              <th scope="row">{isOther ? 'all others' : key || 'none'}</th>
              <td>{figures.incidents}</td>
              <td>{sayShare(figures.settled)}</td>
              <td>{sayShare(figures.coverageAtHigh)}</td>
              <td>{sayEstimate(figures.levels.HIGH.precision)}</td>
              <td>{sayShare(figures.top3)}</td>
              <td>{figures.calibration.brier === null ? '-' : figures.calibration.brier.toFixed(3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}
