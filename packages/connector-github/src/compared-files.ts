import type { CallContextV1, ConfigurationChange, ConnectorError, Gap } from '@midwatch/core';
import { formatOf, isDependencyFile } from './configuration-file.js';
import { maxPatchCharacters, needsWholeFile, toFileChanges } from './file-changes.js';
import type { GitHubApi } from './github-api.js';
import type { ChangedFile } from './github-schema.js';
import { attempt, toFailureGap } from './read-failure.js';
import type { Repository } from './repository-map.js';

/** A changed setting and the file it stands in. */
export interface FileChange extends ConfigurationChange {
  readonly file: string;
}

/** Each costs a request. */
const MAX_FILE_READS = 3;
/** Of one comparison; what lies beyond is told by a gap. */
const MAX_FILES = 50;
/** The vendor lists no more files. */
const VENDOR_MAX_FILES = 300;
/** A value is shown, not kept: a certificate or a script in a setting is as good as its beginning. */
const MAX_VALUE_CHARACTERS = 400;

/** What changed in the configuration files of a comparison. */
export async function readFileChanges(
  api: GitHubApi,
  repository: Repository,
  files: readonly ChangedFile[],
  call: CallContextV1,
): Promise<{ readonly changes: readonly FileChange[]; readonly gaps: readonly Gap[] }> {
  const known = files.flatMap((file) => {
    const format = formatOf(file.filename);
    return format === undefined ? [] : [{ file, format }];
  });
  const ordered = [
    ...known.filter(({ file }) => !isDependencyFile(file.filename)),
    ...known.filter(({ file }) => isDependencyFile(file.filename)),
  ];
  const looked = ordered.slice(0, MAX_FILES);
  const whole = looked.filter(({ file, format }) => needsWholeFile(file, format)).slice(0, MAX_FILE_READS);
  const errors: ConnectorError[] = [];
  const texts = new Map<ChangedFile, string>();
  await Promise.all(
    whole.map(async ({ file }) => {
      if (!/^[0-9a-f]{40,64}$/.test(file.sha ?? '')) return;
      const text = await attempt(api.fileText(repository, file.sha ?? '', call));
      if ('error' in text) errors.push(text.error);
      else if (text.value !== undefined) texts.set(file, text.value);
    }),
  );
  const changes = looked.flatMap(({ file, format }) =>
    toFileChanges(file, format, texts.get(file)).map(
      (change): FileChange => ({
        file: file.filename,
        path: change.path,
        before: cut(change.before),
        after: cut(change.after),
      }),
    ),
  );
  return { changes, gaps: [...sizeGaps(files, ordered), ...toFailureGap(errors, keysUnread)] };
}

const keysUnread = 'configuration files that could not be read whole: keys are told without those above them';

function sizeGaps(
  files: readonly ChangedFile[],
  configuration: readonly { readonly file: ChangedFile }[],
): Gap[] {
  const unshown = configuration.slice(0, MAX_FILES).filter(({ file: { patch, status } }) => {
    const isEdit = status === 'modified' || status === 'changed';
    return (isEdit && !patch) || (patch ?? '').length > maxPatchCharacters;
  }).length;
  const beyond = configuration.length - MAX_FILES;
  const gaps: Gap[] = [];
  if (files.length >= VENDOR_MAX_FILES)
    gaps.push({ reason: 'row-limit', detail: 'GitHub lists the first 300 changed files' });
  if (unshown > 0) {
    const detail = 'configuration files whose difference is too large to be shown';
    gaps.push({ reason: 'byte-limit', missing: { count: unshown, exact: true }, detail });
  }
  if (beyond > 0) {
    const detail = 'changed configuration files beyond the first 50';
    gaps.push({ reason: 'row-limit', missing: { count: beyond, exact: true }, detail });
  }
  return gaps;
}

function cut(value: string | null): string | null {
  return value === null || value.length <= MAX_VALUE_CHARACTERS
    ? value
    : `${value.slice(0, MAX_VALUE_CHARACTERS)}…`;
}
