/** Where the value of a key comes from. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly path: string; readonly line: number }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'flag'; readonly key: string }

/** A value that one source gives to a key, not yet checked. */
export interface Setting {
  /** The key's path, e.g. `listen.port`. */
  readonly key: string
  readonly value: unknown
  readonly origin: Origin
}

/** What one source gives: settings, and what is wrong with it. */
export interface Source {
  readonly settings: readonly Setting[]
  readonly problems: readonly { readonly where: string; readonly message: string }[]
}

/** The origin in words: `default`, `credence.yaml:3`, `CREDENCE_LISTEN_PORT`, `--set listen.port`. */
export function formatOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default'
    case 'file':
      return `${origin.path}:${origin.line}`
    case 'environment':
      return origin.name
    case 'flag':
      return `--set ${origin.key}`
  }
}
