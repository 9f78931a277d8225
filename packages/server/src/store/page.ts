/** One page of a listing. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Where the next page starts; null on the last page. */
  readonly nextMarker: string | null
}

/** Which page to load. */
export interface PageRequest {
  /** `nextMarker` of the page before; null for the first. */
  readonly marker: string | null
  /** 1 to 1,000. */
  readonly maxItems: number
}
