import {
  chooseIssuerName,
  disableFederation,
  enableFederation,
  type FirstFederation,
} from '../changes/federation.ts'
import { createIntendedKey } from '../changes/signing-keys.ts'
import { ServiceError, UnavailableError } from '../errors.ts'
import { SIGNING_ALGORITHM_NAMES, type SigningAlgorithm } from '../principals/algorithms.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { CacheStatisticsByName } from '../runtime/cache-statistics.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { Binder } from '../secrets/binder.ts'
import type { Signer } from '../signers/signer.ts'
import type { Federation, IssuerKey, IssuerStore, Store } from '../store/ports.ts'
import { createReadCache } from '../store/read-cache.ts'
import { formatFederationTopic, formatIssuerTopic } from '../store/topics.ts'
import { type AccountIssuer, createAccountIssuer } from './account-issuer.ts'
import { encodeClaims } from './claims.ts'
import type { FederationInfo, Issuer } from './issuer.ts'
import type { IssuerNames } from './issuer-names.ts'
import type { KeyNaming } from './key-id.ts'
import { bindKey } from './keys/binding.ts'
import { type Denials, NO_DENIALS } from './keys/denials.ts'
import { createKeyRing } from './keys/key-ring.ts'
import { makeKey } from './keys/take-step.ts'
import { signToken } from './token.ts'

/** What the issuer works with. */
export interface IssuerOptions {
  readonly store: IssuerStore & Pick<Store, 'inTurn'>
  readonly signer: Signer
  readonly binder: Binder
  readonly random: RandomSource
  readonly issuerNames: IssuerNames
  readonly keyNaming: KeyNaming
  /**
   * How long after enable or disable tokens still follow the former state, in ms. With 0 the new state
   * holds at once.
   */
  readonly propagationDelayMs: number
  /**
   * Whether an account's first keys sign only when they were seen in every place that must have them.
   * When left out, they sign at once.
   */
  readonly firstKeysWait?: boolean
  /** How many accounts' issuers are kept in memory with their opened keys. */
  readonly maxCachedAccounts: number
  /** Called with the rows that Credence has not written, whenever an account's keys are read. */
  readonly reportRefusedKey: (key: IssuerKey) => void
  /** The keys that are denied now, whatever the store says; none when left out. */
  readonly findDenials?: () => Denials
}

/** How many times a call is tried. It is tried again when the account has changed meanwhile. */
const MAX_ATTEMPTS = 5

/** An issuer that keeps what it has read until it hears of a change. */
export interface CachingIssuer extends Issuer {
  /** Forgets what depends on the changed topics of the store's feed. */
  invalidate(topics: readonly string[]): void
  /** Erases the opened keys that are denied by now. They sign nothing already. */
  closeDenied(): void
  cacheStatistics(): CacheStatisticsByName
  /** Forgets everything, and erases the keys. What is issued later opens them again. */
  close(): void
}

/**
 * The {@link Issuer} over a store and a signer. Issuing a token asks the store only when the account's
 * issuer is not in memory. An issuer in memory works on while the store can't be reached.
 */
export function createIssuer(options: IssuerOptions): CachingIssuer {
  const { store, signer, binder, random, issuerNames, keyNaming, propagationDelayMs } = options
  const { findDenials = () => NO_DENIALS } = options

  const accounts = createReadCache<AccountId, AccountIssuer>({
    maxEntries: options.maxCachedAccounts,
    formatKey: accountId => accountId,
    load: async accountId => {
      const topics = [formatFederationTopic(accountId)]
      const federation = await store.findFederation(accountId)
      if (federation === null) return { value: null, topics }
      const keys = createKeyRing(await store.listIssuerKeys(accountId), binder)
      keys.refused.forEach(options.reportRefusedKey)
      return {
        value: createAccountIssuer({ federation, keys, keyNaming, signer, findDenials }),
        topics,
      }
    },
    release: issuer => issuer.close(),
  })
  const owners = createReadCache<string, AccountId>({
    maxEntries: options.maxCachedAccounts,
    formatKey: issuerId => issuerId,
    load: async issuerId => {
      const federation = await store.findFederationByIssuerId(issuerId)
      return { value: federation?.accountId ?? null, topics: [formatIssuerTopic(issuerId)] }
    },
  })

  const invalidate = (topics: readonly string[]): void => {
    accounts.invalidate(topics)
    owners.invalidate(topics)
  }

  /**
   * True while tokens are issued. This follows the state that IAM shows, late by the propagation delay.
   * When federation is switched off and on again within the delay, it is first still on, then off, then
   * on (aws-wire-news §8).
   */
  const isIssuing = (federation: Federation, nowMs: number): boolean => {
    const { enabled, changedAtMs, previousChangeAtMs } = federation
    const isPropagating = (changeAtMs: number): boolean => {
      const elapsedMs = nowMs - changeAtMs
      return elapsedMs >= 0 && elapsedMs < propagationDelayMs
    }
    if (!isPropagating(changedAtMs)) return enabled
    return previousChangeAtMs !== null && isPropagating(previousChangeAtMs) ? enabled : !enabled
  }

  /**
   * An account's very first keys sign as soon as they are visible, because nobody can have anything of its
   * issuer in a cache.
   */
  const makeFirstKeys = async (
    accountId: AccountId,
    algorithm: SigningAlgorithm,
    nowMs: number,
  ): Promise<readonly IssuerKey[]> => {
    const slot = { accountId, algorithm }
    const made = { ...createIntendedKey(slot, 0, nowMs), ...(await makeKey(signer, slot, 0)) }
    if (options.firstKeysWait === true) return [bindKey(binder, { ...made, state: 'prepared' })]
    const first = { ...made, state: 'active', visibleAtMs: nowMs, activatedAtMs: nowMs } as const
    return [bindKey(binder, first), createIntendedKey(slot, 1, nowMs)]
  }

  const makeFirst = async (
    accountId: AccountId,
    nowMs: number,
  ): Promise<FirstFederation | null> => {
    if ((await store.findFederation(accountId)) !== null) return null
    const issuerId = random.uuid()
    const keys = await Promise.all(
      SIGNING_ALGORITHM_NAMES.map(algorithm => makeFirstKeys(accountId, algorithm, nowMs)),
    )
    return { issuerId, keys: keys.flat() }
  }

  const toInfo = ({ issuerId, signAs, enabled }: Federation): FederationInfo => ({
    issuerId,
    issuerUrl: issuerNames.findSigningName(signAs).formatIssuerUrl(issuerId),
    signAs,
    enabled,
  })

  return {
    invalidate,
    close() {
      accounts.clear()
      owners.clear()
    },

    closeDenied() {
      for (const issuer of accounts.values()) issuer.closeDenied()
    },

    cacheStatistics: () => ({
      issuers: accounts.statistics(),
      'issuer-owners': owners.statistics(),
    }),

    async findFederation({ id }) {
      const federation = await store.findFederation(id)
      if (federation === null) return null
      return toInfo(federation)
    },

    makeFirstFederation: ({ id }, nowMs) => makeFirst(id, nowMs),

    async enableFederation({ id }, nowMs) {
      const first = await makeFirst(id, nowMs)
      try {
        return toInfo(
          await store.inTurn([id], turn => enableFederation({ store: turn, nowMs }, id, first)),
        )
      } finally {
        accounts.invalidate([formatFederationTopic(id)])
      }
    },

    async disableFederation({ id }, nowMs) {
      try {
        await store.inTurn([id], turn => disableFederation({ store: turn, nowMs }, id))
      } finally {
        accounts.invalidate([formatFederationTopic(id)])
      }
    },

    async chooseName({ id }, name) {
      try {
        return await store.inTurn([id], turn => chooseIssuerName({ store: turn }, id, name))
      } finally {
        accounts.invalidate([formatFederationTopic(id)])
      }
    },

    async issueToken(request) {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const issuer = await accounts.get(request.account.id)
        if (issuer === null || !isIssuing(issuer.federation, request.nowMs)) {
          throw new ServiceError(
            'OutboundWebIdentityFederationDisabledException',
            'OutboundWebIdentityFederation is disabled.',
          )
        }
        const tokenId = random.uuid()
        const { issuerUrl } = toInfo(issuer.federation)
        const payload = encodeClaims(request, { issuerUrl, tokenId })
        const tokenSigner = await issuer.openSigner(request.algorithm)
        // A key that was revoked meanwhile signs nothing, not even for calls that hold it already.
        if (issuer.isClosed || issuer.isDenied(request.algorithm)) continue
        return {
          token: await signToken(tokenSigner, payload),
          tokenId,
          keyId: tokenSigner.keyId,
          expiresAtMs: request.nowMs + request.durationSeconds * 1000,
        }
      }
      throw new UnavailableError('the keys of the account change faster than they can be opened')
    },

    async findDocuments(issuerId, name) {
      const accountId = await owners.get(issuerId)
      const issuer = accountId === null ? null : await accounts.get(accountId)
      if (issuer === null) return null
      const chosen =
        name === undefined
          ? issuerNames.findSigningName(issuer.federation.signAs)
          : issuerNames.findName(name)
      if (chosen === null || !issuerNames.isServed(chosen)) return null
      return issuer.formatDocuments(chosen)
    },
  }
}
