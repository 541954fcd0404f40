import type { Alert } from '../incident/alert.js';
import type { ServiceIdentity } from './service-identity.js';

/** The alert with its service under its own name: sources of alerts, too, call services what they like. */
export function nameAlert(alert: Alert, services: readonly ServiceIdentity[] = []): Alert {
  const { namespace, service } = alert.target;
  const identity = service === undefined ? undefined : findIdentity(services, service, namespace);
  if (identity === undefined || identity.name === service) return alert;
  return { ...alert, target: { ...alert.target, service: identity.name } };
}

/** By its own name, else by one that some backend has for it; of those of another namespace none. */
export function findIdentity(
  services: readonly ServiceIdentity[],
  service: string,
  namespace: string | undefined,
): ServiceIdentity | undefined {
  const here = services.filter(
    (one) => one.namespace === undefined || namespace === undefined || one.namespace === namespace,
  );
  return (
    here.find(({ name }) => name === service) ??
    here.find(
      ({ aliases = {}, argocdApp }) => Object.values(aliases).includes(service) || argocdApp === service,
    )
  );
}
