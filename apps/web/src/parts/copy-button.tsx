import { useState } from 'preact/hooks';

const SHOWN_MS = 2_000;

/** Copies a text; says that it has, or that the browser forbade it. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [said, say] = useState<string>();
  const copy = async () => {
    const outcome = await navigator.clipboard.writeText(text).then(
      () => 'Copied',
      () => 'Select and copy',
    );
    say(outcome);
    setTimeout(() => say(undefined), SHOWN_MS);
  };
  return (
    <button type="button" class="copy" onClick={() => void copy()}>
      <span aria-live="polite">{said ?? 'Copy'}</span>
      <span class="hidden"> {what}</span>
    </button>
  );
}
