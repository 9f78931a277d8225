import { ServiceError } from '../../errors.ts'
import { type Page, type PageRequest, StoreError } from '../../store/ports.ts'

/** What IAM takes when `MaxItems` is not given (AWS IAM API Reference). */
const DEFAULT_MAX_ITEMS = 100

/** The part of a listing's input that chooses the page. */
export interface PageInput {
  readonly marker?: string | undefined
  readonly maxItems?: number | undefined
}

/** The page that the input of a listing asks for. */
export function toPageRequest(input: PageInput): PageRequest {
  return { marker: input.marker ?? null, maxItems: input.maxItems ?? DEFAULT_MAX_ITEMS }
}

/** The members of a listing's output that say whether there is more. */
export function toPageOutput({ nextMarker }: Page<unknown>): {
  readonly isTruncated: boolean
  readonly marker?: string
} {
  return nextMarker === null ? { isTruncated: false } : { isTruncated: true, marker: nextMarker }
}

/**
 * Cuts a page out of a whole list that is small by its limits; markers are positions in it.
 * @throws ServiceError for a marker that no listing has given: `createError`'s, or `ValidationError`
 */
export function cutPage<Item>(
  items: readonly Item[],
  { marker, maxItems }: PageRequest,
  createError: () => ServiceError = invalidMarker,
): Page<Item> {
  const start = marker === null ? 0 : parsePosition(marker, createError)
  const end = start + maxItems
  return {
    items: items.slice(start, end),
    nextMarker: end < items.length ? Buffer.from(String(end)).toString('base64url') : null,
  }
}

function parsePosition(marker: string, createError: () => ServiceError): number {
  const text = Buffer.from(marker, 'base64url').toString()
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw createError()
}

/** Loads a page; a marker that no listing has given is the caller's error. @throws ServiceError `ValidationError` */
export async function loadPage<Item>(loading: Promise<Page<Item>>): Promise<Page<Item>> {
  try {
    return await loading
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'missing') throw invalidMarker()
    throw error
  }
}

// The text is UNVERIFIED.
function invalidMarker(): ServiceError {
  return new ServiceError('ValidationError', 'Invalid Marker.')
}
