import type { Config } from './config.ts'
import { isRegionName } from './text-rules.ts'

/** The region of whatever has only one in AWS's main partition, and of calls that name none. */
const FIRST_REGION = 'us-east-1'

/** What clients sign for that are told to use AWS's global endpoints (Java: `Region.AWS_GLOBAL`). */
const GLOBAL_REGION = 'aws-global'

/** AWS's own endpoints of IAM, each with its one region (AWS General Reference: IAM endpoints). */
const IAM_HOSTS: readonly (readonly [host: string, region: string])[] = [
  ['iam.amazonaws.com', FIRST_REGION],
  ['iam.global.api.aws', FIRST_REGION],
  ['iam.us-gov.amazonaws.com', 'us-gov-west-1'],
  ['iam.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
]

/** What the regions that requests name mean for this installation. */
export interface Regions {
  /** Whether a signature of a request to this host may be scoped to it. */
  readonly isRegionAllowed: (signed: string, host: string) => boolean
  /**
   * The region that a call counts as: in tokens, conditions and audit. `signed` is that of its
   * signature; null for a call without one.
   */
  readonly resolveRegion: (signed: string | null) => string
  /** Whether a call to this host, signed for this region or not at all, is one of STS's global endpoint. */
  readonly isGlobalEndpoint: (host: string, signed: string | null) => boolean
}

/**
 * Reads `sts.regions` and `sts.unsignedRegion`. Clients sign for whatever region they are set to,
 * and nothing else says where they are. So where the operator has named one region, every call
 * counts as made there, and a signature may be scoped to any. Where several are named the caller
 * chooses among them, and where none is, among all. Hosts of global endpoints take one region
 * alone, as on AWS (aws-wire-news §8), whatever is named.
 */
export function createRegions({ sts }: Pick<Config, 'sts'>): Regions {
  const globalHosts = new Set(sts.globalEndpointHosts)
  const regionOfHost = new Map(IAM_HOSTS)
  for (const host of globalHosts) regionOfHost.set(host, FIRST_REGION)
  const named = sts.regions === 'any' ? null : new Set(sts.regions)
  const [first = FIRST_REGION] = named ?? []
  const isOneOfSeveral = named !== null && named.size > 1 ? named : null
  const unsigned = sts.unsignedRegion ?? first
  return {
    isRegionAllowed(signed, host) {
      if (signed === GLOBAL_REGION) return true
      const only = regionOfHost.get(host)
      if (only !== undefined) return signed === only
      return isOneOfSeveral === null ? isRegionName(signed) : isOneOfSeveral.has(signed)
    },
    resolveRegion(signed) {
      if (named?.size === 1) return first
      const meant = signed === GLOBAL_REGION ? FIRST_REGION : signed
      // A global endpoint may be called in a region that is none of this installation's.
      return meant === null || named?.has(meant) === false ? unsigned : meant
    },
    isGlobalEndpoint: (host, signed) => globalHosts.has(host) || signed === GLOBAL_REGION,
  }
}
