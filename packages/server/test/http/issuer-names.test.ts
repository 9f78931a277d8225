import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ask } from '../../src/http/test/raw-client.ts'
import type { Account } from '../../src/principals/entities.ts'
import { parseAccountId } from '../../src/principals/identifiers.ts'
import { addAccount, addUser, type TestUser } from '../support/accounts.ts'
import { call } from '../support/calls.ts'
import { addOidcProvider, CLIENT_ID } from '../support/oidc-issuer.ts'
import { trustProvider } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'
import { exchangeToken } from '../support/worlds/issuer.ts'
import { findText, readXml } from '../support/xml.ts'

const NEW = 'https://new.example'
const OLD = 'https://old.example'
const LEGACY = 'https://old.example/legacy'
const HOSTS = 'https://{id}.tokens.example'
const ENDED = 'https://ended.example'
const DISCOVERY = '/.well-known/openid-configuration'
const JWKS = '/.well-known/jwks.json'

/** A week after the clock of the tests begins. */
const UNTIL = '2026-11-29T20:12:19Z'
const UNTIL_MS = Date.parse(UNTIL)
const HOUR_MS = 3600_000

const SETTINGS = {
  'issuer.baseUrl': NEW,
  'issuer.aliases': JSON.stringify([
    { baseUrl: OLD, until: UNTIL },
    { baseUrl: LEGACY },
    { hostPattern: HOSTS },
    { baseUrl: ENDED, until: '2026-01-01T00:00:00Z' },
  ]),
}

interface World {
  readonly server: TestServer
  readonly account: Account
  readonly admin: TestUser
  readonly id: string
}

async function start(settings: Readonly<Record<string, string>> = {}): Promise<World> {
  const server = await startTestServer({ settings: { ...SETTINGS, ...settings } })
  onTestFinished(() => server[Symbol.asyncDispose]())
  return populate(server)
}

async function populate(server: TestServer): Promise<World> {
  const account = await addAccount(server, '123456789012')
  const admin = await addUser(server, account, 'admin')
  const federation = await server.data.issuer.findFederation(account)
  return { server, account, admin, id: federation?.issuerId ?? '' }
}

/** What stands in `iss`, and all of the token. */
async function issue({ server, admin }: World, audience = CLIENT_ID) {
  const answer = await call(server, admin.credentials, tokenCall({ 'Audience.member.1': audience }))
  const path = ['GetWebIdentityTokenResult', 'WebIdentityToken'] as const
  const token = findText(readXml(answer.body), ...path) ?? ''
  return { token, iss: decodeJwt(token).iss ?? '' }
}

let world: World
beforeAll(async () => {
  const server = await startTestServer({ settings: SETTINGS })
  world = await populate(server)
  return () => server[Symbol.asyncDispose]()
})

/** The document that a request for this URL gets, with another `Host` than its own where one is given. */
async function get(
  { server }: Pick<World, 'server'>,
  address: string,
  heads: { readonly host?: string; readonly target?: string; readonly more?: string } = {},
) {
  const url = new URL(address)
  const { host = url.host, target = url.pathname, more = '' } = heads
  const answer = await ask(
    server.port,
    `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`,
  )
  return { status: answer?.status, body: answer?.body ?? '' }
}

const readIssuerOf = (body: string): unknown => JSON.parse(body).issuer

describe('documents', () => {
  it('of each name say the name, with the same keys', async () => {
    const { id, server } = world
    const keySets = new Set<string>()
    for (const issuer of [NEW, OLD, LEGACY].map(name => `${name}/${id}`)) {
      const { status, body } = await get(world, issuer + DISCOVERY)
      expect(status).toBe(200)
      expect(JSON.parse(body)).toMatchObject({ issuer, jwks_uri: issuer + JWKS })
      keySets.add((await get(world, issuer + JWKS)).body)
    }
    const issuer = `https://${id}.tokens.example`
    const { body } = await get(world, issuer + DISCOVERY)
    expect(JSON.parse(body)).toMatchObject({ issuer, jwks_uri: issuer + JWKS })
    keySets.add((await get(world, issuer + JWKS)).body)
    expect(keySets.size).toBe(1)
    const [keys = ''] = keySets
    const { token } = await issue(world)
    await jwtVerify(token, createLocalJWKSet(JSON.parse(keys) as JSONWebKeySet), {
      currentDate: new Date(server.clock.nowMs()),
    })
  })

  it.each([
    ['in upper case', 'OLD.EXAMPLE', OLD],
    ['with the port of its scheme', 'old.example:443', OLD],
    ['with the port of a proxy', 'old.example:8443', OLD],
    ['with a dot at the end: no name', 'old.example.', NEW],
    ['that nobody has', '10.0.0.1:8080', NEW],
    ['with a user', 'user@old.example', NEW],
    ['of a stranger', 'evil.example', NEW],
    ['that begins with a name', 'old.example.evil.example', NEW],
    ['that ends with one', 'evil-old.example', NEW],
    ['that is no host', '"><script>', NEW],
    ['with two names in a line', 'old.example, new.example', NEW],
  ])('for a host %s', async (_what, host, name) => {
    const { status, body } = await get(world, `${NEW}/${world.id}${DISCOVERY}`, { host })
    expect([status, readIssuerOf(body)]).toEqual([200, `${name}/${world.id}`])
  })

  it('are chosen by the target where it has the absolute form, and never by two hosts', async () => {
    const path = `/${world.id}${DISCOVERY}`
    const absolute = { target: `http://old.example${path}` }
    const same = await get(world, `${OLD}${path}`, absolute)
    expect(readIssuerOf(same.body)).toBe(`${OLD}/${world.id}`)
    expect(await get(world, `${NEW}${path}`, absolute)).toMatchObject({ status: 400 })
    const twice = { more: 'Host: new.example\r\n' }
    expect(await get(world, `${OLD}${path}`, twice)).toMatchObject({ status: 400 })
    // What a proxy adds chooses nothing.
    const forwarded = { more: 'X-Forwarded-Host: old.example\r\nForwarded: host=old.example\r\n' }
    const { body } = await get(world, `${NEW}${path}`, forwarded)
    expect(readIssuerOf(body)).toBe(`${NEW}/${world.id}`)
  })

  it('are not there under a name that has ended, as the log says at the start', async () => {
    const lines = world.server.readLog().split('\n')
    const about = (message: string) => lines.filter(line => line.includes(message))
    expect(about('the issuers have several names')).toEqual([
      expect.stringContaining(
        `"signs":"${NEW}","served":${JSON.stringify([NEW, OLD, LEGACY, HOSTS])}`,
      ),
    ])
    expect(about('a name of the issuers has ended')).toEqual([expect.stringContaining(ENDED)])
    for (const path of [DISCOVERY, JWKS]) {
      const answer = await get(world, `${ENDED}/${world.id}${path}`)
      expect(answer).toMatchObject({ status: 404, body: expect.stringContaining('unknown_issuer') })
    }
    const { server, id } = await start()
    const old = `${OLD}/${id}${DISCOVERY}`
    server.clock.moveBy(UNTIL_MS - server.clock.nowMs() - 1)
    expect(await get({ server }, old)).toMatchObject({ status: 200 })
    server.clock.moveBy(1)
    expect(await get({ server }, old)).toMatchObject({ status: 404 })
    expect(await get({ server }, `${LEGACY}/${id}${DISCOVERY}`)).toMatchObject({ status: 200 })
  })
})

describe('the name in tokens', () => {
  it('is the main one, or that of issuer.signAs', async () => {
    expect((await issue(world)).iss).toBe(`${NEW}/${world.id}`)
    const other = await start({ 'issuer.signAs': HOSTS })
    expect((await issue(other)).iss).toBe(`https://${other.id}.tokens.example`)
    const shown = await call(other.server, other.admin.credentials, {
      service: 'iam',
      parameters: { Action: 'GetOutboundWebIdentityFederationInfo' },
    })
    expect(shown.body).toContain(`https://${other.id}.tokens.example`)
  })

  it("is the account's own, as long as every token ends before the name does", async () => {
    const own = await start()
    const { server, account, id } = own
    await server.data.store.saveSignAs(account.id, OLD)
    expect((await issue(own)).iss).toBe(`${OLD}/${id}`)
    server.clock.moveBy(UNTIL_MS - HOUR_MS - server.clock.nowMs())
    expect((await issue(own)).iss).toBe(`${OLD}/${id}`)
    server.clock.moveBy(1)
    expect((await issue(own)).iss).toBe(`${NEW}/${id}`)
    await server.data.store.saveSignAs(account.id, 'https://gone.example')
    expect((await issue(own)).iss).toBe(`${NEW}/${id}`)
  })
})

describe('our own tokens', () => {
  it('are refused under every name, also one that has ended', async () => {
    const { server, account, admin, id } = world
    const { token } = await issue(world)
    const [, ...rest] = token.split('.')
    const header = token.slice(0, token.indexOf('.'))
    const names = [`${NEW}/${id}`, `${OLD}/${id}`, `${ENDED}/${id}`, `https://${id}.tokens.example`]
    for (const iss of names) {
      const register = { Action: 'CreateOpenIDConnectProvider', Url: iss }
      const answer = await call(server, admin.credentials, { service: 'iam', parameters: register })
      expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('STS issuer URL') })
      // Registered before the name was one of ours.
      const { arn } = await addOidcProvider(server, account, iss)
      const role = await addRole(server, account, `r${names.indexOf(iss)}`, {
        trust: trustProvider(arn),
      })
      const claims = { ...decodeJwt(token), iss }
      const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
      const claimed = iss === `${NEW}/${id}` ? token : `${header}.${payload}.${rest[1]}`
      const refused = await exchangeToken(server, role.arn, claimed)
      expect(refused.body).toContain('Tokens from GetWebIdentityToken cannot be exchanged')
    }
  })

  it('are taken in another partition under each name, with keys that nobody is asked for', async () => {
    const own = await start()
    const { server, account, id } = own
    const china = { ...account, id: parseAccountId('333333333333'), partition: 'aws-cn' } as const
    await server.data.store.createAccount(china)
    for (const [name, iss] of [
      [OLD, `${OLD}/${id}`],
      [HOSTS, `https://${id}.tokens.example`],
    ] as const) {
      await server.data.store.saveSignAs(account.id, name)
      const { token } = await issue(own)
      const { arn } = await addOidcProvider(server, china, iss)
      const role = await addRole(server, china, new URL(iss).hostname.replaceAll('.', '-'), {
        trust: trustProvider(arn),
      })
      expect(await exchangeToken(server, role.arn, token)).toMatchObject({ status: 200 })
    }
  })
})
