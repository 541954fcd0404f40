/** What goes wrong between a connector and its vendor: the rows of the report's table, in its order. */
export const conformanceFaults = [
  'hang',
  'reset',
  '401',
  '403',
  '404',
  '429 with Retry-After',
  '500',
  '503',
  'HTML with 200',
  'truncated JSON',
  'wrong shape',
  '100 MB body',
  'slow drip',
  'redirect',
  'repeated cursor',
  'page 2 fails',
] as const;
export type ConformanceFault = (typeof conformanceFaults)[number];
