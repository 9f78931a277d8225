import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../../src/principals/entities.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { call } from '../support/calls.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'
import { ACCOUNT } from '../support/worlds/http.ts'
import { findText, readXml } from '../support/xml.ts'
import { AUTHORIZATION_ROWS } from './tables/authorization.ts'

let server: TestServer
let account: Account
let userCount = 0

beforeAll(async () => {
  server = await startTestServer()
  account = await addAccount(server, ACCOUNT, { organization: 'o-example1234/r-ab12' })
})

afterAll(() => server[Symbol.asyncDispose]())

describe('a policy of the user', () => {
  it.each(AUTHORIZATION_ROWS)('$what', async row => {
    const { statements, call: options = tokenCall(), denial } = row
    userCount += 1
    const { user, credentials } = await addUser(server, account, `user-${userCount}`, {
      path: '/test/',
      tags: { team: 'data' },
      statements,
    })
    const answer = await call(server, credentials, options)
    if (denial === null) {
      expect(answer).toMatchObject({ status: 200 })
    } else {
      const arn = `arn:aws:iam::${ACCOUNT}:user/test/${user.name}`
      const document = readXml(answer.body)
      expect(findText(document, 'Error', 'Message')).toBe(
        `User: ${arn} is not authorized to perform: ${denial}`,
      )
      expect(findText(document, 'Error', 'Code')).toBe('AccessDenied')
      expect(answer.status).toBe(403)
    }
  })

  it('refuses everything when it cannot be read', async () => {
    const { user, credentials } = await addUser(server, account, 'garbled')
    const { store } = server.data
    const policy = { name: 'garbled', document: '{"Version":"2012-10-17","Statement":[{' }
    await store.saveInlinePolicy(account.id, user.id, policy)
    const answer = await call(server, credentials, tokenCall())
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.body).not.toContain('WebIdentityToken>')
  })
})
