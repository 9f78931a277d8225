import { ALGORITHM_NAMES, type AlgorithmName } from './algorithms.ts'
import { quote, VerifyError } from './errors.ts'
import { isJsonObject } from './json.ts'
import type { Fetch } from './keys/fetch-document.ts'
import { parseSecureUrl } from './keys/issuer-url.ts'
import { type KeyCacheLimits, parseKeyCacheLimits } from './keys/key-cache-limits.ts'
import type { TrustedIssuer, VerifierOptions } from './options.ts'
import { SUBJECT_MODES, type SubjectMode } from './origin-identity.ts'
import { isAccountId, PARTITIONS, type PrincipalType } from './principal.ts'
import { type Names, refuseUnknown } from './refuse-unknown.ts'
import type { ReplayStore } from './replay.ts'

/** Options without gaps. */
export interface CompleteOptions {
  readonly issuers: readonly TrustedIssuer[]
  readonly audiences: ReadonlySet<string> | null
  readonly allowMultipleAudiences: boolean
  readonly algorithms: ReadonlySet<AlgorithmName>
  readonly clockLeewaySeconds: number
  readonly maxAgeSeconds: number
  readonly partitions: ReadonlySet<string>
  readonly principalTypes: ReadonlySet<PrincipalType>
  readonly subjectModes: ReadonlySet<SubjectMode>
  readonly replay: ReplayStore | null
  readonly verifiedTokenCacheEntries: number
  readonly keyCache: KeyCacheLimits
  readonly fetch: Fetch
  readonly fetchTimeoutMs: number
  readonly nowMs: () => number
}

const OPTION_NAMES: Names<VerifierOptions> = {
  issuers: true,
  audience: true,
  allowMultipleAudiences: true,
  algorithms: true,
  clockLeewaySeconds: true,
  maxAgeSeconds: true,
  partitions: true,
  principalTypes: true,
  subjectModes: true,
  replay: true,
  verifiedTokenCacheEntries: true,
  keyCache: true,
  fetch: true,
  fetchTimeoutMs: true,
  nowMs: true,
}
const ISSUER_OPTION_NAMES: Names<TrustedIssuer> = {
  issuer: true,
  accounts: true,
  keys: true,
  allowInsecureHttp: true,
}
const PRINCIPAL_TYPES: readonly PrincipalType[] = ['role', 'user', 'root']

/**
 * Checks options again at run time, for callers without types and for values that types cannot bound. A
 * misspelt option is refused rather than ignored.
 *
 * @throws VerifyError `options_invalid`
 */
export function parseOptions(options: VerifierOptions): CompleteOptions {
  refuseUnknown(options, OPTION_NAMES)
  return {
    issuers: parseIssuers(options.issuers),
    audiences: parseAudience(options.audience),
    allowMultipleAudiences: options.allowMultipleAudiences === true,
    algorithms: parseNames('algorithms', options.algorithms ?? ALGORITHM_NAMES, ALGORITHM_NAMES),
    clockLeewaySeconds: parseInteger(
      'clockLeewaySeconds',
      options.clockLeewaySeconds ?? 30,
      0,
      300,
    ),
    maxAgeSeconds: parseInteger('maxAgeSeconds', options.maxAgeSeconds ?? 3600, 1, MAX_AGE_SECONDS),
    partitions: parseNames('partitions', options.partitions ?? ['aws'], PARTITIONS),
    principalTypes: parseNames(
      'principalTypes',
      options.principalTypes ?? ['role', 'user'],
      PRINCIPAL_TYPES,
    ),
    subjectModes: parseNames(
      'subjectModes',
      options.subjectModes ?? ['AWSIdentity'],
      SUBJECT_MODES,
    ),
    replay: options.replay ?? null,
    verifiedTokenCacheEntries: parseInteger(
      'verifiedTokenCacheEntries',
      options.verifiedTokenCacheEntries ?? 1000,
      0,
      1_000_000,
    ),
    keyCache: parseKeyCacheLimits(options.keyCache ?? {}),
    // The global is looked up at each call, so that a later replacement (by a test, a tracer) is used.
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    fetchTimeoutMs: parseInteger('fetchTimeoutMs', options.fetchTimeoutMs ?? 5000, 1, 60_000),
    nowMs: options.nowMs ?? Date.now,
  }
}

const MAX_AGE_SECONDS = 31_536_000

function parseIssuers(issuers: unknown): readonly TrustedIssuer[] {
  if (!isFilledList(issuers)) throw invalid('issuers is not a list of at least one issuer')
  const parsed = issuers.map(parseIssuer)
  const names = new Set(parsed.map(({ issuer }) => issuer))
  if (names.size < parsed.length) throw invalid('issuers names one issuer twice')
  return parsed
}

function parseIssuer(value: unknown): TrustedIssuer {
  if (!isTrustedIssuer(value)) throw invalid('an issuer is an object with issuer and accounts')
  refuseUnknown(value, ISSUER_OPTION_NAMES)
  const { issuer, accounts, allowInsecureHttp } = value
  const url = parseSecureUrl(issuer, allowInsecureHttp === true, 'options_invalid')
  if (url.search !== '') throw invalid(`the issuer ${quote(issuer)} has a query`)
  if (accounts !== null && !(isFilledList(accounts) && accounts.every(isAccountId))) {
    throw invalid(`accounts of ${issuer} is neither null nor a list of twelve-digit ids`)
  }
  return value
}

function isTrustedIssuer(value: unknown): value is TrustedIssuer {
  return isJsonObject(value) && 'issuer' in value && 'accounts' in value
}

function parseAudience(audience: unknown): ReadonlySet<string> | null {
  if (audience === null) return null
  const audiences = typeof audience === 'string' ? [audience] : audience
  if (!isFilledList(audiences) || !audiences.every(item => typeof item === 'string' && item)) {
    throw invalid('audience is neither a text, a list of texts, nor null')
  }
  return new Set(audiences.map(String))
}

function parseNames<Name extends string>(
  option: string,
  names: unknown,
  allowed: readonly Name[],
): ReadonlySet<Name> {
  const known = isFilledList(names)
    ? names.flatMap(name => allowed.find(candidate => candidate === name) ?? [])
    : []
  if (!isFilledList(names) || known.length < names.length) {
    throw invalid(`${option} is not a list of ${allowed.join(', ')}`)
  }
  return new Set(known)
}

function parseInteger(option: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw invalid(`${option} is not a whole number of ${least} to ${most}`)
  }
  return value
}

function isFilledList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0
}

function invalid(reason: string): VerifyError {
  return new VerifyError('options_invalid', reason)
}
