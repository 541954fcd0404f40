import type { Finding, FindingKind } from '@midwatch/core/incident';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { LookAnswer } from '../live/answers.js';
import { CitationContext } from './citations.js';
import { FindingCard } from './finding-card.js';

const kinds: readonly (readonly [FindingKind, string])[] = [
  ['log-pattern', 'Log patterns'],
  ['metric-shift', 'Metrics'],
  ['trace-fault', 'Traces'],
  ['change', 'Changes'],
  ['cluster-event', 'Events'],
];
const FEW = 4;

/** Everything that was found, by kind; the strongest at once, the others when they are asked for or cited. */
export function Findings({ look }: { readonly look: LookAnswer }) {
  const { chosen } = useContext(CitationContext);
  const { findings } = look.evidence;

  useEffect(() => {
    if (chosen === undefined) return;
    const card = document.getElementById(`finding-${chosen}`);
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    card?.scrollIntoView({ block: 'center', behavior: isCalm ? 'auto' : 'smooth' });
    card?.focus({ preventScroll: true });
  }, [chosen]);

  return (
    <section aria-labelledby="findings">
      <h2 id="findings">Evidence</h2>
      {findings.length === 0 && <p class="muted">Nothing out of the ordinary was found.</p>}
      {kinds.map(([kind, name]) => (
        <Kind key={kind} name={name} look={look} findings={findings.filter((each) => each.kind === kind)} />
      ))}
    </section>
  );
}

interface KindProps {
  readonly name: string;
  readonly findings: readonly Finding[];
  readonly look: LookAnswer;
}

function Kind({ findings, look, name }: KindProps) {
  const { chosen } = useContext(CitationContext);
  const [isWhole, setWhole] = useState(false);
  if (findings.length === 0) return null;
  const shown = findings.filter(({ id }, index) => isWhole || index < FEW || id === chosen);
  return (
    <>
      <h3>
        {name} <span class="muted">{findings.length}</span>
      </h3>
      <ul class="findings">
        {shown.map((finding) => (
          <FindingCard key={finding.id} finding={finding} look={look} />
        ))}
      </ul>
      {shown.length < findings.length && (
        <button type="button" class="more" onClick={() => setWhole(true)}>
          {findings.length - shown.length} more {name.toLowerCase()}
        </button>
      )}
    </>
  );
}
