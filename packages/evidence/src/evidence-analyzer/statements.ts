import type {
  Alert,
  ChangeFinding,
  Evidence,
  Finding,
  Hypothesis,
  MetricShiftFinding,
  Suspect,
} from '@midwatch/core/incident';
import { formatDuration, formatQuantity, formatTime } from '../wording/numbers.js';
import { cut, list } from '../wording/quote.js';

const mostCitations = 8;

/** The cause in at most three sentences: what happened, what it did, who suffers. */
export function summarize(suspect: Suspect, evidence: Evidence, alert: Alert): string {
  const findings = findingsOf(suspect, evidence);
  const change = changeOf(suspect, evidence);
  const name = cut(suspect.service, 80);
  const cause =
    change === undefined
      ? `${name} is where it starts: ${strongest(findings)?.statement ?? suspect.reason}`
      : `${name}: ${changeSentence(change, evidence.onsetMs)}`;
  const [decisive] = decisiveShifts(evidence, [suspect.service, alert.target.service]);
  const effect =
    decisive === undefined
      ? strongest(findings.filter(({ kind }) => kind === 'log-pattern'))?.statement
      : shiftSentence(decisive);
  const victims =
    suspect.victims.length === 0
      ? undefined
      : `${list(suspect.victims, 3)} ${suspect.victims.length === 1 ? 'is a victim' : 'are victims'}, not the cause.`;
  const sentences = [
    endSentence(cause),
    effect === undefined || cause.includes(effect) ? undefined : endSentence(effect),
    victims,
  ];
  return sentences.filter((sentence) => sentence !== undefined).join(' ');
}

export function toHypothesis(suspect: Suspect, evidence: Evidence): Hypothesis {
  const change = changeOf(suspect, evidence);
  const ids = suspect.findingIds.slice(0, mostCitations);
  const name = cut(suspect.service, 80);
  return {
    statement: `${name}: ${suspect.reason}`,
    service: suspect.service,
    ...(change === undefined ? {} : { change: change.id }),
    evidence: change === undefined || ids.includes(change.id) ? ids : [change.id, ...ids],
    disprovedBy: disproof(suspect, change, findingsOf(suspect, evidence)),
  };
}

/** What a person could look up that would show another cause. */
function disproof(suspect: Suspect, change: ChangeFinding | undefined, findings: readonly Finding[]): string {
  const name = cut(suspect.service, 80);
  const symptom = strongest(findings.filter(({ kind }) => kind !== 'change'));
  if (change !== undefined) {
    return `${name} shows the same${symptom === undefined ? '' : ` (${symptom.id})`} with the previous version, or it goes on after the change is undone.`;
  }
  if (symptom === undefined) return `${name} behaves the same in a healthy hour.`;
  const since = symptom.onsetMs === undefined ? 'before the alert' : `before ${formatTime(symptom.onsetMs)}`;
  return `The same as ${symptom.id} happens in ${name} ${since}, or another service shows it earlier.`;
}

/** `v2 was deployed 2 h before onset by Dana (#12) and changed LIMIT from 100 to 10`. */
export function changeSentence(
  { deploy, changes, beforeOnsetMs }: ChangeFinding,
  onsetMs: number | undefined,
): string {
  const what = deploy.version ?? deploy.revision.slice(0, 12);
  const from = deploy.previousVersion === undefined ? '' : ` after ${cut(deploy.previousVersion, 60)}`;
  const when =
    onsetMs === undefined || beforeOnsetMs === undefined
      ? ` at ${formatTime(deploy.timestampMs)}`
      : ` at ${formatTime(deploy.timestampMs)}, ${formatDuration(Math.abs(beforeOnsetMs))} ${beforeOnsetMs >= 0 ? 'before' : 'after'} onset`;
  const who = deploy.actor === undefined ? '' : `, by ${cut(deploy.actor, 60)}`;
  const request = deploy.changeRequest === undefined ? '' : ` (PR ${cut(deploy.changeRequest, 20)})`;
  const [first] = changes;
  const value =
    first === undefined
      ? ''
      : `; it changed ${cut(first.path, 120)} from ${sayValue(first.before)} to ${sayValue(first.after)}`;
  return `${cut(what, 60)} went out${from}${when}${who}${request}${value}`;
}

function sayValue(text: string | null): string {
  return text === null ? 'nothing' : cut(text, 60);
}

const decisiveRoles = ['latency.p99', 'error.ratio', 'latency.p95', 'latency.p50', 'request.rate'];

/** The shifts that people ask for first, of the services that matter. */
export function decisiveShifts(
  evidence: Evidence,
  services: readonly (string | undefined)[],
): readonly MetricShiftFinding[] {
  const shifts = evidence.findings.filter((finding) => finding.kind === 'metric-shift');
  const place = ({ role = 'saturation.other' }: MetricShiftFinding) => {
    const index = decisiveRoles.indexOf(role);
    return index === -1 ? decisiveRoles.length : index;
  };
  return shifts
    .filter(({ service }) => service !== undefined && services.includes(service))
    .sort((one, other) => place(one) - place(other) || other.strength - one.strength);
}

function shiftSentence({ service, role, metric, unit, before, after, onsetMs }: MetricShiftFinding): string {
  const isRatio = role === 'error.ratio';
  const say = (value: number) => formatQuantity(value, unit, isRatio);
  const since = onsetMs === undefined ? '' : ` since ${formatTime(onsetMs)}`;
  return `${cut(role ?? metric, 80)} of ${cut(service ?? 'it', 80)} went from ${say(before)} to ${say(after)}${since}`;
}

export function changeOf({ changeId }: Suspect, { findings }: Evidence): ChangeFinding | undefined {
  const finding = changeId === undefined ? undefined : findings.find(({ id }) => id === changeId);
  return finding?.kind === 'change' ? finding : undefined;
}

export function findingsOf({ findingIds }: Suspect, { findings }: Evidence): readonly Finding[] {
  const ids = new Set(findingIds);
  return findings.filter(({ id }) => ids.has(id));
}

function strongest(findings: readonly Finding[]): Finding | undefined {
  return findings.reduce<Finding | undefined>(
    (best, finding) => (best === undefined || finding.strength > best.strength ? finding : best),
    undefined,
  );
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
