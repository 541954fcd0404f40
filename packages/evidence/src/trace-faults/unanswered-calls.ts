import type { DeploySignal, Span } from '@midwatch/core';
import { judgement } from '../judgement.js';
import type { Call, FailedLeaf, ReadTrace } from './call.js';

/** Calls from one service to another: those that were answered, and those that failed and left no trace in the callee. */
interface Edge {
  readonly caller: string;
  readonly callee: string;
  /** Start times within the window, milliseconds. */
  readonly answered: number[];
  readonly unanswered: { readonly leaf: FailedLeaf; readonly operation: string }[];
}

/** Where a span of a caller normally leads: how often to which operation, per service. */
type Routes = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>>;

const { sufferingShare, nearlyEqual, fewestCalls } = judgement.unanswered;
/** Each is compared with all others. */
const mostEdges = 100;

/**
 * A failed call whose callee left no span is the failure of nobody in particular: it never reached the callee, or the
 * callee died of it. It is written down as a call of the callee, without spans, when rather its callers suffer than the
 * callees of this one caller; else it stays a failure of the caller.
 */
export function addUnansweredCalls(traces: readonly ReadTrace[], deploys: readonly DeploySignal[]): void {
  const edges = readEdges(traces, learnRoutes(traces));
  const all = [...edges.values()];
  const failing = all
    .filter((edge) => edge.unanswered.length > 0)
    .sort((a, b) => b.unanswered.length - a.unanswered.length);
  for (const edge of failing.slice(0, mostEdges)) {
    const toBlame = isCalleeToBlame(edge, all, deploys);
    for (const { leaf, operation } of edge.unanswered) {
      leaf.call.hasUnansweredCall = true;
      if (toBlame) addCall(leaf, edge.callee, operation);
    }
  }
}

function routeKey(call: Call, span: string): string {
  return `${call.service}\0${call.operation}\0${span}`;
}

function learnRoutes(traces: readonly ReadTrace[]): Routes {
  const routes = new Map<string, Map<string, Map<string, number>>>();
  for (const trace of traces) {
    if (trace.period !== 'baseline') continue;
    for (const { parent, via, service, operation } of trace.calls) {
      if (parent === undefined || via === undefined) continue;
      const callees = entryOf(routes, routeKey(parent, via), () => new Map<string, Map<string, number>>());
      const operations = entryOf(callees, service, () => new Map<string, number>());
      operations.set(operation, (operations.get(operation) ?? 0) + 1);
    }
  }
  return routes;
}

function readEdges(traces: readonly ReadTrace[], routes: Routes): ReadonlyMap<string, Edge> {
  const edges = new Map<string, Edge>();
  const services = learnServices(traces);
  const edgeOf = (caller: string, callee: string): Edge =>
    entryOf(edges, `${caller}\0${callee}`, () => ({ caller, callee, answered: [], unanswered: [] }));
  for (const trace of traces) {
    for (const { parent, service } of trace.calls) {
      if (parent === undefined || trace.period !== 'window') continue;
      edgeOf(parent.service, service).answered.push(trace.startMs);
    }
    for (const leaf of trace.failedLeaves) {
      const callees = routes.get(routeKey(leaf.call, leaf.span.operation));
      // Where the baseline does not tell the way, the service that the span itself names.
      const callee = callees === undefined ? namedPeer(leaf.span, services) : calleeOf(leaf.span, callees);
      const operations = callee === undefined ? undefined : (callees ?? services).get(callee);
      if (callee === undefined || operations === undefined || callee === leaf.call.service) {
        leaf.call.hasUnansweredCall ||= namesPeer(leaf.span);
        continue;
      }
      const operation = commonest(operations);
      edgeOf(leaf.call.service, callee).unanswered.push({ leaf, operation });
    }
  }
  return edges;
}

/** The operations of every service that left spans. */
function learnServices(traces: readonly ReadTrace[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const services = new Map<string, Map<string, number>>();
  for (const trace of traces) {
    for (const { service, operation } of trace.calls) {
      const operations = entryOf(services, service, () => new Map<string, number>());
      operations.set(operation, (operations.get(operation) ?? 0) + 1);
    }
  }
  return services;
}

/** It calls something that leaves no spans at all: whose failure it is, its caller alone cannot tell. */
function namesPeer({ attributes }: Span): boolean {
  return peerAttributes.some((key) => attributes[key] !== undefined && attributes[key] !== '');
}

const peerAttributes = ['peer.service', 'server.address', 'net.peer.name', 'rpc.service'];

/** Of the services that this span leads to when all is well, the one that it names; the only one, when it names none. */
function calleeOf(span: Span, callees: ReadonlyMap<string, unknown>): string | undefined {
  const [only] = callees.keys();
  return namedPeer(span, callees) ?? (callees.size === 1 ? only : undefined);
}

function namedPeer({ attributes }: Span, services: ReadonlyMap<string, unknown>): string | undefined {
  for (const key of peerAttributes) {
    const peer = attributes[key];
    if (peer === undefined || peer === '') continue;
    const name = String(peer).slice(0, 300);
    const host = name.split(/[.:]/, 1)[0] ?? '';
    if (services.has(name)) return name;
    if (services.has(host)) return host;
  }
  return undefined;
}

function commonest(counts: ReadonlyMap<string, number>): string {
  let best = '';
  let most = 0;
  for (const [name, count] of counts) {
    if (count > most) [best, most] = [name, count];
  }
  return best;
}

/**
 * It is the caller when all others reach the callee, or when rather all that this caller calls suffers. Where nobody else
 * is seen to call it, it is the one that was just changed, else the callee: one that is down leaves no span either.
 */
function isCalleeToBlame(edge: Edge, all: readonly Edge[], deploys: readonly DeploySignal[]): boolean {
  const sinceMs = windowTimes(edge)[0] ?? Number.POSITIVE_INFINITY;
  const share = unansweredShare(edge, sinceMs)?.share ?? 0;
  const coverage = (edges: readonly Edge[]) => {
    let suffering = 0;
    let total = 0;
    let others = 0;
    let othersSuffer = 0;
    for (const other of edges) {
      const seen = unansweredShare(other, sinceMs);
      if (seen === undefined) continue;
      const weight = seen.calls / (seen.calls + 1);
      const suffers = other === edge || seen.share >= sufferingShare * share;
      if (suffers) suffering += weight;
      total += weight;
      if (other === edge || seen.calls < fewestCalls) continue;
      others++;
      if (suffers) othersSuffer++;
    }
    return { share: (suffering + 0.5) / (total + 1), others, othersSuffer };
  };
  const ofCallee = coverage(all.filter((other) => other.callee === edge.callee));
  const ofCaller = coverage(all.filter((other) => other.caller === edge.caller));
  if (ofCallee.othersSuffer === 0 && ofCallee.others > 0) return false;
  if (ofCaller.share > ofCallee.share * nearlyEqual) return false;
  if (ofCallee.othersSuffer > 0) return true;
  const wasJustChanged = (service: string): boolean =>
    deploys.some((deploy) => {
      const agoMs = sinceMs - deploy.timestampMs;
      return deploy.service === service && agoMs >= 0 && agoMs <= justChangedMs;
    });
  return !wasJustChanged(edge.caller) || wasJustChanged(edge.callee);
}

const justChangedMs = 300_000;

function windowTimes({ unanswered }: Edge): readonly number[] {
  return unanswered.flatMap(({ leaf }) =>
    leaf.call.trace.period === 'window' ? [leaf.call.trace.startMs] : [],
  );
}

function unansweredShare(
  edge: Edge,
  sinceMs: number,
): { readonly share: number; readonly calls: number } | undefined {
  const since = (times: readonly number[]): number => times.filter((ms) => ms >= sinceMs).length;
  const unanswered = since(windowTimes(edge));
  const calls = unanswered + since(edge.answered);
  return calls === 0 ? undefined : { share: unanswered / calls, calls };
}

function addCall({ call: parent, span, offsetMs }: FailedLeaf, service: string, operation: string): void {
  const durationMs = span.durationNs / 1e6;
  // Until now the time was its caller's own: nothing below the span accounted for it.
  parent.selfMs = Math.max(0, parent.selfMs - durationMs);
  const call: Call = {
    trace: parent.trace,
    service,
    operation,
    parent,
    via: span.operation,
    isUnanswered: true,
    hasUnansweredCall: false,
    offsetMs,
    durationMs,
    callees: [],
    spans: [],
    selfMs: 0,
    waitMs: undefined,
    leadMs: undefined,
    failed: true,
    ownError: false,
    failedBelow: false,
    statements: [],
    places: [],
    errors: [],
    loggedNewError: false,
  };
  parent.callees.push(call);
  parent.trace.calls.push(call);
}

function entryOf<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}
