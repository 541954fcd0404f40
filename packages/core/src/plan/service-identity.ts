/** One service under its many names: what the configuration's `services` map holds. */
export interface ServiceIdentity {
  /** The name that alerts, findings and briefs use. */
  readonly name: string;
  /** What each backend calls it, by connector id; `null` where that backend does not know it. Absent: the same name. */
  readonly aliases?: Readonly<Record<string, string | null>>;
  readonly namespace?: string;
  /** `owner/name` of its source repository. */
  readonly repository?: string;
  readonly argocdApp?: string;
  readonly team?: string;
  readonly channel?: string;
  readonly runbookUrl?: string;
  readonly tier?: string;
}
