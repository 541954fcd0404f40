import type { ComponentChildren } from 'preact';

interface ScrollableProps {
  readonly label: string;
  readonly children: ComponentChildren;
}

/** What may be larger than its place: a keyboard reaches it, and scrolls it. */
export function Scrollable({ children, label }: ScrollableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it a keyboard cannot scroll it
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
