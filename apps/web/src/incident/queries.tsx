import type { Provenance } from '@midwatch/core';
import type { BriefQuery, SourceReport } from '@midwatch/core/incident';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { CopyButton } from '../parts/copy-button.js';
import { safeUrl } from '../parts/safe-link.js';
import { Scrollable } from '../parts/scrollable.js';

/** A query that ran, and who ran it. */
interface RanQuery extends Pick<Provenance, 'language' | 'text' | 'url'> {
  readonly connectorId: string;
}

interface Queries {
  readonly byId: ReadonlyMap<string, RanQuery>;
  /** Where links may lead. */
  readonly hosts: ReadonlySet<string>;
}

export const QueryContext = createContext<Queries>({ byId: new Map(), hosts: new Set() });

export function queriesOf(sources: readonly SourceReport[]): ReadonlyMap<string, RanQuery> {
  return new Map(
    sources.flatMap(({ connectorId, provenance }) =>
      provenance.map((query) => [query.queryId, { ...query, connectorId }] as const),
    ),
  );
}

/** The very query, to be run again: copied, or opened where it can be. */
export function QueryView({ query }: { readonly query: RanQuery | BriefQuery }) {
  const { hosts } = useContext(QueryContext);
  const url = safeUrl(query.url, hosts);
  return (
    <div class="query">
      <div class="line small">
        <b>{query.connectorId}</b> <span class="muted">{query.language}</span>
        <span class="grow" />
        {url !== undefined && (
          <a href={url} target="_blank" rel="noreferrer noopener">
            Open in {new URL(url).host} <span aria-hidden="true">↗</span>
          </a>
        )}
        <CopyButton text={query.text} what={`the query of ${query.connectorId}`} />
      </div>
      <Scrollable label={`Query of ${query.connectorId}`}>
        <pre>{query.text}</pre>
      </Scrollable>
    </div>
  );
}

/** Those of a finding, folded away: most people want the answer, some the question. */
export function QueryList({ ids }: { readonly ids: readonly string[] }) {
  const { byId } = useContext(QueryContext);
  const queries = ids.flatMap((id) => byId.get(id) ?? []);
  if (queries.length === 0) return null;
  return (
    <details class="queries">
      <summary>{queries.length === 1 ? 'Query' : `${queries.length} queries`}</summary>
      {queries.map((query, index) => (
        <QueryView key={index} query={query} />
      ))}
    </details>
  );
}
