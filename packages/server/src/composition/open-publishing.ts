import { readFileSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { findKeyTimes } from '../config/key-rules.ts'
import { hasRequiredTargets } from '../config/publish-rules.ts'
import { UnavailableError } from '../errors.ts'
import { formatCacheControl } from '../issuer/cache-control.ts'
import { formatDiscovery } from '../issuer/discovery.ts'
import { formatJwks } from '../issuer/jwks.ts'
import { isDenied } from '../issuer/keys/denials.ts'
import { createKeyRing } from '../issuer/keys/key-ring.ts'
import { type KeyVisibility, OWN_DOCUMENTS } from '../issuer/keys/visibility.ts'
import type { PublishDeps } from '../publishing/publish-issuer.ts'
import type { PublishTarget, ReadIssuer } from '../publishing/publish-target.ts'
import { createPublishedVisibility } from '../publishing/published-visibility.ts'
import { TARGET_KINDS } from '../publishing/targets/table.ts'
import type { Environment } from './environment.ts'
import type { OpenData } from './open-data.ts'

/** The targets that the configuration names, and what publishing there works with. */
export interface OpenPublishing {
  readonly targets: readonly PublishTarget[]
  readonly deps: PublishDeps & Pick<OpenData, 'store'>
  readonly visibility: KeyVisibility
}

/** How long a target may take for one call. */
const TIMEOUT_MS = 5000

/** Opens the targets. Contacts nobody yet. @param stopping ends what is under way */
export function openPublishing(
  config: Config,
  data: OpenData,
  environment: Pick<Environment, 'clock' | 'random' | 'env'>,
  stopping: AbortSignal,
): OpenPublishing {
  const { store } = data
  const { clock, random, env } = environment
  const { cacheMaxAgeSeconds: maxAgeSeconds } = config.issuer
  const readFile = (path: string): string => readFileSync(path, 'utf8')
  const targetDeps = { clock, random, env, readFile, timeoutMs: TIMEOUT_MS, stopping }
  const targets = config.publish.targets.map((settings): PublishTarget => {
    const kind = TARGET_KINDS.find(each => each.kind === settings.kind)
    if (kind === undefined) throw new Error(`there is no target of kind ${settings.kind}`)
    return {
      target: kind.open(settings.name, settings, targetDeps),
      formatPublicUrl: createFormatUrl(settings.publicUrl),
      isRequired: settings.required,
      issuerName: settings.issuer ?? null,
    }
  })
  return {
    targets,
    deps: {
      store,
      clock,
      random,
      readIssuer: createReadIssuer(config, data),
      cacheControl: formatCacheControl(maxAgeSeconds),
      maxAgeSeconds,
      stopping,
    },
    visibility: hasRequiredTargets(config)
      ? createPublishedVisibility({
          store,
          targets,
          clock,
          publishBeforeMs: findKeyTimes(config).publishBeforeMs,
          stopping,
        })
      : OWN_DOCUMENTS,
  }
}

function createFormatUrl(publicUrl: string): (issuerId: string) => string {
  return publicUrl.includes('{id}')
    ? issuerId => publicUrl.replace('{id}', issuerId)
    : issuerId => `${publicUrl}/${issuerId}`
}

/**
 * Also of a name that has ended: as long as its target is configured, what is there is kept up to date,
 * so that no revoked key stays there.
 */
function createReadIssuer(
  { issuer }: Config,
  { store, binder, issuerNames, emergency }: OpenData,
): ReadIssuer {
  return async (accountId, issuerName) => {
    const federation = await store.findFederation(accountId)
    const name = issuerName === null ? issuerNames.signing : issuerNames.findName(issuerName)
    if (federation === null || name === null) return null
    const { issuerId } = federation
    const { denials } = emergency
    if (denials.fault !== null) throw new UnavailableError(`no key is published: ${denials.fault}`)
    const ring = createKeyRing(await store.listIssuerKeys(accountId), binder)
    const published = ring.published.filter(key => !isDenied(denials, key))
    return {
      issuerId,
      discovery: formatDiscovery(name.formatIssuerUrl(issuerId)),
      jwks: formatJwks(issuer.keyIds, published),
      thumbprints: published.map(({ thumbprint }) => thumbprint),
    }
  }
}
