import type { Page, PageRequest } from './page.ts'

/** All items of a paged listing, page after page. */
export async function listAll<Item>(
  loadPage: (page: PageRequest) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = []
  let marker: string | null = null
  do {
    const page: Page<Item> = await loadPage({ marker, maxItems: 1000 })
    items.push(...page.items)
    marker = page.nextMarker
  } while (marker !== null)
  return items
}
