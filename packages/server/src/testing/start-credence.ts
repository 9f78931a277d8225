import {
  createBadToken,
  createGoodToken,
  isBadTokenName,
  isGoodTokenName,
} from '@credence/test-tokens'
import { type RunningServer, SYSTEM_RANDOM, startServer } from '../composition.ts'
import type { DeclarationInput } from '../declaration/declaration.ts'
import { findPrincipal } from '../development/find-principal.ts'
import { createFormerKeys, type FormerKeys } from '../development/former-keys.ts'
import { loadTokenOrigin } from '../development/load-token-origin.ts'
import type { FindDocuments } from '../http/exchange.ts'
import { ListenError } from '../http/listen-error.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { parseAccountId } from '../principals/identifiers.ts'
import { FailurePlan } from './failures.ts'
import { type AccountInput, ADMINISTRATOR, completeAccount, Identities } from './identities.ts'
import { createInProcessClient } from './in-process-client.ts'
import { createPooledKeys } from './key-pool.ts'
import { createMemoryAudit } from './memory-audit.ts'
import { createMemoryLog } from './memory-log.ts'
import { createTestClock, type TestClock } from './test-clock.ts'
import { type ConfigOptions, loadTestConfig, type TestConfig } from './test-config.ts'
import type { BadTokenOptions, TestCredence } from './test-credence.ts'

/** What a server for tests is made with. Everything may be left out. */
export interface CredenceOptions extends ConfigOptions {
  /**
   * The accounts, in the language of `credence apply`; the first is the one meant when none is named.
   * One with the id 123456789012 when left out. Each gets an administrator `admin`, and issues tokens
   * unless its `federation` says otherwise.
   */
  readonly accounts?: readonly [AccountInput, ...(readonly AccountInput[])]
  /** Organizations with their control policies, in the same language. */
  readonly organizations?: DeclarationInput['organizations']
  /** The clock of the server; one that goes with the machine's when left out. */
  readonly clock?: TestClock
  /** The region of clients; `us-east-1` when left out. */
  readonly region?: string
}

const DEFAULT_ACCOUNTS: NonNullable<CredenceOptions['accounts']> = [{ id: '123456789012' }]
const DEFAULT_REGION = 'us-east-1'

/** Between finding a free port and listening on it another process may take it. */
const MAX_ATTEMPTS = 5

/**
 * Starts a Credence in this process: the same server as `credence serve`, on a free port of this
 * machine, with its data in memory. Dispose of it with `await using`, or call `stop()`.
 *
 * @throws TypeError for a host beyond this machine; ConfigError, DeclarationError
 */
export async function startCredence(options: CredenceOptions = {}): Promise<TestCredence> {
  const {
    clock = createTestClock(),
    accounts = DEFAULT_ACCOUNTS,
    region = DEFAULT_REGION,
  } = options
  const { config, env } = await loadTestConfig(options)
  const stopping = new AbortController()
  const failures = new FailurePlan(stopping.signal)
  const { sink, audit } = createMemoryAudit()
  const { logger, lines } = createMemoryLog()
  const formerKeys = createFormerKeys(config.issuer.keyIds)
  const published = { isFormer: false }
  const inner: { pipeline: Pipeline | null } = { pipeline: null }

  const server = await startOn(config, {
    clock,
    random: SYSTEM_RANDOM,
    env,
    overrides: {
      logger,
      audit: failures.aroundAudit(sink),
      generatePrivateKey: createPooledKeys(),
      aroundStore: failures.aroundStore,
      rotatesByHand: true,
      aroundPipeline(pipeline) {
        inner.pipeline = pipeline
        return failures.aroundPipeline(pipeline)
      },
      aroundDocuments: find =>
        failures.aroundDocuments(publishFormerKeys(find, formerKeys, published)),
    },
  })
  const stop = async () => {
    stopping.abort()
    await server.stop({ graceMs: 0 })
  }
  try {
    if (inner.pipeline === null) throw new TypeError('the server has no pipeline')
    const { endpoint, data } = server
    const callApi = createInProcessClient({
      pipeline: inner.pipeline,
      host: new URL(endpoint).host,
      region,
      clock,
    })
    const identities = new Identities(data, SYSTEM_RANDOM, { endpoint, region, clock, callApi })
    // Federation counts as switched on long enough ago to be in effect.
    const delayMs = config.federation.propagationDelaySeconds * 1000
    const { organizations = [] } = options
    const declared = accounts.map(completeAccount)
    await identities.apply({ accounts: declared, organizations }, clock.nowMs() - delayMs)
    const accountId = accounts[0].id
    const administrator = await identities.takeUser(accountId, ADMINISTRATOR)

    const loadOrigin = async (options: BadTokenOptions) => {
      const id = options.accountId ?? accountId
      const account = await data.store.findAccount(parseAccountId(id))
      if (account === null) throw new TypeError(`there is no account ${id}`)
      const { principal = null } = options
      const arn = principal === null || typeof principal === 'string' ? principal : principal.arn
      const found = await findPrincipal(data.store, account, arn)
      if (found === null) throw new TypeError(`account ${id} has no user or role ${arn ?? ''}`)
      const parts = { ...data, clock, keyNaming: config.issuer.keyIds }
      return loadTokenOrigin(parts, formerKeys, {
        account,
        ...found,
        audience: options.audience,
        requestTags: [],
        sourceRegion: region,
      })
    }

    return {
      endpoint,
      region,
      accountId,
      clock,
      issuerUrl: administrator.env['CREDENCE_ISSUER'] ?? '',
      issuerUrlOf: id => identities.findIssuerUrl(id),
      trustedIssuer: {
        issuer: administrator.env['CREDENCE_ISSUER'] ?? '',
        accounts: [accountId],
        allowInsecureHttp: true,
      },
      administrator,
      credentials: administrator.credentials,
      env: administrator.env,
      clientConfig: () => administrator.clientConfig(),
      token: options => administrator.token(options),
      apply: declaration => identities.apply(declaration, clock.nowMs()),
      createUser: (name, user = {}, id = accountId) => identities.createUser(id, name, user),
      createRole: (name, role = {}, id = accountId) => identities.createRole(id, name, role),
      user: (name, id = accountId) => identities.takeUser(id, name),
      role: (name, session = {}, id = accountId) => identities.takeRole(id, name, session),
      async badToken(name, options) {
        if (!isBadTokenName(name)) throw new TypeError(`there is no bad token ${name}`)
        return createBadToken(name, await loadOrigin(options))
      },
      async goodToken(name, options) {
        if (!isGoodTokenName(name)) throw new TypeError(`there is no good token ${name}`)
        return createGoodToken(name, await loadOrigin(options))
      },
      publishFormerKeys(isPublished) {
        published.isFormer = isPublished
      },
      failures,
      audit,
      log: lines,
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startOn(
  config: TestConfig['config'],
  environment: Parameters<typeof startServer>[1],
): Promise<RunningServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startServer(config, environment)
    } catch (error) {
      const isChosenPort = config.listen.port === 0 && error instanceof ListenError
      if (!isChosenPort || attempt === MAX_ATTEMPTS) throw error
    }
  }
}

/** The key sets with the former keys in them, while these are published. */
function publishFormerKeys(
  find: FindDocuments,
  formerKeys: FormerKeys,
  published: { readonly isFormer: boolean },
): FindDocuments {
  return async address => {
    const documents = await find(address)
    if (documents === null || !published.isFormer) return documents
    return { ...documents, jwks: formerKeys.addTo(documents.jwks) }
  }
}
