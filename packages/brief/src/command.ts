import type { Advice, ChangeFinding } from '@midwatch/core/incident';

/** Quotes one argument for a POSIX shell; text that needs no quotes stays readable. */
export function shellQuote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) && !argument.startsWith('-')
    ? argument
    : `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** `checkout`, `deployment/checkout`, `41`: letters and digits at both ends, so no option, no path upwards and no second command. */
const objectName = /^[A-Za-z0-9](?:[A-Za-z0-9_/-]|\.(?!\.)){0,251}(?<![_./-])$/;

/**
 * The command that carries out an advice, from what was observed and nothing else. Absent when no observed object says how:
 * a command that a person has to complete by guessing is worse than none.
 */
export function toCommand(advice: Advice, change: ChangeFinding | undefined): string | undefined {
  if (advice.action !== 'rollback' || change?.deploy.rollback === undefined) return undefined;
  const { system, object, namespace, toRevision, selfHeals } = change.deploy.rollback;
  // No system gives its objects other names, and quotes do not help: `'--server=x'` is an option to the program.
  if (![object, namespace ?? 'none', toRevision].every((text) => objectName.test(text))) return undefined;
  if (system === 'argocd') {
    const rollback = `argocd app rollback ${shellQuote(object)} ${shellQuote(toRevision)}`;
    // Argo CD refuses a rollback while automated sync is on, and self-heal would undo one.
    return selfHeals === true
      ? `argocd app set ${shellQuote(object)} --sync-policy none && ${rollback}`
      : rollback;
  }
  if (system === 'kubernetes') {
    const scope = namespace === undefined ? '' : ` --namespace ${shellQuote(namespace)}`;
    return `kubectl rollout undo ${shellQuote(object)}${scope} --to-revision=${shellQuote(toRevision)}`;
  }
  return undefined;
}
