/**
 * How likely it is by chance alone that two that are equally good differ by as much, or more: McNemar's exact test on the cases in
 * which only one of them was right, two-sided. 1 while there is none. https://doi.org/10.1007/BF02295996
 */
export function toMcNemarP(onlyOne: number, onlyOther: number): number {
  const of = onlyOne + onlyOther;
  const fewer = Math.min(onlyOne, onlyOther);
  if (fewer * 2 >= of) return 1;
  // A coin's tail, each term from the one before; in logarithms, since 2^-of is no number any more beyond 1,074.
  let logTerm = -of * Math.LN2;
  let tail = 0;
  for (let heads = 0; heads <= fewer; heads++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log(of - heads) - Math.log(heads + 1);
  }
  return Math.min(1, 2 * tail);
}
