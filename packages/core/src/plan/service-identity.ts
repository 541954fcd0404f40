/** One service under its many names: what the configuration's `services` map holds. */
export interface ServiceIdentity {
  /** The name that alerts, findings and briefs use. */
  readonly name: string;
  /** What each backend calls it, by connector id; `null` where that backend does not know it. Absent: the same name. */
  readonly aliases?: Readonly<Record<string, string | null>>;
  /** Where it runs. Tells two services apart that a backend calls by one name. */
  readonly namespace?: string;
  /** `owner/name` of its source repository. */
  readonly repository?: string;
  /** The application of Argo CD that deploys it, and nothing else. */
  readonly argocdApp?: string;
  readonly team?: string;
  readonly channel?: string;
  readonly runbookUrl?: string;
  readonly tier?: string;
}
