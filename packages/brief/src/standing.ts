import type { ServiceIdentity } from '@midwatch/core';
import type { Alert, BriefInput, BriefNotChecked, CollectionSummary, Outcome } from '@midwatch/core/incident';
import { sayName } from './plain-text.js';
import { formatTime } from './quantity.js';

/** The configuration is the deployment's own word; labels are what a rule's author wrote. */
export function ownerOf(alert: Alert, service: ServiceIdentity | undefined): string | undefined {
  const { annotations, labels } = alert;
  const named = (texts: Readonly<Record<string, string>>) =>
    ['owner', 'team'].map((key) => (Object.hasOwn(texts, key) ? texts[key] : undefined));
  const owner = [service?.team, ...named(labels), ...named(annotations)].find(
    (name) => name !== undefined && name.trim() !== '',
  );
  return owner === undefined ? undefined : sayName(owner);
}

export interface StandingInput {
  readonly input: BriefInput;
  readonly owner: string | undefined;
  /** The first suspect's, when it is another service. */
  readonly suspect?: { readonly service: string; readonly owner: string } | undefined;
  readonly notChecked: readonly BriefNotChecked[];
}

/** Line two: who owns it, who is on it, what was not checked. */
export function toStanding({ input, notChecked, owner, suspect }: StandingInput): string {
  const line = [
    ...(owner === undefined ? [] : [`Owner: ${owner}`]),
    ...(suspect === undefined ? [] : [`owner of ${sayName(suspect.service)}: ${suspect.owner}`]),
    ...sayPeople(input),
    sayChecked(notChecked, input.collection),
  ].join(' · ');
  return `${line.slice(0, 1).toUpperCase()}${line.slice(1)}`;
}

function sayPeople({ alert, nowMs, people }: BriefInput): readonly string[] {
  if (people === undefined) return [];
  const { outcome, owner, silencedUntilMs } = people;
  const isQuiet = silencedUntilMs !== undefined && silencedUntilMs > nowMs;
  return [
    ...(owner === undefined
      ? alert.status === 'firing'
        ? ['nobody is on it yet']
        : []
      : [`${sayName(owner.by)} is on it since ${formatTime(owner.atMs, nowMs)}`]),
    ...(isQuiet ? [`silenced until ${formatTime(silencedUntilMs, nowMs)}`] : []),
    ...(outcome === undefined ? [] : [sayOutcome(outcome)]),
  ];
}

const judgementWords = {
  right: 'this was it',
  partly: 'partly right',
  wrong: 'wrong',
  unknown: 'the cause stays unknown',
} as const;

function sayOutcome({ by, cause, judgement, service }: Outcome): string {
  const truth = [service, cause]
    .filter((text) => text !== undefined && text !== '')
    .map((text) => sayName(text ?? ''));
  const told = judgement === 'right' || truth.length === 0 ? '' : `, it was ${truth.join(': ')}`;
  return `${sayName(by)} says: ${judgementWords[judgement]}${told}`;
}

const MAX_NAMED = 4;

function sayChecked(notChecked: readonly BriefNotChecked[], { sources }: CollectionSummary): string {
  const of = (...states: readonly BriefNotChecked['state'][]) =>
    notChecked
      .filter(({ state }) => states.includes(state))
      .map(({ kind, source }) => (source === '' ? kind : `${sayName(source)} ${kind}`));
  const parts = [
    ['not checked', of('failed', 'not-asked')],
    ['checked in part', of('partial')],
    ['no source of', of('not-configured')],
  ] as const;
  const told = parts
    .filter(([, names]) => names.length > 0)
    .map(([words, names]) => `${words}: ${sayList(names)}`);
  if (told.length > 0) return told.join('; ');
  return sources.length === 0 ? 'nothing was checked' : 'every source answered in full';
}

function sayList(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return `${names.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
