import type { LookAnswer } from '../live/answers.js';
import { count } from '../parts/format.js';
import { Scrollable } from '../parts/scrollable.js';
import { CiteList } from './citations.js';

/** What an analyzer reads, word by word. */
export function Dossier({ look: { dossier, number } }: { readonly look: LookAnswer }) {
  return (
    <section class="card" aria-labelledby="dossier">
      <h2 id="dossier">The dossier, as the model reads it</h2>
      <p class="small muted">
        Look {number}: about {count(dossier.estimatedTokens, 'token')},{' '}
        {count(dossier.citableIds.length, 'finding')} that can be cited.
      </p>
      {dossier.omittedIds.length > 0 && (
        <p class="small">
          Did not fit: <CiteList ids={dossier.omittedIds} />
        </p>
      )}
      <details>
        <summary>Show the text</summary>
        <Scrollable label="The dossier">
          <pre class="dossier">{dossier.text}</pre>
        </Scrollable>
      </details>
    </section>
  );
}
