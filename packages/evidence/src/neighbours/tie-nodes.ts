import type { ClusterEventFinding, Collection } from '@midwatch/core/incident';
import type { Clue } from '../clues/clue.js';
import { judgement } from '../judgement.js';
import { list } from '../wording/quote.js';
import { readPlacement } from './placement.js';

type NodeEvent = Clue & { readonly draft: Omit<ClusterEventFinding, 'id'> & { readonly object: string } };

const ofNode = 'node/';

/**
 * The clues, with those added that tie the trouble of a machine to the services that run on it and suffer: it speaks for
 * them before others, not for one of them before the other.
 */
export function tieNodes(clues: readonly Clue[], signals: Collection['signals']): readonly Clue[] {
  const events = clues.filter(isOfNode);
  if (events.length === 0) return clues;
  const suffering = new Set(
    clues.flatMap(({ blamed, family, gain }) =>
      blamed !== undefined && gain > 0 && family !== 'traffic' ? [blamed] : [],
    ),
  );
  const { nodesOf } = readPlacement(signals, suffering);
  return clues.flatMap((clue) => (isOfNode(clue) ? tie(clue, [...suffering].sort(), nodesOf) : [clue]));
}

function isOfNode(clue: Clue): clue is NodeEvent {
  const { draft, blamed } = clue;
  return draft.kind === 'cluster-event' && blamed === undefined && draft.object?.startsWith(ofNode) === true;
}

function tie(
  event: NodeEvent,
  suffering: readonly string[],
  nodesOf: (service: string) => ReadonlySet<string>,
): readonly Clue[] {
  const node = event.draft.object.slice(ofNode.length);
  const there = suffering.filter((service) => nodesOf(service).has(node));
  if (there.length === 0) return [event];
  const runs = `${list(there)} ${there.length === 1 ? 'runs' : 'run'} there`;
  const draft = { ...event.draft, statement: `${event.draft.statement.replace(/\.$/, '')}; ${runs}.` };
  const gain = judgement.neighbours.circumstantial * event.gain;
  return [{ ...event, draft }, ...there.map((blamed) => ({ ...event, draft, blamed, gain }))];
}
