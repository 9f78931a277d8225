import { findIssuerNameText } from '../principals/issuer-url-setting.ts'
import type { Config } from './config.ts'
import { listIssuerAliases } from './issuer-names.ts'

/** A setting that works and that an installation for production should still not leave as it is. */
export interface ConfigWarning {
  /** `sts.regions` */
  readonly key: string
  /** What it means, and what to write, in words that follow the key. */
  readonly message: string
}

/** What `credence config check` asks for beyond what `serve` needs. */
export function findWarnings(
  config: Pick<Config, 'issuer' | 'publish' | 'sts'>,
  nowMs: number,
): readonly ConfigWarning[] {
  return [...findOpenRegions(config), ...findEndedNames(config, nowMs)]
}

/** A name that has ended still belongs to this installation, so it is no fault that it is there. */
function findEndedNames(
  config: Pick<Config, 'issuer' | 'publish'>,
  nowMs: number,
): readonly ConfigWarning[] {
  return listIssuerAliases(config).flatMap(({ url, untilMs }) => {
    if (untilMs === null || nowMs < untilMs) return []
    const text = findIssuerNameText(url)
    const end = new Date(untilMs).toISOString().replace('.000Z', 'Z')
    const message = `has ${text}, which has not been served since ${end}: its documents are answered 404; leave it as long as its tokens must count as tokens of this installation, else take it out`
    const targets = config.publish.targets.filter(({ issuer }) => issuer === text)
    return [
      { key: 'issuer.aliases', message },
      ...targets.map(({ name }) => ({
        key: 'publish.targets',
        message: `has ${name}, a target of the name ${text}, which has ended: take it out, and delete the documents there`,
      })),
    ]
  })
}

function findOpenRegions({ sts }: Pick<Config, 'sts'>): readonly ConfigWarning[] {
  if (sts.regions !== 'any') return []
  const message =
    'is `any`, so `source_region` of a token and `aws:RequestedRegion` are whatever its caller has signed for: name the region of this installation, e.g. [eu-central-1]'
  return [{ key: 'sts.regions', message }]
}
