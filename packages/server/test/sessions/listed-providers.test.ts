import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createSelfSigned } from '../../src/http/test/self-signed.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { call } from '../support/calls.ts'
import {
  CLIENT_ID,
  createIssuerKeys,
  type IssuerKeys,
  startOidcIssuer,
} from '../support/oidc-issuer.ts'
import { trustProvider } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import { startTestServer } from '../support/server.ts'
import { exchangeToken } from '../support/worlds/issuer.ts'
import { findText, readXml } from '../support/xml.ts'

const ACCOUNT = '111111111111'

let keys: IssuerKeys
beforeAll(async () => {
  keys = await createIssuerKeys()
}, 30_000)

/** A server with this list, and how its administrator registers a provider there. */
async function startWith(listedOrigins: string) {
  const server = await startTestServer({ settings: { 'webIdentity.listedOrigins': listedOrigins } })
  onTestFinished(() => server[Symbol.asyncDispose]())
  const account = await addAccount(server, ACCOUNT)
  const { credentials } = await addUser(server, account, 'admin')
  const iam = (parameters: Readonly<Record<string, string>>) =>
    call(server, credentials, { service: 'iam', parameters })
  const register = (Url: string) =>
    iam({ Action: 'CreateOpenIDConnectProvider', Url, 'ClientIDList.member.1': CLIENT_ID })
  return { server, account, iam, register }
}

describe('a provider that speaks plain HTTP', () => {
  it('is registered and trusted where its origin is listed', async () => {
    await using issuer = await startOidcIssuer({ keys })
    const { server, account, iam, register } = await startWith(issuer.url)
    const created = await register(issuer.url)
    const path = ['CreateOpenIDConnectProviderResult', 'OpenIDConnectProviderArn'] as const
    const providerArn = findText(readXml(created.body), ...path) ?? ''
    expect(providerArn).toBe(
      `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer.url.replace('http://', '')}`,
    )
    const { arn } = await addRole(server, account, 'deployer', {
      trust: trustProvider(providerArn),
    })
    const token = await issuer.sign(server.clock.nowMs())
    expect(await exchangeToken(server, arn, token)).toMatchObject({ status: 200 })
    // The scheme stands where it is not the usual one.
    const shown = await iam({
      Action: 'GetOpenIDConnectProvider',
      OpenIDConnectProviderArn: providerArn,
    })
    expect(shown.body).toContain(`<Url>${issuer.url}</Url>`)
    const secure = await issuer.sign(server.clock.nowMs(), {
      iss: issuer.url.replace('http:', 'https:'),
    })
    expect(await exchangeToken(server, arn, secure)).toMatchObject({ status: 400 })
  })

  it.each([
    'http://idp.example.com',
    'http://127.0.0.1:8080/realms/x',
    'http://127.0.0.1:4748',
    'http://127.0.0.1',
  ])('is refused as %s where another origin is listed', async url => {
    const { register } = await startWith('http://127.0.0.1:4747,https://127.0.0.1:8080')
    expect(await register(url)).toMatchObject({
      status: 400,
      body: expect.stringContaining('Invalid Open ID Connect Provider URL'),
    })
  })
})

it('tells the operator of a certificate that is not trusted, and why', async () => {
  const tls = createSelfSigned('localhost')
  await using issuer = await startOidcIssuer({ keys, tls })
  const { server, account, register } = await startWith(issuer.url)
  expect(await register(issuer.url)).toMatchObject({ status: 200 })
  const providerArn = `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer.url.replace('https://', '')}`
  const { arn } = await addRole(server, account, 'deployer', { trust: trustProvider(providerArn) })
  const answer = await exchangeToken(server, arn, await issuer.sign(server.clock.nowMs()))
  expect(answer.status).toBe(400)
  // The caller hears nothing of it.
  expect(JSON.stringify(answer)).not.toContain('CERT')
  const warnings = server
    .readLog()
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
    .filter(({ msg }) => msg?.startsWith('a document of an identity provider cannot be used'))
  expect(warnings).toEqual([
    expect.objectContaining({ failed: 1, issuer: issuer.url, level: expect.anything() }),
  ])
  expect(JSON.stringify(warnings[0].err)).toContain('DEPTH_ZERO_SELF_SIGNED_CERT')
  expect([40, 'warn']).toContain(warnings[0].level)
})
