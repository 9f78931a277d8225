import { findIssuerNameText } from '../principals/issuer-url-setting.ts'
import { TARGET_KINDS } from '../publishing/targets/table.ts'
import { isLocalHostname } from '../runtime/loopback.ts'
import type { Config } from './config.ts'
import { parseDuration } from './durations.ts'
import { listIssuerAliases } from './issuer-names.ts'
import { findIssuerUrlSetting } from './serve-config.ts'
import { issuerBaseUrlRule, issuerHostPatternRule } from './text-rules.ts'

type PublishSettings = Pick<Config, 'issuer' | 'publish'>

/** Whether a key must be seen at a target before it signs. */
export function hasRequiredTargets({ publish }: Pick<Config, 'publish'>): boolean {
  return publish.targets.some(({ required }) => required)
}

/** For how long the slowest of the targets may show what was there before. */
export function findSlowestLagMs({ publish }: Pick<Config, 'publish'>): number {
  return Math.max(0, ...publish.targets.map(({ maxLag }) => parseDuration(maxLag) ?? 0))
}

/** What of the targets can't be, in words that follow `publish.targets`. */
export function findPublishFaults(settings: PublishSettings): readonly string[] {
  const { issuer, publish } = settings
  const main = findIssuerUrlSetting(settings)
  const aliases = listIssuerAliases(settings).map(({ url }) => url)
  const names = main === null ? aliases : [main, ...aliases]
  const known = new Set(names.map(findIssuerNameText))
  const taken = new Set<string>()
  return publish.targets.flatMap(target => {
    const { name } = target
    const faults = [
      taken.has(name) ? 'stands there twice' : null,
      findUrlFault(target.publicUrl, issuer.allowInsecureHttp),
      target.issuer === undefined || known.has(target.issuer)
        ? null
        : `has an \`issuer\` ${target.issuer} that is none of the names of the issuers`,
      TARGET_KINDS.find(({ kind }) => kind === target.kind)?.findFault(target) ?? null,
    ]
    taken.add(name)
    return faults.filter(fault => fault !== null).map(fault => `has a target ${name} that ${fault}`)
  })
}

function findUrlFault(publicUrl: string, allowInsecure: boolean): string | null {
  const rule = publicUrl.includes('{id}') ? issuerHostPatternRule : issuerBaseUrlRule
  const fault = rule(publicUrl)
  if (fault !== null) return `has a \`publicUrl\` that ${fault}`
  const url = new URL(publicUrl.replace('{id}', 'id'))
  if (url.protocol === 'https:' || allowInsecure || isLocalHostname(url.hostname)) return null
  return 'has a `publicUrl` with http://: without TLS anybody on the way can replace the keys'
}
