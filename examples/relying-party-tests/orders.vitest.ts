import { BAD_TOKENS, type BadTokenName, startCredence } from '@credence/testing'
import { describe, expect, it } from 'vitest'
import { callOrders } from './call-orders.ts'
import { AUDIENCE, createOrders } from './orders.ts'

describe('orders', () => {
  it('let a deployer in, and nobody else', async () => {
    await using credence = await startCredence()
    const deployer = await credence.createRole('deployer', { path: '/ci/' })
    const intern = await credence.createRole('intern')
    const call = async (token: string) =>
      callOrders(
        createOrders(credence.trustedIssuer, credence.clock.nowMs, () => {}),
        token,
      )

    expect(await call(await deployer.token({ audience: AUDIENCE }))).toEqual({
      status: 200,
      text: 'hello deployer',
    })
    expect((await call(await intern.token({ audience: AUDIENCE }))).status).toBe(403)
    expect((await call(await deployer.token({ audience: 'https://other.example' }))).status).toBe(
      401,
    )
  })

  it('let nobody in after the token has expired', async () => {
    await using credence = await startCredence()
    const deployer = await credence.createRole('deployer', { path: '/ci/' })
    const token = await deployer.token({ audience: AUDIENCE, durationSeconds: 300 })
    credence.clock.advance({ minutes: 6 })
    const log: string[] = []
    const orders = createOrders(credence.trustedIssuer, credence.clock.nowMs, line =>
      log.push(line),
    )
    expect((await callOrders(orders, token)).status).toBe(401)
    expect(log[0]).toMatch(/^token_expired/)
  })

  it('say that it is not the fault of the caller when the issuer is down', async () => {
    await using credence = await startCredence()
    const deployer = await credence.createRole('deployer', { path: '/ci/' })
    credence.failures.failDocuments({ times: Number.POSITIVE_INFINITY })
    const orders = createOrders(credence.trustedIssuer, credence.clock.nowMs, () => {})
    const { status } = await callOrders(orders, await deployer.token({ audience: AUDIENCE }))
    expect(status).toBe(503)
  })

  const names = Object.keys(BAD_TOKENS).filter((name): name is BadTokenName => name in BAD_TOKENS)
  // Node.js sends no such header, and a server never gets to see it.
  const unsendable = new Set(['line-break-at-end', 'null-at-end', 'signature-broken-line'])
  // A space around a header's value belongs to nobody (RFC 9110 §5.5).
  const harmless = new Set(['space-at-end', 'space-at-start'])

  it('refuse every bad token', async () => {
    await using credence = await startCredence()
    const deployer = await credence.createRole('deployer', { path: '/ci/' })
    for (const name of names) {
      if (unsendable.has(name) || harmless.has(name)) continue
      const token = await credence.badToken(name, { audience: AUDIENCE, principal: deployer })
      const orders = createOrders(credence.trustedIssuer, credence.clock.nowMs, () => {})
      const { status } = await callOrders(orders, token)
      expect([name, status]).toEqual([name, expect.toBeOneOf([400, 401, 431])])
    }
  })
})
