import type { Target } from '../connector/v1/connector.js';

/** One alert of one alert source, parsed and already redacted. The key of its incident is `fingerprint` and `startsAtMs`. */
export interface Alert {
  /** `alertmanager`, `grafana`, `generic`, ... */
  readonly source: string;
  /** The source's hash of the alert's identity; the same again when it fires anew. */
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  /** The rule's name. */
  readonly name: string;
  readonly severity?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly startsAtMs: number;
  /**
   * The source tells when this news was made and not when the alert began: `startsAtMs` is the former, and the alert is the one
   * of this fingerprint that is firing already, if there is one.
   */
  readonly isStartUnknown?: true;
  /** Only for a resolved alert. */
  readonly endsAtMs?: number;
  /** How long the rule's condition held before it fired, when the source tells. */
  readonly forMs?: number;
  /** What it speaks of, read from its labels. */
  readonly target: Target;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The page of the rule that fired. */
  readonly generatorUrl?: string;
  readonly runbookUrl?: string;
}
