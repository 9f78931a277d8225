import type { AuditEvent } from '../../audit/event.ts'
import type { Directory } from '../../directory/directory.ts'
import type { Services } from '../../operations/services.ts'
import { parsePolicy } from '../../policy/parse-policy.ts'
import { Secret } from '../../secrets/secret.ts'
import type { SessionCredentials } from '../../sessions/session-credentials.ts'
import { CallMetrics } from '../../telemetry/call-metrics.ts'
import { Counter } from '../../telemetry/instruments.ts'
import { createMetrics } from '../../telemetry/metrics.ts'
import type { ReceivedRequest } from '../../wire/message.ts'
import { SignatureVerifier } from '../../wire/sigv4/verify.ts'
import { createPipeline, type PipelineOptions } from '../pipeline.ts'
import { RateLimits } from '../rate-limits.ts'
import { UnprovenCalls } from '../unproven-calls.ts'
import { HOME, KEY_ID, USER, WEB_IDENTITY } from './callers.ts'
import { createReceived, NOW_MS, type SignedWith, signReceived } from './requests.ts'

const SECRET = new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY')

const ALLOW_ALL = parsePolicy(
  '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
  'identity',
)

/** What is called, by what it does when it succeeds. */
export const CALLS = {
  reads: 'Action=GetCallerIdentity&Version=2011-06-15',
  grants: 'Action=GetSessionToken&Version=2011-06-15',
  changes: 'Action=EnableOutboundWebIdentityFederation&Version=2010-05-08',
} as const

/** A call that a token proves, for a role that nobody has. */
export const TOKEN_CALL = new URLSearchParams({
  Action: 'AssumeRoleWithWebIdentity',
  Version: '2011-06-15',
  RoleArn: `arn:aws:iam::${HOME.id}:role/missing`,
  RoleSessionName: 'ci',
  WebIdentityToken: 'a token',
}).toString()

/** What differs from a pipeline that grants everything. */
export interface World {
  readonly isAuditRequired?: boolean
  /** How many of the audit's next writes fail. */
  readonly failingWrites?: number
  readonly callsPerSecond?: number
  readonly eventsOfUnproven?: number
  readonly isAllowed?: boolean
  readonly changes?: Partial<PipelineOptions>
}

/** A pipeline whose parts say what they were asked. */
export function createWorld(world: World = {}) {
  const { isAuditRequired = true, callsPerSecond = 100, eventsOfUnproven = 100 } = world
  const steps: string[] = []
  const events: AuditEvent[] = []
  const log: { readonly level: string; readonly fields: object; readonly message: string }[] = []
  let failing = world.failingWrites ?? 0
  const note =
    <Args extends readonly unknown[], Result>(step: string, answer: (...args: Args) => Result) =>
    (...args: Args): Result => {
      steps.push(step)
      return answer(...args)
    }
  const directory = {
    findCredential: note('directory', async () => ({ caller: USER, secret: SECRET })),
    recordKeyUse: () => {},
    findAccount: async () => HOME,
    findTrustingRole: async () => null,
    loadPolicies: note('policies', async () => ({
      identity: world.isAllowed === false ? [] : [{ policyId: 'inline:p', policy: ALLOW_ALL }],
      boundary: null,
      session: null,
      scopeDown: [],
      serviceControl: [],
      resourceControl: [],
      isAccountRoot: false,
    })),
  } as unknown as Directory
  const sessions = {
    issue: note('run', () => ({
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: new Secret('granted-secret'),
      sessionToken: new Secret('granted-token'),
      expiresAtMs: NOW_MS,
    })),
  } as unknown as SessionCredentials
  const webIdentity = { verify: note('token', async () => WEB_IDENTITY.identity) }
  const issuer = { enableFederation: note('run', async () => ({ issuerUrl: 'https://i' })) }
  const sealer = {
    seal: (_: unknown, text: Uint8Array) => text,
    unseal: (_: unknown, text: Uint8Array) => text,
  }
  const metrics = createMetrics({ nowSeconds: () => 0, readProcess: async () => [] })
  const write = (level: string) => (fields: object, message: string) => {
    log.push({ level, fields, message })
  }
  let uuids = 0
  const pipeline = createPipeline({
    services: { directory, sessions, webIdentity, issuer, sealer } as unknown as Services,
    directory,
    sessions,
    verifier: new SignatureVerifier({ maxCachedKeys: 10 }),
    audit: {
      write: note('audit', async event => {
        if (failing > 0) {
          failing -= 1
          throw new Error('the disk is full')
        }
        events.push(event)
      }),
      close: async () => {},
    },
    unprovenCalls: new UnprovenCalls({
      rate: { perSecond: 0, burst: eventsOfUnproven },
      hasRoom: () => eventsOfUnproven > 0,
      counted: new Counter(),
    }),
    isAuditRequired,
    logger: {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
    },
    calls: new CallMetrics(metrics),
    clock: { nowMs: () => NOW_MS },
    random: {
      bytes: count => new Uint8Array(count),
      uuid: () => `${String(++uuids).padStart(8, '0')}-1111-4111-8111-111111111111`,
    },
    followChanges: note('follow', async () => {}),
    isRegionAllowed: () => true,
    resolveRegion: signed => signed ?? 'eu-west-1',
    rateLimits: new RateLimits({
      account: null,
      principal: { perSecond: 0, burst: callsPerSecond },
      counterOf: () => new Counter(),
    }),
    isGlobalEndpoint: () => false,
    ...world.changes,
  })
  const codes = async () =>
    (await metrics.report())
      .filter(({ name }) => name === 'credence_requests_total')
      .flatMap(({ values }) => values.map(({ labels }) => `${labels['action']} ${labels['code']}`))
  return { pipeline, steps, events, log, codes }
}

/** A call that nobody has signed. */
export const request = (body: string, changes: Partial<ReceivedRequest> = {}) =>
  createReceived({ body: Buffer.from(body), ...changes })

/** A call that alice has signed. */
export function signed(
  effect: keyof typeof CALLS,
  signedWith: Partial<SignedWith> = {},
): ReceivedRequest {
  const service = effect === 'changes' ? 'iam' : 'sts'
  const usual = { accessKeyId: KEY_ID, secret: SECRET, service }
  return signReceived(request(CALLS[effect]), { ...usual, ...signedWith })
}
