/** What a finding keeps of the signals behind it. */
export interface SignalReferences {
  readonly signalIds: readonly string[];
  readonly signalCount: number;
  readonly queryIds: readonly string[];
}

const mostSignalIds = 20;
const mostQueryIds = 8;

/** `signals` without duplicates, the most telling first. */
export function referTo(
  signals: readonly { readonly id: string; readonly queryId: string }[],
  signalCount = signals.length,
): SignalReferences {
  return {
    signalIds: signals.slice(0, mostSignalIds).map((signal) => signal.id),
    signalCount,
    queryIds: [...new Set(signals.map((signal) => signal.queryId))].slice(0, mostQueryIds),
  };
}
