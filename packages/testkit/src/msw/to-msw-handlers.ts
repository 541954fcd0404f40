import { type HttpHandler, http } from 'msw';
import type { ConformanceBackend, ConformanceScenario } from '../conformance/subject.js';

/** A conformance backend as msw handlers, for tests that go through the global `fetch`. */
export function toMswHandlers(
  backend: ConformanceBackend,
  scenario: ConformanceScenario,
  baseUrl: string,
): readonly HttpHandler[] {
  const answer = backend(scenario);
  return [http.all(`${baseUrl.replace(/\/+$/, '')}/*`, ({ request }) => answer(request))];
}
