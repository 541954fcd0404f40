import {
  type Dashboard,
  defaultDashboard,
  FieldColorModeId,
  type Panel,
  type RowPanel,
} from '@grafana/schema';

const datasource = { type: 'prometheus', uid: '${datasource}' };
const WIDTH = 24;

interface Query {
  readonly expr: string;
  /** With `{{label}}` for the value of a label. */
  readonly legend: string;
}

interface Chart {
  readonly title: string;
  readonly description: string;
  readonly type: 'stat' | 'timeseries' | 'bargauge';
  readonly unit: string;
  readonly width: number;
  readonly height: number;
  readonly queries: readonly Query[];
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
}

/** Every replica tells the same: the greatest is as good as any. */
const of = (name: string, by = '', more = '') =>
  `max${by === '' ? '' : ` by (${by})`} (midwatch_${name}{window="$window"${more}})`;
const ofAnalyzer = (name: string, more = '') => `max by (analyzer, model, prompt_version${more}) (midwatch_${name})`;
const analyzer = '{{analyzer}} {{model}} {{prompt_version}}';
const atHigh = ', confidence="HIGH"';
const ratio = { unit: 'percentunit', min: 0, max: 1, decimals: 1 } as const;
const small = { type: 'stat', width: 4, height: 4 } as const;
const half = { type: 'timeseries', width: 12, height: 8 } as const;

const charts: readonly (readonly [string, readonly Chart[]])[] = [
  [
    'Can it be believed?',
    [
      {
        ...{ ...small, ...ratio, title: 'Precision at HIGH', queries: [{ expr: of('precision_ratio', '', atHigh), legend: 'right' }] },
        description: 'Right, of the settled analyses at HIGH. What is partly right counts as not right.',
      },
      {
        ...{ ...small, ...ratio, title: 'At least, at 95 %', queries: [{ expr: of('precision_lower_ratio', '', atHigh), legend: 'lower' }] },
        description: "The lower bound of Wilson's interval: few outcomes make it low.",
      },
      {
        ...{ ...small, ...ratio, title: 'Coverage at HIGH', queries: [{ expr: of('coverage_at_high_ratio'), legend: 'HIGH' }] },
        description: 'Incidents whose analysis is at HIGH, of all.',
      },
      {
        ...{ ...small, ...ratio, title: 'Settled', queries: [{ expr: of('settled_ratio'), legend: 'settled' }] },
        description: 'Incidents whose analysis was judged, of all. Everything here speaks for these alone.',
      },
      {
        ...{ ...small, unit: 'short', title: 'Incidents', queries: [{ expr: of('incidents'), legend: 'incidents' }] },
        description: 'All of the window, with those that nobody looked at.',
      },
      {
        ...{ ...small, unit: 'currencyUSD', title: 'Cost per incident', queries: [{ expr: of('cost_per_incident_usd'), legend: 'cost' }] },
        description: 'What models cost, where the price is known.',
      },
      {
        ...{ ...half, ...ratio, title: 'Precision by confidence' },
        description: 'Each confidence beside the share that it stands for.',
        queries: [
          { expr: of('precision_ratio', 'confidence'), legend: '{{confidence}}' },
          { expr: of('stated_ratio', 'confidence'), legend: '{{confidence}}, as stated' },
        ],
      },
      {
        ...{ ...half, ...ratio, title: 'Precision at HIGH, and where it lies at 95 %' },
        description: 'It narrows with every outcome that is settled.',
        queries: [
          { expr: of('precision_ratio', '', atHigh), legend: 'right' },
          { expr: of('precision_lower_ratio', '', atHigh), legend: 'at least' },
          { expr: of('precision_upper_ratio', '', atHigh), legend: 'at most' },
        ],
      },
    ],
  ],
  [
    'What does it dare to say?',
    [
      {
        ...{ ...half, ...ratio, title: 'Attempted, answered, abstained' },
        description: 'Of all; of those attempted. To abstain is not to be wrong.',
        queries: [
          { expr: of('attempted_ratio'), legend: 'attempted' },
          { expr: of('answered_ratio'), legend: 'answered' },
          { expr: of('abstained_ratio'), legend: 'abstained' },
          { expr: of('coverage_at_high_ratio'), legend: 'coverage at HIGH' },
        ],
      },
      {
        ...{ ...half, ...ratio, title: 'False positives at HIGH' },
        description: 'Wrong, of the settled analyses at HIGH, and where that lies at 95 %.',
        queries: [
          { expr: of('false_positives_at_high_ratio'), legend: 'wrong' },
          { expr: of('false_positives_at_high_lower_ratio'), legend: 'at least' },
          { expr: of('false_positives_at_high_upper_ratio'), legend: 'at most' },
        ],
      },
      {
        ...{ ...half, ...ratio, title: 'The true service is named' },
        description: 'First, or among three; of the incidents whose outcome names one.',
        queries: [
          { expr: of('top1_ratio'), legend: 'first' },
          { expr: of('top3_ratio'), legend: 'among three' },
        ],
      },
      {
        ...{ type: 'bargauge', width: 12, height: 8, unit: 'short', title: 'How they were judged' },
        description: 'Settled analyses by confidence; unknown is not settled.',
        queries: [
          { expr: of('analyses_judged', 'confidence, judgement'), legend: '{{confidence}} {{judgement}}' },
          { expr: of('analyses', 'confidence'), legend: '{{confidence}} in all' },
        ],
      },
    ],
  ],
  [
    'Does it know how sure it may be?',
    [
      {
        ...{ type: 'bargauge', width: 12, height: 8, ...ratio, title: 'Stated and observed' },
        description: 'The reliability diagram: a confidence is honest when both are as long.',
        queries: [
          { expr: of('stated_ratio', 'confidence'), legend: '{{confidence}} stated' },
          { expr: of('precision_ratio', 'confidence'), legend: '{{confidence}} observed' },
        ],
      },
      {
        ...{ ...half, unit: 'none', min: 0, decimals: 3, title: 'Brier score and calibration error' },
        description: '0 is best; a coin gets a Brier score of 0.25.',
        queries: [
          { expr: of('brier_score'), legend: 'Brier score' },
          { expr: of('calibration_error_ratio'), legend: 'expected calibration error' },
        ],
      },
      {
        ...{ ...half, ...ratio, title: 'What HIGH earned' },
        description: 'Right of the cases at HIGH that people settled in 180 days, shrunk to what HIGH stands for. Below 85 % it is shown as less, from 87.5 % on as HIGH again.',
        queries: [{ expr: ofAnalyzer('high_shrunk_ratio'), legend: analyzer }],
      },
      {
        ...{ type: 'bargauge', width: 12, height: 8, unit: 'short', title: 'What HIGH is shown as, by its settled cases' },
        description: 'Each model and prompt with the highest confidence that it is shown at. Fewer than 30 cases lower nothing.',
        queries: [
          {
            expr: `${ofAnalyzer('high_settled_cases')} * on (analyzer, model, prompt_version) group_right () (${ofAnalyzer('high_ceiling', ', confidence')} == 1)`,
            legend: `${analyzer}: {{confidence}}`,
          },
          { expr: ofAnalyzer('high_right_cases'), legend: `${analyzer}: right` },
        ],
      },
    ],
  ],
  [
    'Is it worth it?',
    [
      {
        ...{ ...half, unit: 's', min: 0, title: 'Time to brief' },
        description: 'From when a look was asked for to its brief.',
        queries: [{ expr: of('time_to_brief_seconds', 'percentile'), legend: 'p{{percentile}}' }],
      },
      {
        ...{ ...half, unit: 's', min: 0, title: 'Time to resolve' },
        description: 'Of incidents that are over and are still kept.',
        queries: [{ expr: of('time_to_resolve_seconds', 'percentile'), legend: 'p{{percentile}}' }],
      },
      {
        ...{ ...half, unit: 'none', min: 1, max: 5, decimals: 2, title: 'Usefulness' },
        description: 'Mean of what people gave, from 1 to 5.',
        queries: [{ expr: of('usefulness_score'), legend: 'mean' }],
      },
      {
        ...{ ...half, unit: 'currencyUSD', min: 0, title: 'Cost' },
        description: 'What models cost in the window. Answers at an unknown price are not in it: they are counted below.',
        queries: [{ expr: of('analyses_cost_usd'), legend: 'models' }],
      },
      {
        ...{ ...half, unit: 'short', min: 0, title: 'What usefulness and cost rest on' },
        description: 'How many scores people gave, and how many answers have no known price.',
        queries: [
          { expr: of('usefulness_ratings'), legend: 'scores that people gave' },
          { expr: of('unpriced_answers'), legend: 'answers without a price' },
        ],
      },
    ],
  ],
];

function toPanel(chart: Chart, id: number, gridPos: { x: number; y: number; w: number; h: number }): Panel {
  const { decimals, description, max, min, queries, title, type, unit } = chart;
  return {
    ...{ id, type, title, description, datasource, gridPos },
    fieldConfig: {
      defaults: {
        unit,
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
        ...(decimals === undefined ? {} : { decimals }),
        color: { mode: type === 'timeseries' ? FieldColorModeId.PaletteClassic : FieldColorModeId.Fixed },
      },
      overrides: [],
    },
    options:
      type === 'timeseries'
        ? { legend: { displayMode: 'list', placement: 'bottom', showLegend: true }, tooltip: { mode: 'multi', sort: 'none' } }
        : { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false }, orientation: type === 'bargauge' ? 'horizontal' : 'auto' },
    targets: queries.map(({ expr, legend }, index) => ({
      ...{ refId: String.fromCharCode(65 + index), expr, legendFormat: legend, datasource },
      ...(type === 'timeseries' ? { range: true } : { instant: true, range: false }),
    })),
  };
}

function layOut(): (Panel | RowPanel)[] {
  const panels: (Panel | RowPanel)[] = [];
  let y = 0;
  for (const [title, own] of charts) {
    panels.push({ type: 'row', id: panels.length + 1, title, collapsed: false, gridPos: { x: 0, y, w: WIDTH, h: 1 }, panels: [] });
    y += 1;
    let [x, height] = [0, 0];
    for (const chart of own) {
      if (x + chart.width > WIDTH) [x, y, height] = [0, y + height, 0];
      panels.push(toPanel(chart, panels.length + 1, { x, y, w: chart.width, h: chart.height }));
      x += chart.width;
      height = Math.max(height, chart.height);
    }
    y += height;
  }
  return panels;
}

/** What `grafana/midwatch-accuracy.json` is written from. */
export const dashboard: Dashboard = {
  ...{ uid: 'midwatch-accuracy', title: 'Midwatch: accuracy', tags: ['midwatch'], schemaVersion: 39, version: 1 },
  description: 'What the analyses were worth, from the measures of Midwatch\'s server (docs/accuracy.md).',
  ...{ editable: true, timezone: 'utc', refresh: '5m', time: { from: 'now-30d', to: 'now' }, graphTooltip: defaultDashboard.graphTooltip ?? 0 },
  templating: {
    list: [
      { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
      {
        ...{ name: 'window', label: 'Window', type: 'custom', query: '30d,90d' },
        current: { selected: true, text: '90d', value: '90d' },
        options: [
          { selected: false, text: '30d', value: '30d' },
          { selected: true, text: '90d', value: '90d' },
        ],
      },
    ],
  },
  panels: layOut(),
};
