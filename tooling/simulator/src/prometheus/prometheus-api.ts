import type { AlertState, RuleText } from '../alerting/alert-state.js';
import { jsonResponse, textResponse } from '../http/response.js';
import type { MetricStore } from '../metrics/metric-store.js';
import { listLabels, listLabelValues, listMetadata, listSeries } from './prometheus-catalog.js';
import { invalid, parseLimit, parseStep, parseTime, readParameters } from './prometheus-parameters.js';
import { listAlerts, listRules } from './prometheus-rules.js';
import { type Expression, TYPE_NAMES, typeOf } from './promql-ast.js';
import { PromqlError } from './promql-error.js';
import { evaluateScalar, evaluateVector } from './promql-evaluate.js';
import { parsePromql } from './promql-parser.js';
import { selectSeries, tickTime, windowTicks } from './promql-select.js';
import { type Evaluation, type ResultSeries, type Steps, stepTime, withName } from './promql-value.js';
import { sampleText } from './sample-text.js';

const MAX_POINTS = 11_000;
const GET_ONLY = new Set(['metadata', 'rules', 'alerts', 'status/buildinfo']);

/** Data of a successful answer, with what Prometheus says beside it. */
export interface Answer {
  readonly data: unknown;
  readonly warnings?: readonly string[];
}

/** The rules that the server evaluates, and what holds now. */
export interface Alerting {
  readonly rules: readonly RuleText[];
  readonly states: () => readonly AlertState[];
}

/** The HTTP API of a Prometheus 3.5 that scraped the shop until the world's now. */
export function createPrometheusApi(
  store: MetricStore,
  alerting: Alerting,
): (request: Request) => Promise<Response> {
  const base: QueryBase = { store, memory: new Map() };
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/-/ready') return textResponse(200, 'Prometheus Server is Ready.\n');
    if (pathname === '/-/healthy') return textResponse(200, 'Prometheus Server is Healthy.\n');
    const path = /^\/api\/v1\/(.+)$/.exec(pathname)?.[1];
    if (path === undefined) return textResponse(404, '404 page not found\n');
    try {
      const parameters = await readParameters(request);
      const answer = answerFor(path, parameters, base, alerting);
      if (answer === undefined) return textResponse(404, '404 page not found\n');
      if (!isAllowed(request.method, path)) return textResponse(405, 'Method Not Allowed\n');
      return jsonResponse(200, { status: 'success', ...answer() });
    } catch (error) {
      if (!(error instanceof PromqlError)) throw error;
      const { errorType, message } = error;
      return jsonResponse(errorType === 'bad_data' ? 400 : 422, {
        status: 'error',
        errorType,
        error: message,
      });
    }
  };
}

function isAllowed(method: string, path: string): boolean {
  return method === 'GET' || (method === 'POST' && !GET_ONLY.has(path) && !path.startsWith('label/'));
}

function answerFor(
  path: string,
  parameters: URLSearchParams,
  base: QueryBase,
  alerting: Alerting,
): (() => Answer) | undefined {
  const { store } = base;
  const label = /^label\/([^/]+)\/values$/.exec(path)?.[1];
  if (label !== undefined) return () => listLabelValues(store, decodeURIComponent(label), parameters);
  switch (path) {
    case 'query':
      return () => queryInstant(base, parameters);
    case 'query_range':
      return () => queryRange(base, parameters);
    case 'labels':
      return () => listLabels(store, parameters);
    case 'series':
      return () => listSeries(store, parameters);
    case 'metadata':
      return () => listMetadata(store, parameters);
    case 'rules':
      return () => listRules(store, alerting.states(), alerting.rules, parameters);
    case 'alerts':
      return () => listAlerts(alerting.states());
    case 'status/buildinfo':
      return () => ({ data: BUILD_INFO });
    default:
      return undefined;
  }
}

const BUILD_INFO = {
  version: '3.5.3',
  revision: 'simulated',
  branch: 'HEAD',
  buildUser: 'simulator',
  buildDate: '20260929-11:59:39',
  goVersion: 'go1.27.1',
};

type QueryBase = Required<Omit<Evaluation, 'steps'>>;

function parseQuery(parameters: URLSearchParams): Expression {
  try {
    return parsePromql(parameters.get('query') ?? '');
  } catch (error) {
    throw error instanceof PromqlError ? invalid('query', error.message) : error;
  }
}

function queryInstant(base: QueryBase, parameters: URLSearchParams): Answer {
  const time = parameters.get('time');
  const atMs = time === null || time === '' ? base.store.nowMs : parseTime(time, 'time');
  const expression = parseQuery(parameters);
  const evaluation: Evaluation = { ...base, steps: { startMs: atMs, stepMs: 1, count: 1 } };
  const at = atMs / 1000;
  switch (typeOf(expression)) {
    case 'scalar':
      return {
        data: {
          resultType: 'scalar',
          result: [at, sampleText(evaluateScalar(expression, evaluation)[0] ?? Number.NaN)],
        },
      };
    case 'string':
      return {
        data: { resultType: 'string', result: [at, expression.kind === 'string' ? expression.value : ''] },
      };
    case 'matrix':
      return { data: { resultType: 'matrix', result: rawSamples(expression, base.store, atMs) } };
    default: {
      const result = [...evaluateVector(expression, evaluation)]
        .filter((series) => series.present[0] === 1)
        .map((series) => ({
          metric: Object.fromEntries(series.labels),
          value: [at, sampleText(series.values[0] ?? Number.NaN)],
        }));
      return truncated('vector', result, parameters);
    }
  }
}

function rawSamples(expression: Expression, store: MetricStore, atMs: number): unknown[] {
  if (expression.kind !== 'range') return [];
  return selectSeries(store, expression.selector).flatMap((series) => {
    const [first, last] = windowTicks(store, series, atMs - expression.selector.offsetMs, expression.rangeMs);
    const values: [number, string][] = [];
    for (let tick = first; tick <= last; tick += 1) {
      values.push([tickTime(store, tick) / 1000, sampleText(series.valueAt(tick))]);
    }
    if (values.length === 0) return [];
    return [{ metric: Object.fromEntries(withName(series.name, series.labels)), values }];
  });
}

function queryRange(base: QueryBase, parameters: URLSearchParams): Answer {
  const startMs = parseTime(parameters.get('start') ?? '', 'start');
  const endMs = parseTime(parameters.get('end') ?? '', 'end');
  if (endMs < startMs) throw invalid('end', 'end timestamp must not be before start time');
  const stepMs = parseStep(parameters.get('step') ?? '');
  if ((endMs - startMs) / stepMs > MAX_POINTS) {
    throw new PromqlError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  const expression = parseQuery(parameters);
  const type = typeOf(expression);
  if (type === 'string' || type === 'matrix') {
    throw invalid(
      'query',
      `invalid expression type "${TYPE_NAMES[type]}" for range query, must be Scalar or instant Vector`,
    );
  }
  const steps: Steps = { startMs, stepMs, count: Math.floor((endMs - startMs) / stepMs) + 1 };
  const evaluation: Evaluation = { ...base, steps };
  if (type === 'scalar') {
    const values = [...evaluateScalar(expression, evaluation)];
    const points = values.map((value, step) => [stepTime(steps, step) / 1000, sampleText(value)]);
    return { data: { resultType: 'matrix', result: [{ metric: {}, values: points }] } };
  }
  const result: unknown[] = [];
  for (const series of evaluateVector(expression, evaluation)) {
    const values = pointsOf(series, steps);
    if (values.length > 0) result.push({ metric: Object.fromEntries(series.labels), values });
  }
  return truncated('matrix', result, parameters);
}

function pointsOf(series: ResultSeries, steps: Steps): [number, string][] {
  const points: [number, string][] = [];
  for (let step = 0; step < steps.count; step += 1) {
    if (series.present[step] !== 1) continue;
    points.push([stepTime(steps, step) / 1000, sampleText(series.values[step] ?? Number.NaN)]);
  }
  return points;
}

function truncated(resultType: string, result: readonly unknown[], parameters: URLSearchParams): Answer {
  const limit = parseLimit(parameters);
  if (result.length <= limit) return { data: { resultType, result } };
  return {
    data: { resultType, result: result.slice(0, limit) },
    warnings: ['results truncated due to limit'],
  };
}
