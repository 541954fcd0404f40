import type { MetricStore } from '../metrics/metric-store.js';
import type { Series } from '../metrics/series.js';
import { invalid, parseLimit, parseTime } from './prometheus-parameters.js';
import type { Selector } from './promql-ast.js';
import { PromqlError } from './promql-error.js';
import { selectSeries } from './promql-select.js';
import { parsePromqlSelector } from './promql-selector.js';
import { NAME, withName } from './promql-value.js';

interface CatalogAnswer {
  readonly data: unknown;
  readonly warnings?: readonly string[];
}

function parseSelectors(parameters: URLSearchParams): readonly Selector[] {
  return parameters.getAll('match[]').map((text) => {
    try {
      return parsePromqlSelector(text);
    } catch (error) {
      throw error instanceof PromqlError ? invalid('match[]', error.message) : error;
    }
  });
}

/** Series that lived between the parameters `start` and `end` and match any of the selectors. */
function seriesInside(store: MetricStore, parameters: URLSearchParams): readonly Series[] {
  const selectors = parseSelectors(parameters);
  const start = parameters.get('start');
  const end = parameters.get('end');
  const startMs = start === null || start === '' ? store.startMs : parseTime(start, 'start');
  const endMs = end === null || end === '' ? store.nowMs : parseTime(end, 'end');
  const all =
    selectors.length === 0
      ? [...store.byName.values()].flat()
      : [...new Set(selectors.flatMap((selector) => selectSeries(store, selector)))];
  const lastTick = Math.floor((Math.min(endMs, store.nowMs) - store.startMs) / store.tickMs);
  const firstTick = Math.ceil((startMs - store.startMs) / store.tickMs);
  return all.filter(
    (series) => series.fromTick <= lastTick && series.toTick > firstTick && lastTick >= firstTick,
  );
}

function limited(values: readonly unknown[], parameters: URLSearchParams): CatalogAnswer {
  const limit = parseLimit(parameters);
  if (values.length <= limit) return { data: values };
  return { data: values.slice(0, limit), warnings: ['results truncated due to limit'] };
}

export function listLabels(store: MetricStore, parameters: URLSearchParams): CatalogAnswer {
  const names = new Set<string>();
  for (const series of seriesInside(store, parameters)) {
    names.add(NAME);
    for (const name of series.labels.keys()) names.add(name);
  }
  return limited([...names].sort(), parameters);
}

export function listLabelValues(
  store: MetricStore,
  label: string,
  parameters: URLSearchParams,
): CatalogAnswer {
  const values = new Set<string>();
  for (const series of seriesInside(store, parameters)) {
    const value = label === NAME ? series.name : series.labels.get(label);
    if (value !== undefined) values.add(value);
  }
  return limited([...values].sort(), parameters);
}

export function listSeries(store: MetricStore, parameters: URLSearchParams): CatalogAnswer {
  if (!parameters.has('match[]')) throw new PromqlError('bad_data', 'no match[] parameter provided');
  const found = seriesInside(store, parameters).map((series) =>
    Object.fromEntries(withName(series.name, series.labels)),
  );
  return limited(found, parameters);
}

export function listMetadata(store: MetricStore, parameters: URLSearchParams): CatalogAnswer {
  const metric = parameters.get('metric');
  const limit = parseLimit(parameters);
  const present = store.families.filter(
    (family) => store.byName.has(family.name) || store.byName.has(`${family.name}_bucket`),
  );
  const wanted = present
    .filter((family) => metric === null || metric === '' || family.name === metric)
    .slice(0, limit);
  return {
    data: Object.fromEntries(wanted.map(({ name, type, help, unit }) => [name, [{ type, unit, help }]])),
  };
}
