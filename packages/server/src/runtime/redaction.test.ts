import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSecretField, quoteStart, redact } from './redaction.ts'
import { countWork, growthOf } from './test/count-work.ts'
import { HOSTILE_UNITS } from './test/hostile-units.ts'

const base64url = (text: string) => Buffer.from(text).toString('base64url')
const JWT = `${base64url('{"kid":"RSA_0","alg":"RS256"}')}.${base64url('{"sub":"a"}')}.${'s'.repeat(342)}`
const SPACED_JWT = `${base64url('{ "alg": "ES384" }')}.${base64url('{ "sub": "a" }')}.${'s'.repeat(128)}`
const SIGNATURE = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7'
const SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const MANY_SLASHES = 'wJalr/UtnF/MI/K7MDE/G/bPxRfiCYEXAMPLEKEY'
const KEY_ID = 'AKIAFUFIHFW3KPXRCQXP'
/** With a slash where 40 characters end that begin with the id of its key. */
const SPLIT_KEY = 'JgAu93eq9gdNzUXPGyb/12pWlfj7baW8snkooxGe'
const SESSION_TOKEN = `IQoJb3JpZ2luX2Vj${'aB3/'.repeat(4)}${'xY7zQ9'.repeat(20)}==`
const PEM = '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----'

const mark = (text: string) =>
  `[redacted sha256:${createHash('sha256').update(text).digest('hex').slice(0, 16)}]`

describe('redact', () => {
  it.each([
    [`Bearer ${JWT}`, `Bearer ${mark(JWT)}`],
    [`WebIdentityToken%3D${JWT}&a`, `WebIdentityToken%3D${mark(JWT)}&a`],
    [`x${JWT}`, `x${mark(JWT)}`],
    [`"${SPACED_JWT}"`, `"${mark(SPACED_JWT)}"`],
    [`${JWT.split('.').slice(0, 2).join('.')}`, mark(JWT.split('.').slice(0, 2).join('.'))],
    ['/?X-Amz-Security-Token=abc%2F%3D&x=1', `/?X-Amz-Security-Token=${mark('abc%2F%3D')}&x=1`],
    [`key:\n${PEM}\n`, `key:\n${mark(PEM)}\n`],
    ['-----BEGIN RSA PRIVATE KEY-----\nMII', mark('-----BEGIN RSA PRIVATE KEY-----\nMII')],
    [`token ${SESSION_TOKEN}`, `token ${mark(SESSION_TOKEN)}`],
  ])('%s', (text, redacted) => {
    expect(redact(text)).toBe(redacted)
  })

  it.each([...['Signature=', 'X-Amz-Signature%3D', '"signature": "', "got '", 'x', '']])(
    'a signature behind %j',
    before => {
      expect(redact(`${before}${SIGNATURE}`)).toBe(`${before}${mark(SIGNATURE)}`)
      expect(redact(`${before}${SIGNATURE}' x`)).toBe(`${before}${mark(SIGNATURE)}' x`)
    },
  )

  it('a signature with a further hexadecimal digit', () => {
    expect(redact(`Signature=${SIGNATURE}a`)).toBe(`Signature=${mark(`${SIGNATURE}a`)}`)
    expect(redact(`Signature=${SIGNATURE}z`)).toBe(`Signature=${mark(SIGNATURE)}z`)
  })

  it.each([
    [`secret ${SECRET_KEY}.`, `secret ${mark(SECRET_KEY)}.`],
    [
      `got '${SECRET_KEY}/20261122/eu-west-1/sts/aws4_request'`,
      `got '${mark(SECRET_KEY)}/20261122/eu-west-1/sts/aws4_request'`,
    ],
    [`a/b/${SECRET_KEY}/${SECRET_KEY}/c`, `a/b/${mark(`${SECRET_KEY}/${SECRET_KEY}`)}/c`],
    [`got '${KEY_ID}/${SPLIT_KEY}'`, `got '${mark(`${KEY_ID}/${SPLIT_KEY}`)}'`],
    [`${KEY_ID}:${SPLIT_KEY}/us-east-1`, `${KEY_ID}:${mark(SPLIT_KEY)}/us-east-1`],
    [`got 'x1/y/${MANY_SLASHES}'`, `got 'x1/y/${mark(MANY_SLASHES)}'`],
    [`key-${SECRET_KEY}_1`, `key-${mark(SECRET_KEY)}_1`],
    [`a%20${SECRET_KEY}%20`, `a%20${mark(SECRET_KEY)}%20`],
    [`k%3D${encodeURIComponent(SECRET_KEY)}&`, `k%3D${mark(encodeURIComponent(SECRET_KEY))}&`],
    ['aBcDeFgHiJ'.repeat(4), mark('aBcDeFgHiJ'.repeat(4))],
  ])('%s', (text, redacted) => {
    expect(redact(text)).toBe(redacted)
  })

  it.each([
    'https://monkeyJungle.service.internal.example.org/path',
    'arn:aws:iam::123456789012:role/a/b',
    'node_modules/fastify/lib/route.js:12:3',
    'aws-sdk-js/3.1169.0 ua/2.1 os/linux#6.1.0 lang/js md/nodejs#26.10.0 api/sts#3.1169.0 m/E',
    'arn:aws:iam::123456789012:user/engineering/platform-team/identity/services/workloads/production/eu-central-1/cluster-7/Alice',
    'arn:aws:iam::123456789012:role/stack-DeploymentRoleOfTheProductionCluster-1A2B3C4D5E6F',
    '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/P1/providers/p',
    '0b9c64da2a2fd1e2f2a31d1e9c3a4f5566778899',
    `image sha256:${SIGNATURE}`,
    '-----BEGIN PUBLIC KEY-----\nMII\n-----END PUBLIC KEY-----',
    'eyJ',
    'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    'kid Nz-bLsXh8uDCcd6MNwXF4W7noWXFZAfHkxZsRGC9XsA',
    'aB3'.repeat(13),
    `${'aB3'.repeat(13)}dE`,
    'GetOutboundIdentityFederationInformation',
    `a/${SECRET_KEY}x/b`,
    'a/b/c/d/e/f/g/h/Ij/kl/Mn/op/q1/rs/tu/vw/x',
  ])('keeps %s', text => {
    expect(redact(text)).toBe(text)
  })

  it.each([
    ['a secret', SECRET_KEY],
    ['a signature', SIGNATURE],
    ['a session token', SESSION_TOKEN],
  ])(
    'leaves nothing of %s that is cut because the text is too long to be looked at',
    (_, secret) => {
      for (let shown = 1; shown < secret.length; shown += 1) {
        const text = `${'p '.repeat(32_768).slice(shown)}${secret}`
        expect(redact(text).includes(secret.slice(0, Math.min(shown, 8)))).toBe(false)
      }
    },
  )
})

describe('quoteStart', () => {
  it('gives a short text as it is', () => {
    expect(quoteStart(SECRET_KEY, 40)).toBe(SECRET_KEY)
  })

  it('cuts a long one, with no half of a character', () => {
    expect(quoteStart('abcd', 3)).toBe('abc…')
    expect(quoteStart('ab😀', 3)).toBe('ab…')
  })

  it('splits no credential', () => {
    for (let cut = 1; cut < 50; cut += 1) {
      expect(quoteStart(`a ${SECRET_KEY} and more`, cut)).not.toContain(SECRET_KEY.slice(0, 5))
    }
  })
})

describe('redact, whatever the text', () => {
  it.each(HOSTILE_UNITS)('takes work in proportion to the length of many %j', unit => {
    const growth = growthOf(16_000, length => redact(unit.repeat(length / unit.length)))
    expect(growth).toBeLessThan(5)
  })

  it.each(HOSTILE_UNITS)('takes no more work for any more of %j than it looks at', unit => {
    const workOf = (length: number) => {
      const text = unit.repeat(length / unit.length)
      return countWork(() => redact(text))
    }
    expect(workOf(1_000_000)).toBe(workOf(66_000))
  })

  const part = fc.constantFrom(JWT, SIGNATURE, SECRET_KEY, PEM, 'Signature=', '.', '/', 'a')

  it('changes nothing twice', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), parts => {
        const once = redact(parts.join(' '))
        expect(redact(once)).toBe(once)
      }),
    )
  })

  // A mark ends a run of characters, so what was glued to a credential may look like one afterwards.
  it('leaves its own marks as they are, also where nothing stands between credentials', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), parts => {
        const once = redact(parts.join(''))
        const marks = once.match(/\[redacted sha256:[\da-f]{16}\]/g) ?? []
        expect(redact(once)).toMatch(new RegExp(marks.map(RegExp.escape).join('.*'), 's'))
      }),
    )
  })
})

describe('isSecretField', () => {
  it.each([
    ...['SecretAccessKey', 'secret_access_key', 'secret', 'sessionToken', 'x-amz-security-token'],
    ...['SecurityToken', 'X-Amz-Signature', 'signature', 'Authorization', 'cookie', 'masterKey'],
    ...[
      'secretKey',
      'password',
      'private_key',
      'SAMLAssertion',
      'token',
      'TokenCode',
      'TradeInToken',
    ],
    ...['WebIdentityToken', 'web-identity-token'],
  ])('%s is one', name => {
    expect(isSecretField(name, 'x')).toBe(true)
  })

  it.each([
    ...['webIdentityTokenId', 'accessKeyId', 'keyId', 'tokens', 'secretary', 'authorizations', ''],
  ])('%s is none', name => {
    expect(isSecretField(name, 'x')).toBe(false)
  })
  it('a structure is one by its name too, except findings about authorization', () => {
    expect(isSecretField('privateKey', { d: 'x' })).toBe(true)
    expect(isSecretField('authorization', [{ action: 'sts:GetWebIdentityToken' }])).toBe(false)
  })
})
