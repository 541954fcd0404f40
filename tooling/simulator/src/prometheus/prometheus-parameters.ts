import { PromqlError } from './promql-error.js';
import { durationMs } from './promql-lexer.js';

/** Query and form parameters together, as Go's `FormValue` sees them. */
export async function readParameters(request: Request): Promise<URLSearchParams> {
  const parameters = new URLSearchParams();
  const type = request.headers.get('content-type') ?? '';
  if (request.method === 'POST' && type.startsWith('application/x-www-form-urlencoded')) {
    for (const [name, value] of new URLSearchParams(await request.text())) parameters.append(name, value);
  }
  for (const [name, value] of new URL(request.url).searchParams) parameters.append(name, value);
  return parameters;
}

/** Unix seconds or RFC 3339, rounded to milliseconds. */
export function parseTime(text: string, parameter: string): number {
  const seconds = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(seconds)) return Math.round(seconds * 1000);
  const parsed = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(parsed)) return parsed;
  throw invalid(
    parameter,
    `invalid time value for '${parameter}': cannot parse "${text}" to a valid timestamp`,
  );
}

/** Seconds as a number, or a duration with units. */
export function parseStep(text: string): number {
  const seconds = text.trim() === '' ? Number.NaN : Number(text);
  const stepMs = Number.isNaN(seconds) ? durationMs(text) : seconds * 1000;
  if (stepMs === undefined || Number.isNaN(stepMs))
    throw invalid('step', `cannot parse "${text}" to a valid duration`);
  if (stepMs <= 0) {
    throw invalid(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  return stepMs;
}

export function parseLimit(parameters: URLSearchParams): number {
  const text = parameters.get('limit');
  if (text === null || text === '') return Number.POSITIVE_INFINITY;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 0)
    throw invalid('limit', `cannot parse "${text}" to a valid limit`);
  return limit === 0 ? Number.POSITIVE_INFINITY : limit;
}

export function invalid(parameter: string, what: string): PromqlError {
  return new PromqlError('bad_data', `invalid parameter "${parameter}": ${what}`);
}
