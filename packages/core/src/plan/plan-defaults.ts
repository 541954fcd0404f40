const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Every default of the plan. They move where the evaluation shows it, by a decision record. */
export const planDefaults = {
  /** How long a rule's condition held before it fired, when the rule does not tell. */
  forMs: 5 * MINUTE_MS,
  /** What is looked at before the condition began to hold. */
  leadMs: 15 * MINUTE_MS,
  maxWindowMs: HOUR_MS,
  /** Between the baseline's end and the window: what led to the alert is no ordinary time. */
  baselineGapMs: 5 * MINUTE_MS,
  /** A suspected change that is older makes the same hour yesterday the better baseline: the same traffic. */
  sameHourAfterMs: 6 * HOUR_MS,
  dayMs: 24 * HOUR_MS,
  /** A cause hours before onset is normal for a limit that bites only under load. */
  changesBackMs: 24 * HOUR_MS,
  metrics: {
    historyBackMs: 24 * HOUR_MS,
    historyStepMs: 5 * MINUTE_MS,
    minStepMs: 15 * SECOND_MS,
    maxStepMs: 60 * SECOND_MS,
    /** Aimed at for one range, between the two steps. */
    pointsPerSeries: 240,
    /** Window and baseline come out of one answer as long as what lies between them is no more than this. */
    maxSpanMs: 4 * HOUR_MS,
    maxSeries: 500,
    /** For all services of a namespace at once. */
    maxSeriesOfAll: 2000,
  },
  logs: {
    maxWarnings: 1000,
    maxSpread: 2000,
    /** For one service of wave 2. */
    maxSpreadOfSuspect: 1000,
    /**
     * For each of window and baseline. Whole calls or nothing: with 4,000 the lines of a busy window's later traces were missing.
     */
    maxTraceLines: 10_000,
    /** So that a query of trace ids fits into a URL. */
    traceIdsPerQuery: 64,
    maxTraceIds: 192,
  },
  traces: { maxAbnormal: 20, maxOrdinary: 200 },
  changes: { maxOfService: 100, maxElsewhere: 20 },
  secondWave: {
    /** Services whose deploys and cluster events are asked for. */
    maxSuspects: 8,
    /** Of these, the first: logs and metrics cost more. */
    maxReadInFull: 3,
    /** Of revisions of which it is asked what lies between them: each costs some requests. */
    maxRanges: 5,
    /** Each is a query of its own. */
    maxServicesOfRanges: 3,
    /** Below it a service does not differ from its baseline. */
    minSuspicion: 0.05,
  },
  /** For `limits: 'none'`. */
  unlimited: 1_000_000,
} as const;
