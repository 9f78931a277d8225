import type { Config } from './config.ts'

/** A setting that works and that an installation for production should still not leave as it is. */
export interface ConfigWarning {
  /** `sts.regions` */
  readonly key: string
  /** What it means, and what to write, in words that follow the key. */
  readonly message: string
}

/** What `credence config check` asks for beyond what `serve` needs. */
export function findWarnings({ sts }: Pick<Config, 'sts'>): readonly ConfigWarning[] {
  if (sts.regions !== 'any') return []
  const message =
    'is `any`, so `source_region` of a token and `aws:RequestedRegion` are whatever its caller has signed for: name the region of this installation, e.g. [eu-central-1]'
  return [{ key: 'sts.regions', message }]
}
