/** A headline has its numbers after middle dots: what is broken reads better above them. */
export function splitHeadline(headline: string): { readonly main: string; readonly numbers: readonly string[] } {
  const [main = headline, ...numbers] = headline.split(' · ');
  return { main, numbers };
}
