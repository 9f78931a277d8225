import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { ServiceError } from '../../src/errors.ts'
import { createIssuer, type IssuerOptions } from '../../src/issuer/create-issuer.ts'
import type { TokenRequest } from '../../src/issuer/issuer.ts'
import { createIssuerNames } from '../../src/issuer/issuer-names.ts'
import type { Account } from '../../src/principals/entities.ts'
import { type AccountId, parseAccountId } from '../../src/principals/identifiers.ts'
import { createBinder } from '../../src/secrets/binder.ts'
import { createMasterKey } from '../../src/secrets/master-key.ts'
import type { Signer } from '../../src/signers/signer.ts'
import {
  type Federation,
  type IssuerKey,
  type IssuerStore,
  StoreError,
  type TurnStore,
} from '../../src/store/ports.ts'

/** The instant of the requests; 507 ms after a whole second. */
export const NOW_MS = 1_789_151_748_507
/** Where the issuers of the tests live. */
const BASE_URL = 'https://sts.example.org'

/** Real randomness. */
export const random = {
  bytes: (count: number) => randomBytes(count),
  uuid: () => crypto.randomUUID(),
}

/** An account outside any organization. */
export function createAccount(id: string): Account {
  return {
    id: parseAccountId(id),
    partition: 'aws',
    name: 'test',
    createdAtMs: 0,
    organization: null,
  }
}

/** The account of the usual request. */
export const account = createAccount('123456789012')

/** A request for a token, different from the usual one where the test says so. */
export function createRequest(changes: Partial<TokenRequest> = {}): TokenRequest {
  return {
    account,
    subject: `arn:aws:iam::${account.id}:user/alice`,
    subjectMode: 'AWSIdentity',
    scope: null,
    principalArn: `arn:aws:iam::${account.id}:user/alice`,
    principalTags: [],
    requestTags: [],
    audiences: ['https://api.example.org'],
    sourceRegion: 'eu-west-1',
    algorithm: 'ES384',
    durationSeconds: 300,
    nowMs: NOW_MS,
    ...changes,
  }
}

/** What stands in the store, for processes that share it; `isDown` makes every call fail. */
class MemoryStore implements IssuerStore {
  readonly federations = new Map<string, Federation>()
  readonly keys: IssuerKey[] = []
  readonly calls: string[] = []
  isDown = false
  #lastTurn: Promise<unknown> = Promise.resolve()

  /** One after the other, as every store has it; but what fails is not taken back. */
  inTurn<Result>(
    _accounts: readonly AccountId[],
    work: (store: TurnStore) => Promise<Result>,
  ): Promise<Result> {
    const turn = this.#lastTurn.then(() => work(this as unknown as TurnStore))
    this.#lastTurn = turn.catch(() => {})
    return turn
  }

  async #enter(call: string): Promise<void> {
    this.calls.push(call)
    if (this.isDown) throw new Error('the store is down')
  }

  async findFederation(accountId: string): Promise<Federation | null> {
    await this.#enter('findFederation')
    return this.federations.get(accountId) ?? null
  }

  async findFederationByIssuerId(issuerId: string): Promise<Federation | null> {
    await this.#enter('findFederationByIssuerId')
    return [...this.federations.values()].find(each => each.issuerId === issuerId) ?? null
  }

  async createFederation(federation: Federation, keys: readonly IssuerKey[]): Promise<void> {
    await this.#enter('createFederation')
    if (this.federations.has(federation.accountId)) throw new StoreError('exists', 'there is one')
    this.federations.set(federation.accountId, federation)
    this.keys.push(...keys)
  }

  async saveFederationEnabled(id: string, enabled: boolean, changedAtMs: number): Promise<void> {
    await this.#enter('saveFederationEnabled')
    const federation = this.federations.get(id)
    if (federation === undefined) throw new StoreError('missing', 'there is none')
    if (federation.enabled === enabled) throw new StoreError('conflict', 'it is so already')
    const previousChangeAtMs = federation.changedAtMs
    this.federations.set(id, { ...federation, enabled, changedAtMs, previousChangeAtMs })
  }

  async saveSignAs(id: string, signAs: string | null): Promise<void> {
    await this.#enter('saveSignAs')
    const federation = this.federations.get(id)
    if (federation === undefined) throw new StoreError('missing', 'there is none')
    this.federations.set(id, { ...federation, signAs })
  }

  async listIssuerKeys(accountId: string): Promise<readonly IssuerKey[]> {
    await this.#enter('listIssuerKeys')
    return this.keys.filter(key => key.accountId === accountId)
  }
}

/** A signer without cryptography, for tests that are about the issuer alone; `prefix` parts its keys from another's. */
export function createQuickSigner(prefix = '') {
  const counts = { generated: 0, opened: 0, closed: 0 }
  const signer: Signer = {
    async generateKey(algorithm, recordId) {
      const n = `${prefix}${counts.generated++}`
      const publicJwk =
        algorithm === 'RS256'
          ? ({ kty: 'RSA', n, e: 'AQAB' } as const)
          : ({ kty: 'EC', crv: 'P-384', x: n, y: n } as const)
      return { publicJwk, handle: Buffer.from(recordId) }
    },
    findPublicJwk: () => Promise.reject(new Error('nobody asks')),
    async openKey(algorithm, recordId, handle) {
      counts.opened++
      if (Buffer.from(handle).toString() !== recordId) throw new Error('another record')
      return {
        algorithm,
        sign: async () => Buffer.from('signature'),
        close: () => {
          counts.closed++
        },
      }
    },
  }
  return { signer, counts }
}

/** The names of issuers that have one, in tests that are not about names. */
export function createOneName(baseUrl: string) {
  const url = { baseUrl, allowInsecure: false }
  return createIssuerNames([{ url, untilMs: null }], null, { nowMs: () => NOW_MS })
}

/** An issuer over an empty store, with everything that it is made of. */
export function createParts(changes: Partial<IssuerOptions> = {}) {
  const store = new MemoryStore()
  const { signer, counts } = createQuickSigner()
  const refusedKeys: IssuerKey[] = []
  const options: IssuerOptions = {
    store,
    signer,
    binder: createBinder(createMasterKey(new Uint8Array(32).fill(5), 'a test')),
    random,
    issuerNames: createOneName(BASE_URL),
    keyNaming: 'thumbprint',
    propagationDelayMs: 0,
    maxCachedAccounts: 10,
    reportRefusedKey: key => refusedKeys.push(key),
    ...changes,
  }
  return { store, counts, options, refusedKeys, issuer: createIssuer(options) }
}

/** What IAM answers to a second enable. */
export const ALREADY_ENABLED = new ServiceError(
  'FeatureEnabled',
  'Outbound identity federation is already enabled for account 123456789012',
)
/** What IAM answers to a second disable. */
export const ALREADY_DISABLED = new ServiceError(
  'FeatureDisabled',
  'Outbound identity federation is already disabled for account 123456789012',
)
/** What STS answers while federation is off. */
export const STS_DISABLED = new ServiceError(
  'OutboundWebIdentityFederationDisabledException',
  'OutboundWebIdentityFederation is disabled.',
)

/** Matches a ServiceError of this code and text. */
export function isServiceError(code: string, message: string) {
  return expect.objectContaining({ name: 'ServiceError', code, message })
}

/** The call must fail with the same code and text. */
export async function expectRefusal(call: Promise<unknown>, { code, message }: ServiceError) {
  await expect(call).rejects.toEqual(isServiceError(code, message))
}

/** The issuer id in an issuer URL of the tests. */
export function toIssuerId(issuerUrl: string): string {
  return issuerUrl.slice(BASE_URL.length + 1)
}
