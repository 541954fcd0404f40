/**
 * Every number that the ranking rests on, in one place. They were chosen by reasoning about what a fault does to a
 * request, not by a program; `pnpm bench left-out` steps each of them down and up, and chooses them anew without the
 * incidents of one service. Shares are 0 to 1, gains are nats (see `statistics/evidence-gain.ts`).
 */
export const judgement = {
  /** Steps of a request that stopped or began. Between "always" and "never" lies a mix of requests, which is no fault. */
  steps: {
    always: 0.95,
    nearlyAlways: 0.9,
    /** Requests before and after the onset: fewer tell nothing. */
    minimumBefore: 2,
    minimumAfter: 3,
    minimumGain: 2.5,
    /** How much less a step says that was replaced by another: then the requests rather took another branch. */
    branchDiscount: 0.7,
    /** A new step alone is seldom the fault. */
    newPathShare: 0.25,
  },
  /** Own errors of an operation. */
  errors: {
    minimumGain: 2.5,
    minimumRise: 0.02,
    /** Error lines that so many healthy requests write are a habit. */
    usualShare: 0.9,
    /** An error that names another service may be that one's, or the way to it. */
    namesAnother: 0.5,
  },
  /** Self times and waits that became longer. */
  times: {
    /** Fewer healthy observations do not tell what is typical. */
    fewestInBaseline: 2,
    /** Fewer than this many do not tell how far the measure strays, unless it exceeds all that the healthy fleet shows. */
    enoughInBaseline: 4,
    /** A measure seen less often than this in the baseline does not tell what the noise of the fleet is. */
    fewestForNoise: 3,
    minimumGain: 2,
    /** An extra time of this share of the request counts half; what is shorter fades fast, and ends at the least. */
    halfMaterial: 0.2,
    leastMaterial: 0.05,
    /**
     * A shift whose onset within the window is no surer than this may be there from its first request on, and be the
     * difference of two days: it counts for less, unless it exceeds all that the healthy fleet shows.
     */
    onsetGain: 2,
    driftShare: 0.5,
    /** Keeps tiny spans from looking many times slower, milliseconds. */
    shortestMs: 0.5,
    /** Evidence of several edges adds up, but never beyond this. */
    mostGain: 150,
  },
  /** Whose a wait between a client and its server span is. */
  waits: {
    /** Of the wait, at least this share must lie before the server began for a wait that is only before it. */
    leadOnlyShare: 0.8,
    /** An edge suffers with another when its wait grew by this share of the other's. */
    sufferingShare: 0.3,
    /** The blame follows the other end of a service a little: one that is slow to answer is slow to ask. */
    otherSide: 0.2,
    /** The caller is to blame when more of what it calls suffers, by so much; less of it does where it waits to begin. */
    callerByShare: 1.1,
    callerByLead: 1.3,
  },
  /** Whose a call is that failed and left no span of the callee. */
  unanswered: {
    /** An edge suffers with another when at least this share of the other's part of calls goes unanswered. */
    sufferingShare: 0.3,
    nearlyEqual: 1.05,
    /** So many calls of another caller tell whether it reaches the callee. */
    fewestCalls: 3,
  },
  /** Gains of a changed log pattern at full strength. A line says where, but not whose fault: rates follow the traffic. */
  lines: {
    newErrorGain: 14,
    knownErrorGain: 2,
    warningGain: 5,
    otherGain: 1.5,
  },
  /** Gains of a shifted metric at full strength. Latencies and errors say where it hurts; what is exhausted says why. */
  metrics: {
    gain: {
      'request.rate': 4,
      'error.ratio': 6,
      'latency.p50': 4,
      'latency.p95': 4,
      'latency.p99': 4,
      'cpu.usage': 4,
      'cpu.throttling': 10,
      'memory.usage': 3,
      restarts: 12,
      'connections.used': 5,
      // A limit that was set lower is a change, not yet harm.
      'connections.max': 2,
      'connections.waiting': 14,
      'queue.depth': 6,
      'disk.usage': 4,
      'saturation.other': 4,
    },
    /** A metric of unknown meaning needs agreement from elsewhere. */
    unknownGain: 1,
    /** What counts instead from the level on where it hurts by itself, as a share of what there is. */
    limit: { 'cpu.usage': 0.8, 'memory.usage': 0.9, 'disk.usage': 0.9 },
    gainAtLimit: { 'cpu.usage': 14, 'memory.usage': 12, 'disk.usage': 14 },
    /** What a node uses is shared by all that run on it. */
    ofNode: 0.2,
    passing: 0.5,
    surelyReached: 0.6,
  },
  /** What the cluster reports: reasons that take a service down, others, and those that only say that something moved. */
  events: {
    graveGain: 14,
    otherGain: 5,
    routineGain: 0.5,
    /** What was there before the window is the baseline's trouble. */
    oldShare: 0.25,
  },
  /** One service that takes what another on the same machine needs. */
  neighbours: {
    /** Ordinary use goes up and down. */
    sureRise: 0.6,
    leastFactor: 2,
    sureSlowness: 0.5,
    /** A service whose own use rose by this share of the other's is busy itself. */
    busyItself: 0.5,
    /** Most of the slow calls must have run there. */
    leastShare: 0.6,
    /** Being on one machine at the right time is less than being seen in the same request. */
    circumstantial: 0.7,
  },
  /** When a deeper fault accounts for an upper one. */
  explanations: {
    /** Most of the affected calls must contain the other fault before it explains them. */
    leastShare: 0.6,
    /** A weak clue does not explain a strong one away. */
    leastStrength: 0.5,
    /** How well a fault somewhere below explains what may be a symptom, such as a latency metric. */
    symptomShare: 0.85,
    symptomStrength: 0.4,
    /** How well a neighbour on the same machine explains slowness. */
    neighbourShare: 0.9,
    /** What is left of a clue that another service explains wholly. */
    leftWhenExplained: 0.15,
    /** That a symptom is surer still speaks no more against its service. */
    certain: 40,
  },
  /**
   * How much a whole family may add to a score. Structure, time and errors are read per request and name their origin;
   * resources and events name a place but not that it mattered; traffic follows whoever is upstream.
   */
  families: {
    structure: 1,
    time: 1,
    neighbours: 1,
    errors: 0.9,
    events: 0.7,
    resources: 0.6,
    traffic: 0.15,
    /** What each further clue of a family counts, of the one before it. */
    further: 0.5,
  },
  /** What a change adds to the score of its service: without any symptom of it, and with so many that they are enough. */
  changes: {
    alone: 0.1,
    withSymptoms: 0.6,
    symptomsEnough: 0.6,
  },
  /** The most confidence that the evidence allows. */
  ceiling: {
    /** A score at which one suspect alone is convincing, and below which there is no suspect at all. */
    convincingScore: 0.75,
    suspectScore: 0.55,
    /** How far the first must stand before the second, as a share of its own score. */
    clearMargin: 0.35,
    someMargin: 0.15,
    /** A family of evidence that counts as one that agrees. */
    agreeing: 0.3,
    /** One family alone convinces when it is this strong: about 16 nats, one in ten million. */
    strongAlone: 0.8,
  },
} as const;
