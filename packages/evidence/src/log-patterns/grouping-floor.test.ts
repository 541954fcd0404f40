import { expect, it } from 'vitest';
import { groupLines } from './group-lines.js';

type Draw = <T>(list: readonly T[]) => T;

const people = ['bob', 'alice.k', 'svc-mail', 'root', 'dana', 'jo_17'];
const hosts = ['10.1.2.3:443', 'db-3.internal', 'fe80::1ff:fe23', 'cache.example.com:6379'];
const paths = ['/var/lib/data/a.log', '/etc/conf.d/x', 'C:\\temp\\y.txt', '/srv/app/v2/index'];
const lists = ['[1, 2]', '[7]', '[a, b, c, d]', '[]'];
const took = ['5 ms', '12.5ms', '3 seconds', '00:00:04'];

/** One entry is one statement of a program; what it prints in the gaps varies in form, length and number. */
const statements: readonly ((draw: Draw) => string)[] = [
  (draw) => `accepted connection from ${draw(hosts)}`,
  (draw) => `closed connection from ${draw(hosts)} after ${draw(took)}`,
  (draw) => `user ${draw(people)} signed in from ${draw(hosts)}`,
  (draw) => `user ${draw(people)} signed out`,
  (draw) => `level=info msg="basket loaded" user=${draw(people)} took=${draw(['5ms', '1.2s'])}`,
  (draw) => `level=warn msg="basket is empty" user=${draw(people)} took=${draw(['5ms', '1.2s'])}`,
  (draw) =>
    `{"level":"info","msg":"order stored","order":"${draw(['a1', 'ff09'])}","items":${draw(lists).length}}`,
  (draw) =>
    `{"level":"error","msg":"order refused","order":"${draw(['a1', 'ff09'])}","code":${draw([7, 12])}}`,
  (draw) => `reading ${draw(paths)} failed: permission denied`,
  (draw) => `writing ${draw(paths)} failed: no space left on device`,
  (draw) => `rebalanced partitions ${draw(lists)} in ${draw(took)}`,
  (draw) => `asked ${draw([3, 5])} replicas, none answered within ${draw(took)}`,
  (draw) => `asked ${draw([3, 5])} replicas, ${draw([1, 2])} answered within ${draw(took)}`,
  (draw) => `leader: ${draw(['none', 'node-3', 'node-17'])}, term ${draw([1, 20, 300])}`,
  (draw) => `cache miss for key "${draw(['session:8f3a', 'cart:91', 'user:bob'])}"`,
  (draw) => `cache hit for key "${draw(['session:8f3a', 'cart:91', 'user:bob'])}"`,
  (draw) => `got Route(id=${draw([5, 77])}, stops=${draw(lists)})`,
  (draw) => `job 550e8400-e29b-41d4-a716-44665544000${draw([0, 1, 2])} finished in ${draw(took)}`,
  (draw) => `job 550e8400-e29b-41d4-a716-44665544000${draw([0, 1, 2])} failed after ${draw(took)}`,
  (draw) => `received SIGTERM, ${draw([0, 4, 19])} requests in flight`,
  () => 'circuit breaker opened',
  () => 'circuit breaker closed',
  (draw) => `sent ${draw(['403 bytes', '1.2 MB', '17 KiB'])} to ${draw(hosts)}`,
  (draw) => `disk /dev/sd${draw(['a1', 'b2'])} is at ${draw([81, 97])}%`,
];

/** The share of lines whose group holds exactly the lines of their statement. */
it('groups the lines of twenty-four statements: accuracy at least 0.95', () => {
  let state = 7;
  const below = (count: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  const draw: Draw = (list) => list[below(list.length)] as (typeof list)[number];
  const truth: number[] = [];
  const lines = Array.from({ length: 2400 }, () => {
    const statement = below(statements.length);
    truth.push(statement);
    return statements[statement]?.(draw) ?? '';
  });
  const sizes = Map.groupBy(truth, (statement) => statement);
  const wrong = groupLines(lines).filter(({ lines: members }) => {
    const found = new Set(members.map((line) => truth[line] ?? -1));
    const [only = -1] = found;
    return found.size !== 1 || sizes.get(only)?.length !== members.length;
  });
  const missed = wrong.reduce((sum, { lines: members }) => sum + members.length, 0);
  expect(1 - missed / lines.length, JSON.stringify(wrong.map(({ template }) => template))).toBeGreaterThan(
    0.95,
  );
});
