import { AlertError } from './alert-error.js';

/** @throws AlertError `not-json`, with what was expected; it never quotes the body. */
export function parseJson(body: string, expected: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AlertError('not-json', `the body is not JSON: expected ${expected}`);
  }
}
