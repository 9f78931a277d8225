import { UnavailableError } from '../errors.ts'
import type { SigningAlgorithm } from '../principals/algorithms.ts'
import type { Signer } from '../signers/signer.ts'
import type { Federation } from '../store/ports.ts'
import { formatDiscovery } from './discovery.ts'
import type { IssuerDocuments } from './issuer.ts'
import type { IssuerName } from './issuer-names.ts'
import { formatJwks } from './jwks.ts'
import { formatKeyId, type KeyNaming } from './key-id.ts'
import { type Denials, isDenied, NO_DENIALS } from './keys/denials.ts'
import type { KeyRing } from './keys/key-ring.ts'
import { formatKeyRecordId } from './keys/record-id.ts'
import { createTokenSigner, type TokenSigner } from './token.ts'

/** The issuer of one account at one moment: its state, its documents, and its keys when they are needed. */
export interface AccountIssuer {
  readonly federation: Federation
  /** What it publishes under one of its names. @throws UnavailableError when every key is denied */
  formatDocuments(name: IssuerName): IssuerDocuments
  /**
   * The key that signs with this algorithm, opened at the first call. @throws SealError,
   * UnavailableError when the key is denied
   */
  openSigner(algorithm: SigningAlgorithm): Promise<TokenSigner>
  /** Whether the key that signs with this algorithm is denied by now. */
  isDenied(algorithm: SigningAlgorithm): boolean
  /** Erases the opened keys that are denied by now. */
  closeDenied(): void
  /**
   * Something about the account has changed, or the account was forgotten. The opened keys sign nothing
   * any more.
   */
  readonly isClosed: boolean
  /** Erases the opened keys. */
  close(): void
}

/** What an account's issuer is made of. */
export interface AccountIssuerDeps {
  readonly federation: Federation
  readonly keys: KeyRing
  readonly keyNaming: KeyNaming
  readonly signer: Signer
  /** The keys that are denied now. */
  readonly findDenials: () => Denials
}

/** Puts an account's issuer together. Opens no key yet: documents must not need the master key. */
export function createAccountIssuer(deps: AccountIssuerDeps): AccountIssuer {
  const { federation, keys, keyNaming, signer, findDenials } = deps
  let denials = findDenials()
  let jwks: string | null = null
  const discoveries = new Map<IssuerName, string>()
  const opened = new Map<SigningAlgorithm, Promise<TokenSigner>>()
  let isClosed = false

  function findJwks(): string {
    const current = findDenials()
    if (current.fault !== null) throw new UnavailableError(`no key is published: ${current.fault}`)
    if (current !== denials) jwks = null
    denials = current
    jwks ??= formatJwks(
      keyNaming,
      keys.published.filter(key => !isDenied(current, key)),
    )
    return jwks
  }

  const isSignerDenied = (algorithm: SigningAlgorithm): boolean => {
    const current = findDenials()
    if (current === NO_DENIALS) return false
    const key = keys.findActive(algorithm)
    return key !== undefined && isDenied(current, key)
  }

  const closeSigner = (algorithm: SigningAlgorithm): void => {
    opened.get(algorithm)?.then(
      ({ key }) => key.close(),
      () => {},
    )
    opened.delete(algorithm)
  }

  const open = async (algorithm: SigningAlgorithm): Promise<TokenSigner> => {
    const key = keys.findActive(algorithm)
    if (key === undefined) {
      throw new UnavailableError(
        `account ${federation.accountId} has no active key for ${algorithm}: none that verifiers can see`,
      )
    }
    const recordId = formatKeyRecordId(key)
    const signingKey = await signer.openKey(algorithm, recordId, key.handle)
    return createTokenSigner(formatKeyId(keyNaming, key), signingKey)
  }

  return {
    federation,
    formatDocuments(name) {
      let discovery = discoveries.get(name)
      if (discovery === undefined) {
        discovery = formatDiscovery(name.formatIssuerUrl(federation.issuerId))
        discoveries.set(name, discovery)
      }
      return { discovery, jwks: findJwks() }
    },
    async openSigner(algorithm) {
      if (isSignerDenied(algorithm)) {
        throw new UnavailableError(
          `the key that signs with ${algorithm} in account ${federation.accountId} is denied: ${findDenials().fault ?? 'it was named in an emergency'}`,
        )
      }
      const known = opened.get(algorithm)
      if (known !== undefined) return known
      const opening = open(algorithm)
      opened.set(algorithm, opening)
      opening.catch(() => opened.delete(algorithm))
      return opening
    },
    isDenied: isSignerDenied,
    closeDenied() {
      for (const algorithm of [...opened.keys()]) {
        if (isSignerDenied(algorithm)) closeSigner(algorithm)
      }
    },
    get isClosed() {
      return isClosed
    },
    close() {
      isClosed = true
      for (const algorithm of [...opened.keys()]) closeSigner(algorithm)
    },
  }
}
