/** Runs what it is given one after the other, in the order it came; one that fails keeps no other from running. */
export function oneAfterOther(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}
