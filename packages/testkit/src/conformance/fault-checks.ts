import { type ConnectorV1, querySignals, type SignalBatchV1, type SignalKind } from '@midwatch/core';
import { type ConformanceCheck, describe, expectConnectorError, expectThat, settleWithin } from './check.js';
import { createStandInBodies, type StandInBodies } from './stand-in-body.js';
import {
  ask,
  type ConformanceOptions,
  createCall,
  createSubject,
  type Interference,
  SERVICE,
  type Subject,
  TOKEN,
  toQuery,
  WINDOW,
} from './subject.js';
import {
  BODY_TEXT,
  type PlantedAnswer,
  type PlantedStream,
  type TransportFault,
  transportFaults,
} from './transport-fault.js';

/** Beside the deadline, for a machine that is busy. */
const SLACK_MS = 2000;
/** Of `collectSignals`: a thirtieth of it is waited for before a retry. */
const COLLECT_MS = 3000;
/** More than this of one answer no cap lets through; a file may be longer, and what is too long in it is dropped. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

type Planted = { readonly isRetried: boolean; readonly plant: (bodies: StandInBodies) => Interference };

/** Each fault in every answer of the vendor, asked of the connector itself and through core, which alone retries. */
export const faultChecks: readonly ConformanceCheck[] = transportFaults.map((fault) => ({
  id: fault.id,
  promise: fault.promise,
  needs: 'transport',
  per: 'kind',
  fault: fault.fault,
  ...(typeof fault.streams === 'string' ? { notForStreams: fault.streams } : {}),
  async run(options, kind) {
    const isStream = 'createWith' in options;
    const planted = isStream ? plantedStreams(fault) : fault.answers.map(toPlanted);
    for (const each of planted) {
      await meetDirectly(
        { ...fault, mayBePartial: isStream || fault.mayBePartial === true },
        each,
        options,
        kind,
      );
      await meetThroughCore(fault, each, options, kind);
    }
  },
}));

function toPlanted({ answer, isRetried = false }: PlantedAnswer): Planted {
  return { isRetried, plant: (bodies) => ({ fetch: (_, __, honest) => answer(bodies, honest) }) };
}

function plantedStreams({ streams }: TransportFault): readonly Planted[] {
  if (typeof streams === 'string') return [];
  return streams.map(({ open, isRetried = false }: PlantedStream) => ({
    isRetried,
    plant: (bodies) => ({ stream: (content) => open(bodies, content) }),
  }));
}

function createFaulty(
  options: ConformanceOptions,
  kind: SignalKind,
  interference: Interference,
): Promise<Subject> {
  return createSubject(options, { kind, count: 6, window: WINDOW, service: SERVICE }, interference);
}

async function meetDirectly(
  fault: TransportFault,
  { plant }: Planted,
  options: ConformanceOptions,
  kind: SignalKind,
): Promise<void> {
  const bodies = createStandInBodies();
  const { connector, sent } = await createFaulty(options, kind, plant(bodies));
  const { deadlineMs = 10_000 } = fault;
  const call = createCall({ deadlineAtMs: Date.now() + deadlineMs });
  const asked = ask(connector, kind, toQuery(kind, options), call);
  const outcome = await settleWithin(asked, Math.min(deadlineMs, SLACK_MS) + SLACK_MS);

  if ('value' in outcome && fault.mayBePartial === true) expectNamedGap(outcome.value);
  else expectNothingSecret(expectConnectorError(outcome, fault.codes));
  const distinct = new Set(sent.map(({ method, url, body }) => `${method} ${url} ${body}`));
  expectThat(distinct.size === sent.length, 'the same request was sent twice: retries are for core');
  await expectNothingOpen(sent, bodies);
  const longest = Math.max(0, ...bodies.made.map(({ bytes }) => bytes));
  expectThat('createWith' in options || longest <= MAX_BODY_BYTES, `${longest} bytes of one body were read`);
}

/** Counted at the source: a retry by core asks the connector once more. */
async function meetThroughCore(
  fault: TransportFault,
  { plant, isRetried }: Planted,
  options: ConformanceOptions,
  kind: SignalKind,
): Promise<void> {
  const { connector } = await createFaulty(options, kind, plant(createStandInBodies()));
  const { counted, times } = countCalls(connector, kind);
  const deadlineMs = fault.deadlineMs ?? COLLECT_MS;
  const asked = querySignals(counted, kind, toQuery(kind, options), { redact: 'none', deadlineMs });
  const outcome = await settleWithin(asked, deadlineMs + SLACK_MS);

  if ('value' in outcome) expectNamedGap(outcome.value);
  else expectConnectorError(outcome, [...fault.codes, 'timeout']);
  const wanted = isRetried && 'error' in outcome ? 2 : 1;
  expectThat(times() === wanted, `core asked ${times()} times, expected ${wanted}`);
}

function countCalls(connector: ConnectorV1, kind: SignalKind) {
  let calls = 0;
  const source = connector.sources[kind];
  if (source === undefined) throw new TypeError(`${connector.id} has no source for ${kind}`);
  const counting = {
    ...source,
    doQuery: (query: never, call: never) => {
      calls += 1;
      return source.doQuery(query, call);
    },
  };
  const counted: ConnectorV1 = { ...connector, sources: { ...connector.sources, [kind]: counting } };
  return { counted, times: () => calls };
}

/** What a person or a model could come to read. */
export function expectNothingSecret(error: Error): void {
  const shown = [error.message, JSON.stringify(error), error.stack ?? '', describe(error.cause)].join('\n');
  expectThat(!shown.includes(TOKEN), 'the token stands in the error');
  expectThat(!shown.includes(BODY_TEXT), 'text of the answer stands in the error');
  expectThat(!/[?&]\w+=/.test(error.message), `a query string stands in the message: ${error.message}`);
}

export function expectNamedGap({ gaps }: SignalBatchV1<SignalKind>): void {
  expectThat(gaps.length > 0, 'an answer without a gap, though nothing could be read');
  const told = JSON.stringify(gaps);
  expectThat(!told.includes(TOKEN) && !told.includes(BODY_TEXT), 'text of the answer stands in a gap');
}

/** Nothing may go on after the call has ended: no request, no body that still comes. */
async function expectNothingOpen(sent: Subject['sent'], { made }: StandInBodies): Promise<void> {
  const waiting = () => sent.filter(({ ended, signal }) => !ended && signal?.aborted !== true).length;
  const open = () => made.filter(({ ended }) => !ended).length;
  // Deadlines of requests side by side are a little apart, and a stream learns later that nobody reads it any more.
  for (let turn = 0; turn < 20 && waiting() + open() > 0; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expectThat(waiting() === 0, `${waiting()} requests were left open`);
  expectThat(open() === 0, `${open()} bodies were neither read to their end nor given up`);
}
