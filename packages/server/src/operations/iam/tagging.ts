import type { Tag } from '../../principals/tags.ts'
import { cutPage, type PageInput, toPageOutput, toPageRequest } from './page.ts'

/** `List…Tags`: a page in the order of keys. @throws ServiceError `ValidationError` for a strange marker */
export function listTags(tags: readonly Tag[], input: PageInput) {
  const sorted = tags.toSorted((one, other) => (one.key < other.key ? -1 : 1))
  const page = cutPage(sorted, toPageRequest(input))
  return { tags: page.items, ...toPageOutput(page) }
}
