import { onTestFinished } from 'vitest'
import type { Account } from '../../principals/entities.ts'
import { type AccountId, parseAccountId } from '../../principals/identifiers.ts'
import { createSqliteStore } from '../../store/sqlite/sqlite-store.ts'
import { createFederation } from '../../store/test/records.ts'
import type { PublishTarget } from '../publish-target.ts'
import type { TargetPublisherDeps } from '../target-publisher.ts'
import { HTTP } from '../targets/http-target.ts'
import { startHttpStore } from './http-store.ts'
import { createTargetDeps } from './target-deps.ts'

/** Accounts with documents of a test's own, and a server over HTTP that is target and public site in one. */
export async function createPublishedWorld(accountCount = 1) {
  const web = await startHttpStore()
  onTestFinished(() => web.close())
  const store = await createSqliteStore({ path: ':memory:' })
  onTestFinished(() => store.close())
  const stopping = new AbortController()
  const time = { ms: 1_000_000 }
  const accounts: AccountId[] = []
  const issuerIds = new Map<AccountId, string>()
  const jwks = new Map<AccountId, string>()
  for (let index = 0; index < accountCount; index += 1) {
    const id = parseAccountId(String(100_000_000_000 + index))
    const account: Account = {
      id,
      partition: 'aws',
      name: id,
      createdAtMs: 0,
      organization: null,
    }
    const issuerId = `11111111-2222-4333-8444-${id}`
    await store.createAccount(account)
    await store.createFederation(createFederation({ accountId: id, issuerId }), [])
    accounts.push(id)
    issuerIds.set(id, issuerId)
    jwks.set(id, `{"keys":["first of ${id}"]}`)
  }
  const events: string[] = []
  const targetDeps = createTargetDeps({ timeoutMs: 300, stopping: stopping.signal })
  const open = (name = 'web'): PublishTarget => ({
    target: HTTP.open(name, { url: web.url }, targetDeps),
    formatPublicUrl: issuerId => `${web.url}/${issuerId}`,
    isRequired: true,
    issuerName: null,
  })
  const deps: TargetPublisherDeps = {
    store,
    random: targetDeps.random,
    clock: { nowMs: () => time.ms },
    elapsedMs: () => time.ms,
    cacheControl: 'public, max-age=300, must-revalidate',
    maxAgeSeconds: 300,
    stopping: stopping.signal,
    begin: async () => {},
    readIssuer: async accountId => {
      const issuerId = issuerIds.get(accountId)
      if (issuerId === undefined) return null
      const keys = jwks.get(accountId) ?? ''
      return { issuerId, discovery: `{"issuer":"${issuerId}"}`, jwks: keys, thumbprints: [keys] }
    },
    report: {
      written: (target, count) => void events.push(`${target} written ${count}`),
      visible: target => void events.push(`${target} visible`),
      failed: (target, _accountId, failure) => void events.push(`${target} failed: ${failure}`),
      recovered: target => void events.push(`${target} recovered`),
    },
  }
  return {
    web,
    store,
    deps,
    open,
    accounts,
    events,
    time,
    stopping,
    /** What was reported since it was asked last. */
    takeEvents: () => events.splice(0),
    /** The account has another JWKS, and the store a change more. */
    async change(accountId: AccountId, text: string): Promise<void> {
      jwks.set(accountId, `{"keys":["${text}"]}`)
      const federation = await store.findFederation(accountId)
      await store.saveFederationEnabled(accountId, federation?.enabled !== true, time.ms)
    },
    read(accountId: AccountId, path: string): string | null {
      const found = web.objects.get(`/${issuerIds.get(accountId)}${path}`)
      return found === undefined ? null : found.bytes.toString()
    },
  }
}
