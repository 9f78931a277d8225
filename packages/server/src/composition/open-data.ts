import type { Config } from '../config/config.ts'
import { listIssuerAliases } from '../config/issuer-names.ts'
import { hasRequiredTargets } from '../config/publish-rules.ts'
import { findIssuerUrlSetting } from '../config/serve-config.ts'
import { type CachingIssuer, createIssuer } from '../issuer/create-issuer.ts'
import { createIssuerNames, type IssuerNames } from '../issuer/issuer-names.ts'
import { bindStoredKeys } from '../issuer/keys/bind-stored-keys.ts'
import type { Partition } from '../principals/arn.ts'
import type { Binder } from '../secrets/binder.ts'
import { bindMasterKey, checkMasterKey } from '../secrets/check-master-key.ts'
import { loadInstallationId } from '../secrets/installation.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import { MasterKeyring } from '../secrets/master-keyring.ts'
import { createRingBinder, createRingSealer } from '../secrets/ring-sealer.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { createLocalSigner } from '../signers/local-signer.ts'
import type { Signer } from '../signers/signer.ts'
import { StoreOpenError } from '../store/failures.ts'
import type { IssuerKey, Store } from '../store/ports.ts'
import { requireStoreFile } from '../store/sqlite/store-file.ts'
import type { TrustRules } from '../trust/check-trust-policy.ts'
import { type PinnedRole, pinStoredRoles } from '../trust/pin-stored-roles.ts'
import { EmergencyRevocations, findEmergencyFile } from './emergency-revocations.ts'
import type { Environment } from './environment.ts'
import { type LoadedKeys, loadMasterKeys } from './master-key/load-master-keys.ts'
import { type SettledKeyring, settleKeyring } from './master-key/settle-keyring.ts'
import { openStore } from './open-store.ts'
import { findStoreFile, formatStorePlace, isStoreInMemory } from './store-place.ts'

/** The data of an installation, opened: what the server and the command line both work on. */
export interface OpenData {
  /** The master key from the configured place. It need not be the one that seals. */
  readonly masterKey: MasterKey
  /** All that were found, and what they are good for at present. */
  readonly masterKeys: MasterKeyring
  readonly loadedKeys: LoadedKeys
  /** How far a change of the master key had come when the data was opened. */
  readonly settledKeyring: SettledKeyring
  /** The id of the installation, made with its store. */
  readonly installationId: string
  readonly store: Store
  readonly sealer: Sealer
  readonly binder: Binder
  readonly signer: Signer
  readonly issuer: CachingIssuer
  /** The keys that the file beside the store denies, even while the store is away. */
  readonly emergency: EmergencyRevocations
  readonly issuerNames: IssuerNames
  readonly trustRules: TrustRules
  /** For new accounts that name none. */
  readonly defaultPartition: Partition
  /** Roles whose stored trust policies have just been bound to those whom they name. */
  readonly pinnedRoles: readonly PinnedRole[]
  readonly close: () => Promise<void>
}

/** How many accounts' issuers stay in memory, with their opened keys. */
export const MAX_CACHED_ACCOUNTS = 100_000

/** What may be different for a server. */
export interface OpenDataOptions {
  /** Makes what signs tokens; plain node:crypto when left out. */
  readonly createSigner?: (sealer: Sealer) => Signer
  /** Told of signing keys in the store that Credence has not written: nothing is done with them. */
  readonly reportRefusedKey?: (key: IssuerKey) => void
  /** Called with the age in ms that knowledge of a database had reached when it was confirmed once more. */
  readonly onKnowledgeConfirmed?: (ageMs: number) => void
}

/**
 * Opens master key and store and makes sure that they belong together before anything is read. A store
 * in a file must be there: no start makes an empty one, which would look healthy and know nobody.
 * @throws MasterKeyError, StoreOpenError, IssuerUrlError: each with a text for the operator
 */
export async function openData(
  config: Config,
  environment: Environment,
  {
    createSigner = createLocalSigner,
    reportRefusedKey = () => {},
    onKnowledgeConfirmed = () => {},
  }: OpenDataOptions = {},
): Promise<OpenData> {
  const { clock, random, overrides = {} } = environment
  const { aroundStore = keep } = overrides
  const main = { url: findIssuerUrlSetting(config) ?? localIssuerUrl(config), untilMs: null }
  const issuerNames = createIssuerNames(
    [main, ...listIssuerAliases(config)],
    config.issuer.signAs,
    clock,
  )
  const file = findStoreFile(config)
  if (file !== null) requireStoreFile(file)
  const loadedKeys = await loadMasterKeys(config, environment)
  const { main: masterKey } = loadedKeys
  const masterKeys = new MasterKeyring(masterKey, clock)
  const sealer = createRingSealer(masterKeys, random)
  const binder = createRingBinder(masterKeys)
  const signer = createSigner(sealer)
  const store = aroundStore(
    await openStore(config, environment, { onConfirmed: onKnowledgeConfirmed }),
  )
  let installationId: string
  let settledKeyring: SettledKeyring
  const pinnedRoles: PinnedRole[] = []
  try {
    if (isStoreInMemory(config)) await bindMasterKey(store, sealer)
    settledKeyring = await settleKeyring(store, masterKeys, loadedKeys)
    await checkMasterKey(store, sealer)
    installationId = await loadInstallationId(store, sealer, random)
    requireInstallation(config, installationId)
    await pinStoredRoles(store, role => pinnedRoles.push(role))
    await bindStoredKeys(store, signer, binder)
  } catch (error) {
    await store.close()
    throw error
  }
  const emergency = new EmergencyRevocations(findEmergencyFile(config.store.path))
  const issuer = createIssuer({
    store,
    signer,
    binder,
    random,
    issuerNames,
    keyNaming: config.issuer.keyIds,
    propagationDelayMs: config.federation.propagationDelaySeconds * 1000,
    firstKeysWait: hasRequiredTargets(config),
    maxCachedAccounts: MAX_CACHED_ACCOUNTS,
    reportRefusedKey,
    findDenials: () => emergency.denials,
  })
  const close = (): Promise<void> => {
    issuer.close()
    return store.close()
  }
  const { requireCallerClaim: requiresCallerClaim, listedOrigins } = config.webIdentity
  const trustRules: TrustRules = {
    requiresCallerClaim,
    listedOrigins,
    findOwnIssuerId: issuerNames.findOwnIssuerId,
  }
  return {
    masterKey,
    masterKeys,
    loadedKeys,
    settledKeyring,
    installationId,
    store,
    sealer,
    binder,
    signer,
    issuer,
    emergency,
    issuerNames,
    trustRules,
    defaultPartition: config.account.partition,
    pinnedRoles,
    close,
  }
}

const keep = (store: Store): Store => store

/** Two stores may share a master key: an older one, or one that `init` has made in a wrong place. */
function requireInstallation(config: Config, found: string): void {
  const { store } = config
  if (store.installationId === null || store.installationId === found) return
  throw new StoreOpenError(
    `The store ${formatStorePlace(config)} is of the installation ${found}, and store.installationId names ${store.installationId}. Mount or name the right store, or correct the configuration.`,
  )
}

/** What `credence dev` and local commands issue under when no issuer is configured. */
function localIssuerUrl({ listen, tls }: Config) {
  const scheme = tls.certFile === null ? 'http' : 'https'
  return { baseUrl: `${scheme}://${listen.host}:${listen.port}`, allowInsecure: false }
}
