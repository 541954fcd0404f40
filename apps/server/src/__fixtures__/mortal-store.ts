/** The store as a process sees it that dies at its call of this number, before or after the store has done it. */
export function createMortalStore<Store extends object>(store: Store, dies: { readonly atCall: number; readonly isDone: boolean }) {
  const calls: string[] = [];
  let isDead = false;
  const die = () => {
    isDead = true;
    return new Error('the process is dead');
  };
  async function call(name: string, work: () => unknown): Promise<unknown> {
    if (isDead) throw die();
    calls.push(name);
    const isLast = calls.length === dies.atCall;
    if (isLast && !dies.isDone) throw die();
    const answer = await work();
    if (isLast) throw die();
    return answer;
  }
  const wrap = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value === 'function') return (...given: unknown[]) => call(String(name), () => Reflect.apply(value, target, given));
        return typeof value === 'object' && value !== null ? wrap(value) : value;
      },
    });
  return { store: wrap(store), isDead: () => isDead, calls };
}
