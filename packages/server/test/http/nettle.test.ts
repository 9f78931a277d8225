import { describe, expect, it } from 'vitest'
import { openTestNettle } from '../../src/signers/test/open-test-nettle.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { call } from '../support/calls.ts'
import { readToken } from '../support/issued-token.ts'
import { startTestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'

const { missing } = await openTestNettle()
const settings = { 'signer.multiBuffer': 'off', 'signer.nettle': 'auto' }

it.skipIf(missing === null)('on: does not start without Nettle, and says what to do', async () => {
  await expect(startTestServer({ settings: { 'signer.nettle': 'on' } })).rejects.toThrow(
    /signer\.nettle: is on, but Nettle cannot be used: .*set it to auto or off/s,
  )
})

describe.skipIf(missing !== null)(
  `a server with Nettle${missing === null ? '' : ` (not run: ${missing})`}`,
  () => {
    it.each(['RS256', 'ES384'])('%s: jose verifies its tokens', async algorithm => {
      await using server = await startTestServer({ settings })
      const account = await addAccount(server, '111111111111')
      const { credentials } = await addUser(server, account, 'alice')
      const tokens = Array.from({ length: 9 }, async () => {
        const answer = await call(server, credentials, tokenCall({ SigningAlgorithm: algorithm }))
        return readToken(server, answer)
      })
      for (const { header } of await Promise.all(tokens)) {
        expect(JSON.parse(header)).toMatchObject({ alg: algorithm })
      }
    })

    it.each(['auto', 'on'])('%s: says so in the log and in /readyz', async nettle => {
      await using server = await startTestServer({
        settings: { ...settings, 'signer.nettle': nettle },
      })
      const response = await fetch(`${server.endpoint}/readyz`)
      expect(await response.json()).toMatchObject({
        checks: {
          signer: expect.stringMatching(
            /^node:crypto \(signer\.multiBuffer is off\), ES384 by nettle 3\.\d+$/,
          ),
        },
      })
      expect(server.readLog()).toContain('tokens for ES384 are signed by nettle')
    })
  },
)
