import type { Target } from '@midwatch/core';

const placeholders = ['service', 'namespace', 'cluster', 'environment'] as const;

/** What may stand in a log group's name; nothing else is ever asked for. */
export function isGroupNamePart(text: string): boolean {
  return /^[\w./#-]{1,200}$/.test(text);
}

/** A pattern with the target's words in it; what the target does not tell, or what no group name can hold, is `*`. */
export function fillPattern(pattern: string, target: Target): string {
  return pattern.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const field = placeholders.find((one) => one === name);
    if (field === undefined) return whole;
    const value = target[field];
    return value !== undefined && isGroupNamePart(value) ? value : '*';
  });
}

/** `*` stands for any characters. */
export function matchesPattern(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let from = first.length;
  for (const part of rest) {
    const at = name.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return from <= name.length - last.length;
}

/** What stands beside a service's name without making it another service. */
const commonWords: ReadonlySet<string> = new Set([
  ...['app', 'application', 'container', 'ecs', 'fargate', 'log', 'logs', 'service', 'svc', 'task'],
  ...['dev', 'development', 'live', 'prd', 'prod', 'production', 'qa', 'stage', 'staging', 'test'],
]);

/** Of the groups that AWS makes itself, those that hold what programs write; others carry names of databases and clusters. */
const programPrefixes = ['/aws/lambda/', '/aws/apprunner/', '/aws/elasticbeanstalk/', '/aws/batch/'];

/**
 * Whether a group is this service's own by its name: a segment of the path is the service (`/ecs/checkout`,
 * `/aws/lambda/checkout`), or the service with words of its place around it (`/ecs/prod-checkout`). A longer name is
 * another service: `/ecs/checkout-worker` is not checkout's.
 */
export function namesService(name: string, service: string, target: Target): boolean {
  if (name.startsWith('/aws/') && !programPrefixes.some((prefix) => name.startsWith(prefix))) return false;
  const places = [target.namespace, target.cluster, target.environment].flatMap((text) => [
    ...(text === undefined ? [] : [text, ...text.split(/[-_.]/)]),
  ]);
  const isBeside = (rest: string) =>
    rest === '' || places.includes(rest) || rest.split(/[-_.]/).every((word) => isPlaceWord(word, places));
  return name.split('/').some((segment) => {
    const at = segment.indexOf(service);
    if (at === -1) return false;
    const before = segment.slice(0, at);
    const after = segment.slice(at + service.length);
    if (before !== '' && !/[-_.]$/.test(before)) return false;
    if (after !== '' && !/^[-_.]/.test(after)) return false;
    return isBeside(before.slice(0, -1)) && isBeside(after.slice(1));
  });
}

function isPlaceWord(word: string, places: readonly string[]): boolean {
  return commonWords.has(word.toLowerCase()) || places.includes(word);
}
