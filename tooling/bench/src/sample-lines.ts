/** Statements as programs print them: plain, pairs, JSON, addresses, durations, lists and quoted values. */
const statements: readonly ((draw: (below: number) => number) => string)[] = [
  (draw) => `accepted connection from 10.0.${draw(250)}.${draw(250)}:${1024 + draw(60000)}`,
  (draw) => `GET /items/${draw(90000)} 200 ${draw(900)}ms bytes=${draw(90000)}`,
  (draw) => `level=info msg="basket loaded" user=${draw(9000)} took=${draw(90)}.${draw(9)}ms`,
  (draw) => `{"level":"info","msg":"order stored","order":"${draw(1e9).toString(16)}","items":${draw(40)}}`,
  (draw) => `cache miss for key "session:${draw(1e9).toString(36)}", loading from store`,
  (draw) => `worker ${draw(64)} finished shard ${draw(512)} in ${draw(5000)} ms`,
  (draw) => `retry ${draw(5)} of 5 after timeout of ${draw(30)} s talking to node-${draw(40)}`,
  (draw) => `wrote /var/data/segment-${draw(99999)}.log (${draw(4000)} kB)`,
  (draw) => `rebalanced partitions [${draw(32)}, ${draw(32)}, ${draw(32)}] over ${draw(9)} consumers`,
  (draw) => `WARN slow query took ${draw(9000)} ms: select of ${draw(90000)} rows`,
  (draw) => `token of account ${draw(1e9)} expires in ${draw(3600)} seconds`,
  (draw) => `2026-03-0${1 + draw(9)} 10:${10 + draw(50)}:00 INFO scheduler tick ${draw(1e6)} done`,
];

/** Deterministic lines, made one by one so that nothing but the reader keeps them. */
export function* sampleLines(count: number): Generator<string> {
  let state = 20260301;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let line = 0; line < count; line++) {
    yield statements[draw(statements.length)]?.(draw) ?? '';
  }
}
