import { expect, it } from 'vitest';
import { createExampleConnector, exampleBackend } from './__fixtures__/example-connector.js';
import { ask, createCall, createSubject, SERVICE, toQuery, WINDOW } from './subject.js';

it('numbers requests that are sent side by side, so that each of them can be made to fail', async () => {
  const options = { name: 'example', create: createExampleConnector, backend: exampleBackend };
  const numbers: number[] = [];
  const scenario = { kind: 'logs', count: 1, window: WINDOW, service: SERVICE } as const;
  const { connector, sent } = await createSubject(options, scenario, (_, index) => {
    numbers.push(index);
    return undefined;
  });
  const query = toQuery('logs', {});
  await Promise.all([1, 2, 3].map(() => ask(connector, 'logs', query, createCall())));
  expect(numbers.toSorted((one, other) => one - other)).toEqual([0, 1, 2]);
  expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
});
