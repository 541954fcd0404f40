import { useEffect, useState } from 'preact/hooks';

/** The clock, for ages that are shown. */
export function useNow(everyMs = 15_000): number {
  const [nowMs, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
