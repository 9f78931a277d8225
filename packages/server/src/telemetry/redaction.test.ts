import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSecretField, redactCredentials, redactFreeText } from './redaction.ts'

const base64url = (text: string) => Buffer.from(text).toString('base64url')
const JWT = `${base64url('{"kid":"RSA_0","alg":"RS256"}')}.${base64url('{"sub":"a"}')}.${'s'.repeat(342)}`
const SPACED_JWT = `${base64url('{ "alg": "ES384" }')}.${base64url('{ "sub": "a" }')}.${'s'.repeat(128)}`
const SIGNATURE = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7'
const SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const MANY_SLASHES = 'wJalr/UtnF/MI/K7MDE/G/bPxRfiCYEXAMPLEKEY'
const SESSION_TOKEN = `IQoJb3JpZ2luX2Vj${'aB3/'.repeat(4)}${'xY7zQ9'.repeat(20)}==`
const PEM = '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----'

const mark = (text: string) =>
  `[redacted sha256:${createHash('sha256').update(text).digest('hex').slice(0, 16)}]`

describe('redactCredentials', () => {
  it.each([
    [`Bearer ${JWT}`, `Bearer ${mark(JWT)}`],
    [`WebIdentityToken%3D${JWT}&a`, `WebIdentityToken%3D${mark(JWT)}&a`],
    [`x${JWT}`, `x${mark(JWT)}`],
    [`"${SPACED_JWT}"`, `"${mark(SPACED_JWT)}"`],
    [`${JWT.split('.').slice(0, 2).join('.')}`, mark(JWT.split('.').slice(0, 2).join('.'))],
    [
      `SignedHeaders=host, Signature=${SIGNATURE}`,
      `SignedHeaders=host, Signature=${mark(SIGNATURE)}`,
    ],
    [`X-Amz-Signature%3D${SIGNATURE}`, `X-Amz-Signature%3D${mark(SIGNATURE)}`],
    [`"signature": "${SIGNATURE}"`, `"signature": "${mark(SIGNATURE)}"`],
    ['/?X-Amz-Security-Token=abc%2F%3D&x=1', `/?X-Amz-Security-Token=${mark('abc%2F%3D')}&x=1`],
    [`key:\n${PEM}\n`, `key:\n${mark(PEM)}\n`],
    ['-----BEGIN RSA PRIVATE KEY-----\nMII', mark('-----BEGIN RSA PRIVATE KEY-----\nMII')],
  ])('%s', (text, redacted) => {
    expect(redactCredentials(text)).toBe(redacted)
  })

  it.each([
    'https://monkeyJungle.service.internal.example.org/path',
    'arn:aws:iam::123456789012:role/a/b',
    'node_modules/fastify/lib/route.js:12:3',
    `image sha256:${SIGNATURE}`,
    SIGNATURE,
    'eyJ',
    '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/P1/providers/p',
    '-----BEGIN PUBLIC KEY-----\nMII\n-----END PUBLIC KEY-----',
  ])('keeps %s', text => {
    expect(redactCredentials(text)).toBe(text)
  })
})

describe('redactFreeText', () => {
  it.each([
    [`secret ${SECRET_KEY}.`, `secret ${mark(SECRET_KEY)}.`],
    [`got '${SIGNATURE}'`, `got '${mark(SIGNATURE)}'`],
    [`token ${SESSION_TOKEN}`, `token ${mark(SESSION_TOKEN)}`],
    [`Bearer ${JWT}`, `Bearer ${mark(JWT)}`],
    [
      `got '${SECRET_KEY}/20261122/eu-west-1/sts/aws4_request'`,
      `got '${mark(SECRET_KEY)}/20261122/eu-west-1/sts/aws4_request'`,
    ],
    [`a/b/${SECRET_KEY}/${SECRET_KEY}/c`, `a/b/${mark(SECRET_KEY)}/${mark(SECRET_KEY)}/c`],
    [`got 'x1/y/${MANY_SLASHES}'`, `got 'x1/y/${mark(MANY_SLASHES)}'`],
  ])('%s', (text, redacted) => {
    expect(redactFreeText(text)).toBe(redacted)
  })

  it.each([
    'aws-sdk-js/3.1169.0 ua/2.1 os/linux#6.1.0 lang/js md/nodejs#26.10.0 api/sts#3.1169.0 m/E',
    'arn:aws:iam::123456789012:user/engineering/platform-team/identity/services/workloads/production/eu-central-1/cluster-7/Alice',
    '0b9c64da2a2fd1e2f2a31d1e9c3a4f5566778899',
    `image sha256:${SIGNATURE}`,
    'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    'aB3'.repeat(13),
    `${'aB3'.repeat(13)}dE`,
    `a/${SECRET_KEY}x/b`,
    `a/${MANY_SLASHES.replace('MDE', 'M/E')}/b`,
  ])('keeps %s', text => {
    expect(redactFreeText(text)).toBe(text)
  })
})

describe('both', () => {
  it('take time in proportion to the length, whatever the text', () => {
    const hostile = [
      'eyJ',
      'a.',
      'ewo.',
      '-----BEGIN ',
      'A',
      '/+',
      'signature=',
      'x-amz-security-token=',
      `${SECRET_KEY}/`,
    ]
    const timeOf = (unit: string, length: number) => {
      const text = unit.repeat(length / unit.length)
      const startedAtMs = performance.now()
      redactFreeText(text)
      return performance.now() - startedAtMs
    }
    for (const unit of hostile) expect(timeOf(unit, 200_000)).toBeLessThan(1000)
  })

  it('change nothing twice', () => {
    const part = fc.constantFrom(JWT, SIGNATURE, SECRET_KEY, PEM, 'Signature=', ' ', '.', '/', 'a')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), parts => {
        const once = redactFreeText(parts.join(''))
        expect(redactFreeText(once)).toBe(once)
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
