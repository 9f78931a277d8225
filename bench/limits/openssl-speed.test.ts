import { describe, expect, it } from 'vitest'
import { parseOpensslSpeed } from './openssl-speed.ts'

const RSA_30 = `version: 3.0.19
options: bn(64,64)
                  sign    verify    sign/s verify/s
rsa 2048 bits 0.000876s 0.000026s   1140.9  38195.8
`
const ECDSA_30 = `version: 3.0.19
                              sign    verify    sign/s verify/s
 384 bits ecdsa (nistp384)   0.0015s   0.0013s    678.9    795.2
`
const RSA_35 = `version: 3.5.7
                   sign    verify    encrypt   decrypt   sign/s verify/s  encr./s  decr./s
rsa  2048 bits 0.000226s 0.000013s 0.000014s 0.000231s   4424.8  77821.3  71009.1  4329.0
`

describe('parseOpensslSpeed', () => {
  it.each([
    [RSA_30, 1140.9],
    [ECDSA_30, 678.9],
    [RSA_35, 4424.8],
  ])('%#', (output, expected) => {
    expect(parseOpensslSpeed(output)).toBe(expected)
  })

  it.each(['', 'sign verify sign/s verify/s\n', 'sign/s\nrsa fast\n'])('refuses %j', output => {
    expect(() => parseOpensslSpeed(output)).toThrow('openssl speed printed no sign/s')
  })
})
