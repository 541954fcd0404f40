import type { Finding } from '@midwatch/core/incident';
import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** Which evidence and which claims belong together, as pointed at. */
export interface Citations {
  readonly findings: ReadonlyMap<string, Finding>;
  /** Ids that are pointed at, or were chosen. */
  readonly lit: ReadonlySet<string>;
  /** The one that was chosen: it is shown, wherever it is. */
  readonly chosen: string | undefined;
  choose(id: string | undefined): void;
}

export const CitationContext = createContext<Citations>({
  findings: new Map(),
  lit: new Set(),
  chosen: undefined,
  choose: () => undefined,
});

/** Ids that an element of the page stands for; the page lights what shares one. */
const CITES = 'data-cites';

export function idsAt(target: EventTarget | null): readonly string[] {
  const element = target instanceof Element ? target.closest(`[${CITES}]`) : null;
  const ids = element?.getAttribute(CITES)?.split(' ') ?? [];
  return ids.filter((id) => id !== '');
}

/** One citation: shows its evidence, and goes there. An id that the look does not hold is only a word. */
export function Cite({ id }: { readonly id: string }) {
  const { choose, chosen, findings, lit } = useContext(CitationContext);
  const finding = findings.get(id);
  if (finding === undefined) return <span class="cite none">{id}</span>;
  const onClick = (event: Event) => {
    event.preventDefault();
    choose(id);
  };
  return (
    <a
      class={`cite${lit.has(id) ? ' lit' : ''}`}
      href={`#finding-${id}`}
      title={finding.statement}
      aria-current={chosen === id ? 'true' : undefined}
      data-cites={id}
      onClick={onClick}
    >
      {id}
    </a>
  );
}

export function CiteList({ ids }: { readonly ids: readonly string[] }) {
  if (ids.length === 0) return null;
  return (
    <span class="cites">
      <span class="hidden">Evidence: </span>
      {ids.map((id) => (
        <Cite key={id} id={id} />
      ))}
    </span>
  );
}

interface ClaimProps {
  readonly ids: readonly string[];
  readonly children: ComponentChildren;
}

/** A statement with what it rests on; lit when its evidence is pointed at. */
export function Claim({ children, ids }: ClaimProps) {
  const { lit } = useContext(CitationContext);
  const isLit = ids.some((id) => lit.has(id));
  return (
    <div class={`claim${isLit ? ' lit' : ''}`} data-cites={ids.join(' ')}>
      {children}
      <CiteList ids={ids} />
    </div>
  );
}

/** Text of ours in which ids stand between words: `(T1, L2)`. */
export function Cited({ text }: { readonly text: string }) {
  const { findings } = useContext(CitationContext);
  const parts = text.split(/\b([DILMT]\d{1,3})\b/);
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 1 && findings.has(part) ? <Cite key={index} id={part} /> : part,
      )}
    </>
  );
}
