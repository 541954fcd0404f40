import { ConnectorError, type Gap } from '@midwatch/core';

/**
 * A request for each is dear: two of one connector are in flight at once, so that at 300 ms some twenty requests fit into the three
 * seconds, for all queries of one alert together; changes are asked for twice.
 */
const MAX_DETAILS = 10;

export interface DetailedItems<Item> {
  /** All of them, in the order given. */
  readonly items: readonly Item[];
  readonly gaps: readonly Gap[];
}

/** Reads the details of the first items. One that is not read stays without them: an item without its details is not lost. */
export async function readDetails<Item>(
  items: readonly Item[],
  readDetail: (item: Item) => Promise<Item>,
): Promise<DetailedItems<Item>> {
  // Side by side: core holds back what is too much.
  const settled = await Promise.allSettled(items.slice(0, MAX_DETAILS).map(readDetail));
  const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const fatal = errors.find((error) => !ConnectorError.is(error) || error.code === 'aborted');
  if (fatal !== undefined) throw fatal;
  const late = errors.filter((error) => ConnectorError.is(error) && error.code === 'timeout').length;
  const unread = items.length - settled.length;
  return {
    items: items.map((item, index) => {
      const read = settled[index];
      return read?.status === 'fulfilled' ? read.value : item;
    }),
    gaps: [
      ...toGap('deadline', late),
      ...toGap('page-failure', errors.length - late),
      ...toGap('budget', unread),
    ],
  };
}

/** The brief prints `detail`: without it, these would read as items that nobody has seen. */
function toGap(reason: Gap['reason'], count: number): Gap[] {
  if (count === 0) return [];
  return [
    { reason, missing: { count, exact: true }, detail: 'details of items that are shown without them' },
  ];
}
