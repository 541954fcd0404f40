import { describe, expect, test } from 'vitest';
import { poolExhaustion } from '../scenarios/pool-exhaustion.js';
import type { Disturbance, DisturbedPlace } from './disturbance.js';
import { callersFirst, type Fate, fateOf } from './flow.js';
import { createRandom } from './random.js';
import { type Moment, simulateRequest, type Visit } from './request.js';
import { findOperation, type Topology } from './topology.js';
import { createWorld } from './world.js';

const REQUESTS = 6000;

function disturbanceAt(place: DisturbedPlace, failShare: number): Disturbance {
  return {
    id: 'planted',
    place,
    intensity: () => 0.6,
    failShare,
    servedDelayMs: () => 500,
    failedDelayMs: () => 900,
    failure: { status: 503, errorType: 'Planted', message: 'planted' },
  };
}

function momentWith(topology: Topology, disturbances: readonly Disturbance[]): Moment {
  return { topology, tick: 0, latencyScale: 1, disturbances, strains: [], errorShare: 0 };
}

function fatesOf(moment: Moment): ReadonlyMap<string, Fate> {
  const fates = new Map<string, Fate>();
  for (const operation of callersFirst(moment.topology).toReversed()) {
    fates.set(operation.id, fateOf(operation, moment, fates));
  }
  return fates;
}

function visitsOf(root: Visit, service: string): number {
  const own = root.operation.service === service ? 1 : 0;
  return root.calls.reduce(
    (sum, call) => sum + (call.visit === undefined ? 0 : visitsOf(call.visit, service)),
    own,
  );
}

const { topology } = poolExhaustion({ seed: undefined, shiftMs: 0 });
const [front, accounts, orders, , database] = topology.services.map(({ name }) => name) as [
  string,
  string,
  string,
  string,
  string,
];
const places: readonly DisturbedPlace[] = [
  { kind: 'before-call', caller: front, callee: accounts },
  { kind: 'in-call', caller: orders, callee: database },
  { kind: 'in-service', service: accounts },
];

describe.each(places)('$kind: counted shares are those of simulated requests', (place) => {
  const moment = momentWith(topology, [disturbanceAt(place, 0.3)]);
  const fates = fatesOf(moment);

  test.each(topology.entries.map(({ operation }) => operation))('%s', (id) => {
    const random = createRandom('flow', id, place.kind);
    const operation = findOperation(topology, id);
    let [failed, delayed] = [0, 0];
    for (let index = 0; index < REQUESTS; index += 1) {
      const visit = simulateRequest(operation, 0, moment, random);
      if (visit.failure !== undefined) failed += 1;
      else if (visit.durationMs > 480) delayed += 1;
    }
    const fate = fates.get(id);
    expect(failed / REQUESTS).toBeCloseTo(fate?.failed[0] ?? Number.NaN, 1.5);
    expect(delayed / REQUESTS).toBeCloseTo(fate?.served[0] ?? Number.NaN, 1.5);
  });
});

describe('several disturbances at once', () => {
  const everyCaller = topology.operations
    .flatMap((one) =>
      one.calls.map((call) => [one.service, findOperation(topology, call.to).service] as const),
    )
    .filter(([, callee]) => callee === database || callee === accounts)
    .filter(
      ([caller, callee], index, all) =>
        all.findIndex((one) => one.join() === `${caller},${callee}`) === index,
    )
    .map(([caller, callee], index) => ({
      ...disturbanceAt({ kind: 'in-call', caller, callee }, 0.7),
      id: `planted-${index}`,
    }));
  const moment = momentWith(topology, everyCaller);
  const fates = fatesOf(moment);

  test.each(topology.entries.map(({ operation }) => operation))('%s: no request is counted twice', (id) => {
    const random = createRandom('several', id);
    const operation = findOperation(topology, id);
    const visits = Array.from({ length: REQUESTS }, () => simulateRequest(operation, 0, moment, random));
    const fate = fates.get(id);
    const shares = [...(fate?.failed ?? []), ...(fate?.served ?? [])];
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    for (const [index, disturbance] of everyCaller.entries()) {
      const failed = visits.filter(({ failure }) => failure?.disturbanceId === disturbance.id).length;
      expect(failed / REQUESTS).toBeCloseTo(fate?.failed[index] ?? Number.NaN, 1.5);
    }
    const delayed = visits.filter((one) => one.failure === undefined && one.durationMs > 480).length;
    const served = fate?.served.reduce((sum, share) => sum + share, 0) ?? Number.NaN;
    // One that two of them delay is counted in part for each, and at most once.
    expect(delayed / REQUESTS).toBeLessThanOrEqual(served + 0.03);
  });
});

test('a disturbance of some operations leaves the others of the service alone', () => {
  const place = { kind: 'in-service', service: database, operations: ['insert-order'] } as const;
  const fates = fatesOf(momentWith(topology, [disturbanceAt(place, 1)]));
  expect(fates.get('order')?.failed).toEqual([0]);
  expect(fates.get('session')?.failed).toEqual([0]);
  expect(fates.get('place-order')?.failed[0]).toBeCloseTo(0.6, 5);
});

test('what fails before a call withholds traffic from the callee, and from what would have come after it', () => {
  const [place] = places as [DisturbedPlace];
  const moment = momentWith(topology, [disturbanceAt(place, 1)]);
  const operation = findOperation(topology, 'order');
  const random = createRandom('withheld');
  const visits = Array.from({ length: REQUESTS }, () => simulateRequest(operation, 0, moment, random));
  const reaching = (service: string): number =>
    visits.filter((visit) => visitsOf(visit, service) > 0).length / REQUESTS;
  expect(reaching(accounts)).toBeCloseTo(0.4, 1);
  expect(reaching(orders)).toBeCloseTo(0.4, 1);
  const fate = fatesOf(moment).get('order');
  expect(fate?.arrivals.map((share) => Math.round(share * 10) / 10)).toEqual([0.4, 0.4]);
});

describe('where the time goes', () => {
  function slowest(place: DisturbedPlace, id: string): Visit {
    const moment = momentWith(topology, [{ ...disturbanceAt(place, 0), intensity: () => 1 }]);
    return simulateRequest(findOperation(topology, id), 0, moment, createRandom('placement', place.kind));
  }

  test('before a call: the client span begins late and is short', () => {
    const visit = slowest({ kind: 'before-call', caller: front, callee: accounts }, 'user');
    expect(visit.calls[0]?.startMs).toBeGreaterThan(500);
    expect(visit.calls[0]?.durationMs).toBeLessThan(200);
  });

  test('in a call: the client span is long, the server span begins late', () => {
    const [call] = slowest({ kind: 'in-call', caller: front, callee: accounts }, 'user').calls;
    expect(call?.startMs).toBeLessThan(100);
    expect(call?.durationMs).toBeGreaterThan(500);
    expect((call?.visit?.startMs ?? 0) - (call?.startMs ?? 0)).toBeGreaterThan(500);
    expect(call?.visit?.durationMs).toBeLessThan(200);
  });

  test('in a service: its own span is long', () => {
    const [call] = slowest({ kind: 'in-service', service: accounts }, 'user').calls;
    expect(call?.visit?.durationMs).toBeGreaterThan(500);
  });
});

test('counters never fall and pods share all of their service’s requests', () => {
  const { run, pods } = createWorld(poolExhaustion({ seed: 5, shiftMs: 0 }));
  for (const { components } of run.operations.values()) {
    for (const { cumulative } of components) {
      expect(cumulative.every((value, tick) => tick === 0 || value >= (cumulative[tick - 1] ?? 0))).toBe(
        true,
      );
    }
  }
  for (const service of run.topology.services) {
    for (let tick = 0; tick <= run.clock.ticks; tick += 97) {
      const alive = pods.filter(
        (pod) => pod.service === service.name && pod.fromTick <= tick && tick < pod.toTick,
      );
      expect(alive.reduce((sum, pod) => sum + pod.share, 0)).toBeCloseTo(1, 10);
    }
  }
});
