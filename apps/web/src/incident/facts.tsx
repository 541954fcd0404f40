import type { Brief } from '@midwatch/core/incident';
import type { ComponentChildren } from 'preact';
import { useContext } from 'preact/hooks';
import { safeUrl } from '../parts/safe-link.js';
import { QueryContext } from './queries.js';

/** Who owns it, what was changed and by whom, and where its runbook is. */
export function Facts({ brief: { change, owner, runbook } }: { readonly brief: Brief }) {
  if (change === undefined && owner === undefined && runbook === undefined) return null;
  return (
    <ul class="plain facts small">
      {owner !== undefined && (
        <li>
          Owner: <b>{owner}</b>
        </li>
      )}
      {change !== undefined && (
        <li>
          Changed: <Linked to={change.url}>{`${change.service} ${change.version ?? ''}`.trim()}</Linked>
          {change.actor !== undefined && ` by ${change.actor}`}
          {change.changeRequest !== undefined && (
            <>
              , <Linked to={change.changeRequestUrl}>PR {change.changeRequest}</Linked>
            </>
          )}
        </li>
      )}
      {runbook !== undefined && (
        <li>
          Runbook: <Linked to={runbook.url}>{runbook.title}</Linked>
          {runbook.path !== undefined && runbook.path !== runbook.title && ` (${runbook.path})`}
        </li>
      )}
    </ul>
  );
}

/** A link where the brief has an address for it, which leads to a configured host. */
function Linked({ children, to }: { readonly children: ComponentChildren; readonly to: string | undefined }) {
  const { hosts } = useContext(QueryContext);
  const url = safeUrl(to, hosts);
  if (url === undefined) return <b>{children}</b>;
  return (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {children} <span aria-hidden="true">↗</span>
    </a>
  );
}
