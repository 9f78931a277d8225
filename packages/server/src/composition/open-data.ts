import { dirname, join } from 'node:path'
import type { Config } from '../config/config.ts'
import {
  findIssuerUrlChoice,
  findMasterKeySource,
  type MasterKeySource,
} from '../config/serve-config.ts'
import { type CachingIssuer, createIssuer } from '../issuer/create-issuer.ts'
import { createIssuerUrls, type IssuerUrls } from '../issuer/issuer-url.ts'
import { createLocalSigner } from '../issuer/signer/local-signer.ts'
import type { Signer } from '../issuer/signer/signer.ts'
import { createAesGcmSealer } from '../secrets/aes-gcm-sealer.ts'
import { checkMasterKey } from '../secrets/check-master-key.ts'
import { type MasterKey, MasterKeyError, parseMasterKeyText } from '../secrets/master-key.ts'
import { loadMasterKeyDescriptor, loadMasterKeyFile } from '../secrets/master-key-file.ts'
import type { Sealer } from '../secrets/sealer.ts'
import type { Store } from '../store/ports.ts'
import { createSqliteStore } from '../store/sqlite.ts'
import type { TrustRules } from '../trust/check-trust-policy.ts'
import type { Surroundings } from './surroundings.ts'

/** The data of an installation, opened: what the server and the command line both work on. */
export interface OpenData {
  readonly masterKey: MasterKey
  readonly store: Store
  readonly sealer: Sealer
  readonly issuer: CachingIssuer
  readonly issuerUrls: IssuerUrls
  readonly trustRules: TrustRules
  readonly close: () => Promise<void>
}

/** How many accounts' issuers stay in memory, with their opened keys. */
const MAX_CACHED_ISSUERS = 10_000

/**
 * Opens master key and store and makes sure that they belong together before anything is read.
 * `createSigner` makes what signs tokens; plain node:crypto when left out.
 * @throws MasterKeyError, StoreOpenError, IssuerUrlError: each with a text for the operator
 */
export async function openData(
  config: Config,
  surroundings: Surroundings,
  createSigner: (sealer: Sealer) => Signer = sealer => createLocalSigner(sealer),
): Promise<OpenData> {
  const { random, substitutes = {} } = surroundings
  const { aroundStore = keep } = substitutes
  const issuerUrls = createIssuerUrls(findIssuerUrlChoice(config) ?? localIssuerUrl(config))
  const masterKey = await loadMasterKey(config, surroundings)
  const sealer = createAesGcmSealer(masterKey, random)
  const store = aroundStore(
    await createSqliteStore({ path: config.store.path, looksOncePerTurn: true }),
  )
  try {
    await checkMasterKey(store, sealer)
  } catch (error) {
    await store.close()
    throw error
  }
  const issuer = createIssuer({
    store,
    signer: createSigner(sealer),
    random,
    issuerUrls,
    keyNaming: config.issuer.keyIds,
    propagationDelayMs: config.federation.propagationDelaySeconds * 1000,
    maxCachedAccounts: MAX_CACHED_ISSUERS,
  })
  const close = (): Promise<void> => {
    issuer.close()
    return store.close()
  }
  const trustRules = { requiresCallerClaim: config.webIdentity.requireCallerClaim }
  return { masterKey, store, sealer, issuer, issuerUrls, trustRules, close }
}

const keep = (store: Store): Store => store

/** The master key file of an installation that names no other source: beside its store. */
export function defaultMasterKeyFile(config: Config): string {
  return join(dirname(config.store.path), 'master.key')
}

async function loadMasterKey(config: Config, { env }: Surroundings): Promise<MasterKey> {
  const source: MasterKeySource = findMasterKeySource(config) ?? {
    kind: 'file',
    path: defaultMasterKeyFile(config),
  }
  switch (source.kind) {
    case 'file':
      return loadMasterKeyFile(source.path)
    case 'descriptor':
      return loadMasterKeyDescriptor(source.fd)
    case 'environment': {
      const text = env[source.name]
      const where = `environment variable ${source.name}`
      if (text === undefined) throw new MasterKeyError(`${where} is not set`)
      return parseMasterKeyText(text, where)
    }
  }
}

/** What `credence dev` and local commands issue under when no issuer is configured. */
function localIssuerUrl({ listen, tls }: Config) {
  const scheme = tls.certFile === null ? 'http' : 'https'
  return { baseUrl: `${scheme}://${listen.host}:${listen.port}`, allowInsecure: false }
}
