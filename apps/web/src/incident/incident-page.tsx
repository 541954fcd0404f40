import type { Finding } from '@midwatch/core/incident';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { IncidentAnswer, LookAnswer } from '../live/answers.js';
import { useLive } from '../live/use-live.js';
import { goTo } from '../live/use-route.js';
import { LiveMark } from '../parts/live-mark.js';
import { hostsOf } from '../parts/safe-link.js';
import { Analysis } from './analysis.js';
import { CallGraph } from './call-graph.js';
import { CitationContext, type Citations, idsAt } from './citations.js';
import { Dossier } from './dossier.js';
import { Findings } from './findings.js';
import { History } from './history.js';
import { NotSeen } from './not-seen.js';
import { People } from './people.js';
import { QueryContext, queriesOf } from './queries.js';
import { Remedy } from './remedy.js';
import { SeenBeforeList } from './seen-before.js';
import { Settle } from './settle.js';
import { Summary } from './summary.js';
import { Suspects } from './suspects.js';
import { TimeAxis } from './time-axis.js';
import '../style/axis.css';
import '../style/incident.css';

const LIVE_MS = 5_000;

interface IncidentPageProps {
  readonly id: string;
  readonly role: string | undefined;
}

/** One incident, from what to do first down to the last line that was read. */
export function IncidentPage({ id, role }: IncidentPageProps) {
  const path = `/incidents/${encodeURIComponent(id)}`;
  const incident = useLive<IncidentAnswer>(path, LIVE_MS);
  const look = useLive<LookAnswer>(`${path}/look`, LIVE_MS);
  const title = incident.value?.title;

  useEffect(() => {
    document.title = `${title ?? 'Incident'} · Midwatch`;
  }, [title]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof Element && event.target.closest('input, select, textarea') !== null;
      if (event.key === 'u' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) goTo('/');
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  if (incident.value === undefined)
    return incident.isMissing === true ? (
      <p class="notice" role="alert">
        There is no incident of this name. <a href="/">All incidents</a>
      </p>
    ) : (
      <p class="muted" role="status">
        {incident.problem ?? 'Loading …'}
      </p>
    );
  return <Loaded incident={incident.value} look={look.value} live={incident} role={role} />;
}

interface LoadedProps {
  readonly incident: IncidentAnswer;
  readonly look: LookAnswer | undefined;
  readonly live: ReturnType<typeof useLive<IncidentAnswer>>;
  readonly role: string | undefined;
}

function Loaded({ incident, live, look, role }: LoadedProps) {
  const settle = <Settle incident={incident} role={role} onActed={live.again} />;
  const isOver = incident.status === 'resolved';
  const citations = useCitations(look?.evidence.findings);
  const queries = useMemo(
    () => ({ byId: queriesOf(look?.sources ?? []), hosts: hostsOf(urlsOf(incident)) }),
    [look, incident],
  );
  return (
    <CitationContext.Provider value={citations}>
      <QueryContext.Provider value={queries}>
        <article class="incident-page" {...citations.pointing}>
          <p class="crumbs line">
            <a href="/">
              <span aria-hidden="true">←</span> All incidents
            </a>
            <span class="grow" />
            <LiveMark live={live} />
          </p>
          <Summary incident={incident} look={look} />
          <Remedy incident={incident} role={role} onActed={live.again} />
          <People incident={incident} role={role} onActed={live.again} />
          {isOver && settle}
          {look === undefined ? (
            <p class="muted" role="status">
              The evidence is not there yet: the first look has not ended.
            </p>
          ) : (
            <>
              <TimeAxis look={look} brief={incident.brief} />
              <div class="columns">
                <Analysis look={look} />
                <div>
                  <Suspects suspects={look.evidence.suspects} />
                  <CallGraph evidence={look.evidence} />
                </div>
              </div>
              <SeenBeforeList seenBefore={look.seenBefore} />
              <Findings look={look} />
              <NotSeen brief={incident.brief} look={look} />
              <Dossier look={look} />
            </>
          )}
          {!isOver && settle}
          <History incident={incident} />
        </article>
      </QueryContext.Provider>
    </CitationContext.Provider>
  );
}

function urlsOf({ brief }: IncidentAnswer): readonly (string | undefined)[] {
  if (brief === undefined) return [];
  const { change, evidence, notChecked, numbers, runbook } = brief;
  const queries = [
    ...evidence.flatMap((each) => each.queries),
    ...numbers.map(({ query }) => query),
    ...notChecked.map(({ query }) => query),
    change?.query,
  ];
  return [...queries.map((query) => query?.url), change?.url, change?.changeRequestUrl, runbook?.url];
}

/** What is pointed at lights up, as long as it is; what is chosen, until something else is. */
function useCitations(all: readonly Finding[] = []) {
  const [pointed, point] = useState<readonly string[]>([]);
  const [chosen, choose] = useState<string>();
  const findings = useMemo(() => new Map(all.map((finding) => [finding.id, finding])), [all]);
  const lit = useMemo(
    () => new Set(pointed.length > 0 || chosen === undefined ? pointed : [chosen]),
    [pointed, chosen],
  );
  const onPoint = (event: Event) => {
    const ids = idsAt(event.target);
    point((before) => (before.join() === ids.join() ? before : ids));
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') choose(undefined);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const citations: Citations = { findings, lit, chosen, choose };
  return {
    ...citations,
    pointing: { onMouseOver: onPoint, onFocusIn: onPoint, onMouseLeave: () => point([]) },
  };
}
