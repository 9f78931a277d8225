import { expect, it } from 'vitest'
import type { Sealer } from '../secrets/sealer.ts'
import { createOverloadResponse, rateExceeded } from './overload-response.ts'
import { NOW_MS } from './test/requests.ts'

const SEALER: Sealer = { seal: (_, plaintext) => plaintext, unseal: (_, sealed) => sealed }

it('a call that is not looked at is answered as one too many, under an id of its own', () => {
  let count = 0
  const answer = createOverloadResponse({
    clock: { nowMs: () => NOW_MS },
    random: {
      bytes: length => new Uint8Array(length),
      uuid: () => `1111111${++count}-1111-4111-8111-111111111111`,
    },
    sealer: SEALER,
    homeRegion: 'eu-west-1',
  })
  for (const number of [1, 2]) {
    const id = `1111111${number}-1111-4111-8111-111111111111`
    const { status, headers, body } = answer()
    expect(status).toBe(400)
    expect(headers).toEqual({
      'content-type': 'text/xml',
      'x-amzn-requestid': id,
      'x-amz-sts-extended-request-id': btoa(`1:eu-west-1:S:${NOW_MS}:R:${id.slice(0, 8)}`),
    })
    expect(body).toContain('<Code>Throttling</Code>')
    expect(body).toContain('<Message>Rate exceeded</Message>')
  }
})

it('it is in the words of every other limit', () => {
  expect(rateExceeded()).toMatchObject({ code: 'Throttling', message: 'Rate exceeded' })
})
