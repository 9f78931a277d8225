import { describe, expect, it } from 'vitest'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { type CallResponse, call } from '../support/calls.ts'
import { readToken } from '../support/issued-token.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'
import { findText, readXml } from '../support/xml.ts'

/** A user of an account whose federation was never on. */
async function startBare(settings = {}) {
  const server = await startTestServer({ settings })
  const account = await addAccount(server, '123456789012', { isFederationEnabled: false })
  const { credentials } = await addUser(server, account, 'admin')
  return { server, credentials, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

function iam(server: TestServer, credentials: SigningCredentials, action: string) {
  const parameters = { Action: `${action}OutboundWebIdentityFederation` }
  return call(server, credentials, { service: 'iam', parameters })
}

function showIssuer(server: TestServer, credentials: SigningCredentials) {
  const parameters = { Action: 'GetOutboundWebIdentityFederationInfo' }
  return call(server, credentials, { service: 'iam', parameters })
}

function readIssuer(answer: CallResponse): string {
  expect(answer.status).toBe(200)
  const document = readXml(answer.body)
  const [result = ''] = document.children.map(({ name }) => name)
  return findText(document, result, 'IssuerIdentifier') ?? ''
}

async function loadDocuments(issuer: string): Promise<readonly string[]> {
  const paths = ['/.well-known/openid-configuration', '/.well-known/jwks.json']
  return Promise.all(
    paths.map(async path => {
      const answer = await fetch(issuer + path)
      expect(answer.status).toBe(200)
      return answer.text()
    }),
  )
}

describe('outbound federation', () => {
  it('goes off and on with one issuer, one pair of keys and documents that stay', async () => {
    await using bare = await startBare()
    const { server, credentials } = bare
    const issuer = readIssuer(await iam(server, credentials, 'Enable'))
    expect(readIssuer(await showIssuer(server, credentials))).toBe(issuer)
    const documents = await loadDocuments(issuer)
    const answer = await call(server, credentials, tokenCall())
    expect((await readToken(server, answer)).claims.iss).toBe(issuer)

    expect((await iam(server, credentials, 'Disable')).status).toBe(200)
    expect((await showIssuer(server, credentials)).status).toBe(404)
    expect((await call(server, credentials, tokenCall())).status).toBe(403)
    expect(await loadDocuments(issuer)).toEqual(documents)
    // A token that was issued before verifies on.
    await readToken(server, answer)

    expect(readIssuer(await iam(server, credentials, 'Enable'))).toBe(issuer)
    expect(await loadDocuments(issuer)).toEqual(documents)
    expect((await readToken(server, await call(server, credentials, tokenCall()))).claims.iss).toBe(
      issuer,
    )
  })

  it('belongs to one account', async () => {
    await using bare = await startBare()
    const { server, credentials } = bare
    const other = await addAccount(server, '000000000002', { isFederationEnabled: false })
    const stranger = (await addUser(server, other, 'admin')).credentials
    const issuers = [
      readIssuer(await iam(server, credentials, 'Enable')),
      readIssuer(await iam(server, stranger, 'Enable')),
    ]
    expect(new Set(issuers).size).toBe(2)
    const [mine, theirs] = await Promise.all(issuers.map(loadDocuments))
    expect(mine?.[1]).not.toBe(theirs?.[1])
    await iam(server, stranger, 'Disable')
    expect((await call(server, credentials, tokenCall())).status).toBe(200)
  })
})

describe('the propagation delay', () => {
  it('holds tokens back, or goes on with them, to the millisecond', async () => {
    await using bare = await startBare({ 'federation.propagationDelaySeconds': '10' })
    const { server, credentials } = bare
    const ask = async () => (await call(server, credentials, tokenCall())).status

    const issuer = readIssuer(await iam(server, credentials, 'Enable'))
    expect(readIssuer(await showIssuer(server, credentials))).toBe(issuer)
    await loadDocuments(issuer)
    expect(await ask()).toBe(403)
    server.clock.moveBy(9999)
    expect(await ask()).toBe(403)
    server.clock.moveBy(1)
    expect(await ask()).toBe(200)

    await iam(server, credentials, 'Disable')
    expect((await showIssuer(server, credentials)).status).toBe(404)
    server.clock.moveBy(9999)
    expect(await ask()).toBe(200)
    server.clock.moveBy(1)
    expect(await ask()).toBe(403)
  })
})
