/** Who and what a commit message and its repository name; conventions of GitHub and GitLab. */
export interface ChangeRequest {
  /** As people write it: `#12`, `!12`. */
  readonly name: string;
  readonly url?: string;
}

/** A squash merge ends its first line with `(#12)`, a merge begins with it; GitLab's merge says `See merge request`. */
export function findChangeRequest(
  message: string,
  repositoryUrl: string | undefined,
): ChangeRequest | undefined {
  const [subject = ''] = message.split('\n');
  const pull = /\(#(\d{1,8})\)\s*$/.exec(subject) ?? /^Merge pull request #(\d{1,8})\b/.exec(subject);
  const merge = /^See merge request \S{0,200}!(\d{1,8})\s*$/m.exec(message.slice(0, 4000));
  const web = repositoryUrl === undefined ? undefined : toWebUrl(repositoryUrl);
  if (pull?.[1] !== undefined) {
    const url =
      web !== undefined && /(^|\.)github\./.test(new URL(web).hostname)
        ? `${web}/pull/${pull[1]}`
        : undefined;
    return { name: `#${pull[1]}`, ...(url === undefined ? {} : { url }) };
  }
  if (merge?.[1] === undefined) return undefined;
  return {
    name: `!${merge[1]}`,
    ...(web === undefined ? {} : { url: `${web}/-/merge_requests/${merge[1]}` }),
  };
}

/** `owner/name` of a repository address over https or ssh. */
export function repositoryName(repositoryUrl: string): string | undefined {
  const web = toWebUrl(repositoryUrl);
  return web === undefined ? undefined : new URL(web).pathname.slice(1);
}

/** The https page of a repository; credentials in its address are left behind. */
function toWebUrl(repositoryUrl: string): string | undefined {
  const ssh = /^(?:ssh:\/\/)?git@([\w.-]+)(?::\d+\/|[:/])([\w./-]+)$/.exec(repositoryUrl);
  const address = ssh === null ? repositoryUrl : `https://${ssh[1]}/${ssh[2]}`;
  if (!URL.canParse(address)) return undefined;
  const { protocol, host, pathname } = new URL(address);
  const path = pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  return /^https?:$/.test(protocol) && /^\/[\w.-]+\/[\w./-]+$/.test(path)
    ? `https://${host}${path}`
    : undefined;
}
