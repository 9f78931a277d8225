import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCredence } from '@credence/testing'
import { callOrders } from './call-orders.ts'
import { AUDIENCE, createOrders } from './orders.ts'

test('a deployer gets in, and a token of a revoked key does not', async () => {
  await using credence = await startCredence()
  const deployer = await credence.createRole('deployer', { path: '/ci/' })
  const call = (token: string) =>
    callOrders(
      createOrders(credence.trustedIssuer, credence.clock.nowMs, () => {}),
      token,
    )

  const good = await deployer.token({ audience: AUDIENCE, algorithm: 'RS256' })
  assert.deepEqual(await call(good), { status: 200, text: 'hello deployer' })

  const options = { audience: AUDIENCE, principal: deployer }
  assert.equal((await call(await credence.badToken('revoked-key', options))).status, 401)
})
