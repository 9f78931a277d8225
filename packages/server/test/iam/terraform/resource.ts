import { NoSuchEntityException, type Tag } from '@aws-sdk/client-iam'

/** A resource of Terraform's AWS provider: the calls that the provider makes for each step. */
export interface Resource<Config> {
  readonly create: (config: Config) => Promise<void>
  /** The configuration as the service tells it; null when the resource is gone. */
  readonly read: () => Promise<Config | null>
  readonly update: (from: Config, to: Config) => Promise<void>
  readonly destroy: (config: Config) => Promise<void>
}

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>

/** The provider takes a missing entity for a resource that is gone. */
export async function orGone<Result>(reading: Promise<Result>): Promise<Result | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof NoSuchEntityException) return null
    throw error
  }
}

/** Tags as requests have them. */
export function listTags(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

/** Tags as the provider compares them. */
export function readTags(tags: readonly Tag[] = []): Tags {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
}

/** What the provider asks for when tags change: first the keys to take off, then the tags to set. */
export function compareTags(
  from: Tags,
  to: Tags,
): { readonly removed: string[]; readonly changed: Tag[] } {
  return {
    removed: Object.keys(from).filter(key => !(key in to)),
    changed: listTags(to).filter(({ Key = '', Value }) => from[Key] !== Value),
  }
}

/** A document as the provider compares it: decoded, its members in an order of their own. */
export function readDocument(encoded = ''): unknown {
  return JSON.parse(decodeURIComponent(encoded.replaceAll('+', ' ')))
}
