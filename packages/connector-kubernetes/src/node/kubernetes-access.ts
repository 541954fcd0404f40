import { ConnectorError, type FetchLike } from '@midwatch/core';
import type { TokenOption } from '@midwatch/core/http';

/** The options of `createKubernetesConnector` that tell where a cluster is and who asks. */
export interface KubernetesAccess {
  readonly baseUrl: string;
  readonly token?: TokenOption;
  readonly basicAuth?: { readonly username: string; readonly password: string };
  /** Trusts the cluster's own authority, and shows the client's certificate where there is one. */
  readonly fetch: FetchLike;
}

/** What is wrong with a file, and what to do. Never its content. */
export function accessError(message: string): ConnectorError {
  return new ConnectorError({ code: 'config', connectorId: 'kubernetes', message });
}
