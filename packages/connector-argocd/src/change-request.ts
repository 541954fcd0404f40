/** The pull or merge request that a commit message names. */
export interface ChangeRequest {
  /** As people write it: `#12`, or `!12` on GitLab. */
  readonly name: string;
  readonly url?: string;
}

/** Squash and merge commits of GitHub and Gitea, then those of Bitbucket; GitLab says it in the last line. */
const subjects = [
  /\(#(\d{1,9})\)\s*$/,
  /^Merge pull request #(\d{1,9})\b/,
  /^Merged in .{1,200} \(pull request #(\d{1,9})\)/,
];
const gitlabMerge = /^See merge request \S{0,200}!(\d{1,9})\s*$/m;
const gitlabSquash = /\(!(\d{1,9})\)\s*$/;
/** Of a message; what stands further down is prose. */
const MAX_CHARACTERS = 4000;

/** Other numbers in a message are issues, versions, anything. */
export function findChangeRequest(
  message: string,
  repositoryUrl: string | undefined,
): ChangeRequest | undefined {
  const text = message.slice(0, MAX_CHARACTERS);
  const subject = text.split('\n', 1)[0]?.trimEnd() ?? '';
  const repository = repositoryUrl === undefined ? undefined : toRepository(repositoryUrl);
  const pull = subjects.map((pattern) => pattern.exec(subject)?.[1]).find((number) => number !== undefined);
  if (pull !== undefined) return named(`#${pull}`, repository && pullPage(repository, pull));
  const merge = (gitlabMerge.exec(text) ?? gitlabSquash.exec(subject))?.[1];
  if (merge === undefined) return undefined;
  return named(`!${merge}`, repository && `${toWebPage(repository)}/-/merge_requests/${merge}`);
}

function named(name: string, url: string | undefined): ChangeRequest {
  return url === undefined ? { name } : { name, url };
}

/** Where a pull request is shown, on hosts whose addresses are known. */
function pullPage(repository: Repository, number: string): string | undefined {
  const { host } = repository;
  const isGithub = host === 'github.com' || (host.startsWith('github.') && !host.startsWith('github.com.'));
  if (isGithub) return `${toWebPage(repository)}/pull/${number}`;
  return host === 'bitbucket.org' ? `${toWebPage(repository)}/pull-requests/${number}` : undefined;
}

function toWebPage({ host, name }: Repository): string {
  return `https://${host}/${name}`;
}

export interface Repository {
  readonly host: string;
  /** `owner/name`; on GitLab with all its groups. */
  readonly name: string;
}

/** `https://host/owner/name.git`, `git@host:owner/name` or `ssh://git@host:22/owner/name`; credentials are left behind. */
export function toRepository(url: string): Repository | undefined {
  const scp = /^[\w.-]+@([\w.-]+):(?!\/\/)([\w./-]+)$/.exec(url);
  const parsed = scp === null && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && !['https:', 'http:', 'ssh:'].includes(parsed.protocol)) return undefined;
  const host = scp?.[1] ?? parsed?.hostname;
  const name = (scp?.[2] ?? parsed?.pathname ?? '').replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  if (!host || !/^[\w.-]+(?:\/[\w.-]+)+$/.test(name)) return undefined;
  return { host: host.toLowerCase(), name };
}
