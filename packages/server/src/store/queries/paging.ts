import { type Page, type PageRequest, StoreError } from '../ports.ts'

const MAX_PAGE_ITEMS = 1_000

/** The place where a page begins, and how many rows to ask for. */
export interface PageStart {
  /** The key of the last item of the page before; empty, and so before every key, on the first. */
  readonly afterKey: string
  /** One row more than the page has items: it tells whether there is a next page. */
  readonly rowCount: number
}

/**
 * Reads a page request. A marker names the last key that was shown and not a position. So when items
 * come or go between two pages, no other item is repeated or left out.
 *
 * @param listing names the listing, so that a marker of another one is refused
 * @throws StoreError `missing` when the marker is not one of this listing
 * @throws RangeError when `maxItems` is not 1 to 1,000
 */
export function parsePageRequest(listing: string, page: PageRequest): PageStart {
  if (!Number.isInteger(page.maxItems) || page.maxItems < 1 || page.maxItems > MAX_PAGE_ITEMS) {
    throw new RangeError(`maxItems is ${page.maxItems}; it must be 1 to ${MAX_PAGE_ITEMS}`)
  }
  return {
    afterKey: page.marker === null ? '' : parseMarker(listing, page.marker),
    rowCount: page.maxItems + 1,
  }
}

/** Makes a page of rows that were asked for with `PageStart.rowCount`. */
export function createPage<Row, Item>(
  listing: string,
  page: PageRequest,
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  itemOf: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, page.maxItems)
  const last = shown.at(-1)
  const hasMore = rows.length > shown.length && last !== undefined
  return {
    items: shown.map(itemOf),
    nextMarker: hasMore ? formatMarker(listing, keyOf(last)) : null,
  }
}

function formatMarker(listing: string, key: string): string {
  return Buffer.from(`${listing}\n${key}`).toString('base64url')
}

function parseMarker(listing: string, marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString()
  const prefix = `${listing}\n`
  // Readers of base64 accept several spellings. To compare with the one right spelling refuses all
  // others.
  const key = text.slice(prefix.length)
  if (text.startsWith(prefix) && formatMarker(listing, key) === marker) return key
  throw new StoreError('missing', 'The marker is not one that this listing has given.')
}
