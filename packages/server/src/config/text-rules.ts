import type { TextRule } from './key-types.ts'

/** Longest issuer URL that AWS accepts for an OIDC provider (AWS IAM API: CreateOpenIDConnectProvider). */
const MAX_ISSUER_URL_LENGTH = 255

/** Stands for an issuer id while a URL is checked: the form and length of a UUID. */
const SAMPLE_ISSUER_ID = '00000000-0000-4000-8000-000000000000'

const HOST_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * The URL that issuer ids are appended to. It must be written in the one form in which it stands in
 * tokens, since verifiers compare issuers as text (OpenID Connect Discovery 1.0 §4.3).
 */
export const issuerBaseUrlRule: TextRule = text => {
  if (text.endsWith('/')) return 'must not end with a slash'
  return findUrlFault(text, `${text}/${SAMPLE_ISSUER_ID}`)
}

/** `https://{id}.tokens.example.org`: a host with the issuer id as one whole label. */
export const issuerHostPatternRule: TextRule = text => {
  if (text.split('{id}').length !== 2) return 'must contain `{id}` exactly once'
  const sample = text.replace('{id}', SAMPLE_ISSUER_ID)
  const fault = findUrlFault(sample, sample)
  if (fault !== null) return fault.replaceAll(SAMPLE_ISSUER_ID, '{id}')
  const url = new URL(sample)
  if (url.pathname !== '/') return 'must not have a path'
  if (!url.hostname.split('.').includes(SAMPLE_ISSUER_ID)) {
    return 'must have `{id}` as a whole label of the host'
  }
  return null
}

function findUrlFault(text: string, issuerUrl: string): string | null {
  if (!URL.canParse(text)) return 'must be an absolute URL'
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https://'
  if (url.username !== '' || url.password !== '') return 'must not contain a user or a password'
  if (text.includes('?') || text.includes('#')) return 'must have neither a query nor a fragment'
  const canonical = url.pathname === '/' ? url.origin : url.href
  if (text !== canonical) return `must be written in its canonical form: ${canonical}`
  if (issuerUrl.length > MAX_ISSUER_URL_LENGTH) {
    return `must leave issuer URLs at most ${MAX_ISSUER_URL_LENGTH} characters`
  }
  return null
}

/** Whether a word can be the name of a region: a host label, as AWS SDKs demand of one. */
export function isRegionName(text: string): boolean {
  return HOST_LABEL.test(text)
}

/** The name of a region. */
export const regionRule: TextRule = text =>
  isRegionName(text) ? null : 'must be `any` or a list of region names'

/** A host name as it stands in a `Host` header, without the port. */
export const hostNameRule: TextRule = text =>
  text.length <= 253 && text.split('.').every(label => HOST_LABEL.test(label))
    ? null
    : 'must be a list of host names in lower case, without ports'

/** The id of an installation, in the form in which it is made and told. */
export const installationIdRule: TextRule = text =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? null : 'must be a UUID in lower case'

/**
 * The name of an environment variable. Lower case is refused because it is unusual in names but
 * certain in a base64 key: a key that was pasted here by mistake must not reach an error text.
 */
export const environmentNameRule: TextRule = text =>
  /^[A-Z_][A-Z0-9_]{0,59}$/.test(text)
    ? null
    : 'must be the name of an environment variable in upper case'

/** Scheme, host and port, without a slash at the end. */
export const originRule: TextRule = text => {
  const url = URL.parse(text)
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && text === url.origin
  return isOrigin ? null : 'must be a list of origins such as https://idp.internal:8443'
}

/** The ARN of a user or a role, with its path. */
export const principalArnRule: TextRule = text =>
  /^arn:aws[a-z-]*:iam::\d{12}:(?:user|role)\/[\u0021-\u007E]+$/.test(text)
    ? null
    : 'must be a list of ARNs of users and roles'
