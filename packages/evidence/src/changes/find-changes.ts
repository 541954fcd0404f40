import type { ConfigurationChange, DeploySignal, MetricSignal } from '@midwatch/core';
import type { CallEdge, ChangeFinding, MetricAroundChange } from '@midwatch/core/incident';
import { referTo } from '../clues/signal-references.js';
import { formatDuration, formatQuantity, formatTime } from '../wording/numbers.js';
import { cut } from '../wording/quote.js';
import { relationTo } from './call-paths.js';
import { type ChangeRelevance, orderChanges, relevanceOf, type SymptomWords } from './change-relevance.js';
import { joinRanges } from './join-ranges.js';
import { gatherSeries, metricsAround } from './metrics-around.js';

export interface ChangesInput {
  readonly deploys: readonly DeploySignal[];
  readonly metrics: readonly MetricSignal[];
  readonly callGraph: readonly CallEdge[];
  readonly alertingService: string | undefined;
  readonly onsetMs: number | undefined;
  readonly endMs: number;
  symptomsOf(service: string): SymptomWords;
}

/** A change, and how well it explains what goes wrong with its own service. */
export interface ChangeClue {
  readonly draft: Omit<ChangeFinding, 'id'>;
  readonly service: string;
  /** 0 to 1, with the time between it and the onset. */
  readonly weight: number;
  readonly decisive: ConfigurationChange | undefined;
}

/** Clocks of deploy systems and telemetry differ; a change so little after the onset may have come before it. */
const clockSlackMs = 60_000;
const hourMs = 3_600_000;
const recentMs = 30 * 60_000;
/** Later changes are reactions; kept to be shown. */
const afterOnset = 0.03;
const relationShare: Record<ChangeFinding['relation'], number> = {
  'same-service': 1,
  connected: 0.8,
  unconnected: 0.25,
};

export function findChanges(input: ChangesInput): readonly ChangeClue[] {
  const relationOf = relationTo(input.alertingService, input.callGraph);
  const services = new Set(input.deploys.map((deploy) => deploy.service));
  if (input.alertingService !== undefined) services.add(input.alertingService);
  const series = gatherSeries(input.metrics, services);
  return joinRanges(input.deploys)
    .filter(({ deploy }) => deploy.timestampMs < input.endMs)
    .sort(({ deploy: a }, { deploy: b }) => b.timestampMs - a.timestampMs || (a.id < b.id ? -1 : 1))
    .map(({ deploy, signals }) => {
      const relation = relationOf(deploy.service);
      const relevance = relevanceOf(deploy, input.symptomsOf(deploy.service));
      const beforeOnsetMs = input.onsetMs === undefined ? undefined : input.onsetMs - deploy.timestampMs;
      const weight =
        relevance.relevance * inTime(beforeOnsetMs, relevance) * (deploy.phase === 'failed' ? 0.7 : 1);
      const around =
        relation === 'unconnected' || input.alertingService === undefined
          ? [deploy.service]
          : [deploy.service, input.alertingService];
      const metrics = metricsAround(series, [...new Set(around)], {
        changeMs: deploy.timestampMs,
        onsetMs: input.onsetMs,
        endMs: input.endMs,
      });
      const changes = orderChanges(deploy, relevance.decisive);
      return {
        service: deploy.service,
        weight,
        decisive: relevance.decisive,
        draft: {
          kind: 'change',
          service: deploy.service,
          statement: statementOf(deploy, changes, relation, beforeOnsetMs, metrics),
          strength: weight * relationShare[relation],
          onsetMs: deploy.timestampMs,
          ...referTo(signals),
          deploy,
          changes,
          ...(beforeOnsetMs === undefined ? {} : { beforeOnsetMs }),
          relation,
          metrics,
        },
      } satisfies ChangeClue;
    });
}

/** A limit that bites under load may wait for hours; anything else grows less likely with time. */
function inTime(beforeOnsetMs: number | undefined, relevance: ChangeRelevance): number {
  if (beforeOnsetMs === undefined) return 0.5;
  if (beforeOnsetMs < -clockSlackMs) return afterOnset;
  if (beforeOnsetMs <= recentMs) return 1;
  const fade = 1 / (1 + (beforeOnsetMs - recentMs) / (4 * hourMs));
  return Math.max(relevance.bitesUnderLoad ? 0.9 : 0.25, fade);
}

function statementOf(
  deploy: DeploySignal,
  changes: readonly ConfigurationChange[],
  relation: ChangeFinding['relation'],
  beforeOnsetMs: number | undefined,
  metrics: readonly MetricAroundChange[],
): string {
  const version = deploy.version ?? deploy.revision;
  const previous = deploy.previousVersion ?? deploy.previousRevision;
  const by = [deploy.actor, deploy.changeRequest]
    .filter((part) => part !== undefined)
    .map((part) => cut(part, 60));
  const when =
    beforeOnsetMs === undefined
      ? ''
      : beforeOnsetMs < 0
        ? `, ${formatDuration(-beforeOnsetMs)} after onset`
        : `, ${formatDuration(beforeOnsetMs)} before onset`;
  const values = changes.slice(0, 3).map(describeChange);
  const rest = deploy.changes.length > 3 ? ` and ${deploy.changes.length - 3} more` : '';
  const decisive = metrics[0];
  return [
    `${cut(deploy.service, 80)} ${previous === undefined ? '' : `${cut(previous, 60)} -> `}${cut(version, 60)} at ${formatTime(deploy.timestampMs)}${when}`,
    by.length === 0 ? '' : ` by ${by.join(', ')}`,
    values.length === 0 ? '' : `: ${values.join('; ')}${rest}`,
    relation === 'unconnected' ? '; no observed call path to the alerting service' : '',
    decisive === undefined ? '' : `; ${describeMetric(decisive)}`,
    '.',
  ].join('');
}

/** `LIMIT 100 -> 10`; a value that was absent before or after is said so. */
export function describeChange(change: ConfigurationChange): string {
  const value = (text: string | null): string => (text === null ? '(none)' : cut(text, 60));
  return `${cut(change.path, 100)} ${value(change.before)} -> ${value(change.after)}`;
}

function describeMetric(metric: MetricAroundChange): string {
  const isRatio = metric.role === 'error.ratio';
  const say = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : formatQuantity(value, metric.unit, isRatio);
  const parts = [
    [say(metric.beforeChange), 'before it'],
    [say(metric.betweenChangeAndOnset), 'until onset'],
    [say(metric.afterOnset), 'since'],
  ].flatMap(([value, when]) => (value === undefined ? [] : [`${value} ${when}`]));
  return `${cut(metric.role ?? metric.metric, 60)} ${parts.join(', ')}`;
}
