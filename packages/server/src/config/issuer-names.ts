import type { IssuerNameSetting, IssuerUrlSetting } from '../principals/issuer-url-setting.ts'
import { findIssuerNameText } from '../principals/issuer-url-setting.ts'
import type { Config } from './config.ts'
import { findIssuerUrlSetting } from './serve-config.ts'

/** The aliases of the issuers, in their order. */
export function listIssuerAliases({
  issuer,
}: Pick<Config, 'issuer'>): readonly IssuerNameSetting[] {
  const { aliases, allowInsecureHttp: allowInsecure } = issuer
  return aliases.map(({ baseUrl, hostPattern, until }) => {
    const url: IssuerUrlSetting =
      baseUrl === null
        ? { hostPattern: hostPattern ?? '', allowInsecure }
        : { baseUrl, allowInsecure }
    return { url, untilMs: until === null ? null : Date.parse(until) }
  })
}

/** What of the names of the issuers can't stand together, each with the key that is to be changed. */
export function findNameFaults(
  config: Pick<Config, 'issuer'>,
): readonly (readonly [key: string, message: string])[] {
  const { signAs } = config.issuer
  const main = findIssuerUrlSetting(config)
  const names = [
    ...(main === null ? [] : [{ url: main, untilMs: null }]),
    ...listIssuerAliases(config),
  ]
  const found: [key: string, message: string][] = []
  const places = new Map<string, string>()
  for (const { url } of names) {
    const text = findIssuerNameText(url)
    const place = findPlace(text)
    const other = places.get(place)
    if (other === undefined) places.set(place, text)
    else {
      const message =
        other === text
          ? `has ${text} twice, or as the main name too`
          : `has ${text}, and no \`Host\` tells it from ${other}`
      found.push(['issuer.aliases', message])
    }
  }
  if (signAs === null) return found
  const signing = names.find(({ url }) => findIssuerNameText(url) === signAs)
  if (signing === undefined) {
    const message =
      'must be one of the names: `issuer.baseUrl`, `issuer.hostPattern` or one of `issuer.aliases`'
    found.push(['issuer.signAs', message])
  } else if (signing.untilMs !== null) {
    const message =
      'must not have an `until`: tokens would go on with a name that is served no more'
    found.push(['issuer.signAs', message])
  }
  return found
}

/** What a request says of the name that it is for: host and path, never the scheme. */
function findPlace(text: string): string {
  const url = URL.parse(text.replace('{id}', 'id'))
  return url === null
    ? text
    : `${url.host.replace(/:(?:80|443)$/, '')}${url.pathname}${text.includes('{id}')}`
}
