import { useEffect } from 'preact/hooks';

/** `j`, `k` and the arrows move along the incidents, `/` goes to the filter; a field that is typed in has its keys for itself. */
export function useListKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : undefined;
      if (
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        target?.closest('input, select, textarea') != null
      )
        return;
      const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
      if (event.key === '/') document.getElementById('service')?.focus();
      else if (step === undefined) return;
      else move(step);
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function move(step: number): void {
  const rows: (Element | null)[] = [...document.querySelectorAll('a.incident')];
  const at = rows.indexOf(document.activeElement);
  const next = at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step));
  const row = rows[next];
  if (row instanceof HTMLElement) row.focus();
}
