import type { Estimate, Figures } from '@midwatch/ledger';

export interface AccuracySample {
  readonly labels?: Readonly<Record<string, string>>;
  /** `null`: of nothing, and not shown. */
  readonly value: number | null;
}

/** One measure of `/metrics`; every one has the label `window` beside these. */
export interface AccuracyMeasure {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  read(figures: Figures): readonly AccuracySample[];
}

const one = (readValue: (figures: Figures) => number | null) => (figures: Figures) => [
  { value: readValue(figures) },
];

/** Of a share: what was measured, and where it lies at 95 %. */
function estimated(
  name: string,
  help: string,
  labels: readonly string[],
  estimatesOf: (
    figures: Figures,
  ) => readonly { readonly labels?: AccuracySample['labels']; readonly estimate: Estimate }[],
): AccuracyMeasure[] {
  const measure = (part: string, told: string, readValue: (estimate: Estimate) => number | null) => ({
    ...{ name: `midwatch_${name}${part}_ratio`, help: `${help}${told}`, labels },
    read: (figures: Figures) =>
      estimatesOf(figures).map(({ estimate, labels: own }) => ({
        ...(own && { labels: own }),
        value: readValue(estimate),
      })),
  });
  return [
    measure('', '', ({ share }) => share),
    measure('_lower', ': lower bound at 95 %', ({ lower, of }) => (of === 0 ? null : lower)),
    measure('_upper', ': upper bound at 95 %', ({ of, upper }) => (of === 0 ? null : upper)),
  ];
}

const levelsOf = ({ levels }: Figures) => Object.entries(levels);

const percentiles = (timesOf: (figures: Figures) => Figures['timeToBrief']) => (figures: Figures) => {
  const { p50Ms, p95Ms } = timesOf(figures);
  const toSeconds = (ms: number | null) => (ms === null ? null : ms / 1000);
  return [
    { labels: { percentile: '50' }, value: toSeconds(p50Ms) },
    { labels: { percentile: '95' }, value: toSeconds(p95Ms) },
  ];
};

/** The figures of the ledger under the names that they have everywhere. */
export const accuracyMeasures: readonly AccuracyMeasure[] = [
  {
    name: 'midwatch_incidents',
    help: 'Incidents, each with its standing analysis or none',
    read: one(({ incidents }) => incidents),
  },
  {
    name: 'midwatch_attempted_ratio',
    help: 'Incidents that have an analysis, of all',
    read: one(({ attempted }) => attempted.share),
  },
  {
    name: 'midwatch_answered_ratio',
    help: 'Analyses that found a cause, of all',
    read: one(({ answered }) => answered.share),
  },
  {
    name: 'midwatch_abstained_ratio',
    help: 'Analyses that said that the evidence does not suffice, of all',
    read: one(({ abstained }) => abstained.share),
  },
  {
    name: 'midwatch_settled_ratio',
    help: 'Incidents whose analysis was judged right, partly or wrong, of all: the accuracy speaks for these alone',
    read: one(({ settled }) => settled.share),
  },
  {
    name: 'midwatch_coverage_at_high_ratio',
    help: 'Incidents whose analysis claims something at HIGH, of all',
    read: one(({ coverageAtHigh }) => coverageAtHigh.share),
  },
  {
    name: 'midwatch_analyses',
    help: 'Standing analyses that claim something, by confidence',
    labels: ['confidence'],
    read: (figures) =>
      levelsOf(figures).map(([confidence, { count }]) => ({ labels: { confidence }, value: count })),
  },
  {
    name: 'midwatch_analyses_judged',
    help: 'Of them, those that were judged; unknown is not settled',
    labels: ['confidence', 'judgement'],
    read: (figures) =>
      levelsOf(figures).flatMap(([confidence, { partly, right, unknown, wrong }]) =>
        Object.entries({ right, partly, wrong, unknown }).map(([judgement, value]) => ({
          labels: { confidence, judgement },
          value,
        })),
      ),
  },
  ...estimated('precision', 'Right, of the settled analyses of a confidence', ['confidence'], (figures) =>
    levelsOf(figures).map(([confidence, { precision }]) => ({ labels: { confidence }, estimate: precision })),
  ),
  ...estimated('false_positives_at_high', 'Wrong, of the settled analyses at HIGH', [], (figures) => [
    { estimate: figures.falsePositivesAtHigh },
  ]),
  {
    name: 'midwatch_top1_ratio',
    help: 'Analyses that name the true service first, of those whose outcome names one',
    read: one(({ top1 }) => top1.share),
  },
  {
    name: 'midwatch_top3_ratio',
    help: 'Analyses that name the true service among the first three, of those whose outcome names one',
    read: one(({ top3 }) => top3.share),
  },
  {
    name: 'midwatch_stated_ratio',
    help: 'The share of right analyses that a confidence stands for',
    labels: ['confidence'],
    read: ({ calibration }) =>
      calibration.reliability.map(({ confidence, stated }) => ({ labels: { confidence }, value: stated })),
  },
  {
    name: 'midwatch_brier_score',
    help: 'Mean square of what stated shares were off by: 0 is best',
    read: one(({ calibration }) => calibration.brier),
  },
  {
    name: 'midwatch_calibration_error_ratio',
    help: 'Expected calibration error: how far stated and observed shares lie apart',
    read: one(({ calibration }) => calibration.ece),
  },
  {
    name: 'midwatch_usefulness_score',
    help: 'Mean of what people gave, from 1 to 5',
    read: one(({ usefulness }) => usefulness.mean),
  },
  {
    name: 'midwatch_usefulness_ratings',
    help: 'How many scores people gave',
    read: one(({ usefulness }) => usefulness.count),
  },
  {
    name: 'midwatch_time_to_brief_seconds',
    help: 'From when a look was asked for to its brief, by percentile',
    labels: ['percentile'],
    read: percentiles(({ timeToBrief }) => timeToBrief),
  },
  {
    name: 'midwatch_time_to_resolve_seconds',
    help: 'From an incident to its end, by percentile, of those that are over and kept',
    labels: ['percentile'],
    read: percentiles(({ timeToResolve }) => timeToResolve),
  },
  {
    name: 'midwatch_analyses_cost_usd',
    help: 'US dollars that models cost, where the price is known',
    read: one(({ cost }) => cost.usd),
  },
  {
    name: 'midwatch_cost_per_incident_usd',
    help: 'US dollars that models cost for each incident that has an analysis, where the price is known',
    read: one(({ cost }) => cost.perIncidentUsd),
  },
  {
    name: 'midwatch_unpriced_answers',
    help: 'Answers of models whose price is not known, and which no cost counts',
    read: one(({ cost }) => cost.unknownPrices),
  },
];
