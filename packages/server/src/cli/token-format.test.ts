import { describe, expect, it } from 'vitest'
import { CliError } from './cli-error.ts'
import { formatExecutableError, formatToken, type TokenFormat } from './token-format.ts'

const TOKEN = `${encode({ alg: 'ES384' })}.${encode({ aud: 'a' })}.c2ln`
const ISSUED = { token: TOKEN, expiration: '2026-11-22T20:17:19.507Z' }
const V1 = 'client.authentication.k8s.io/v1'
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function format(name: TokenFormat, env: Readonly<Record<string, string>> = {}): string {
  return formatToken(name, ISSUED, { audience: ['a'], env })
}

describe('kube-exec', () => {
  it('ends a minute before the token, in whole seconds', () => {
    expect(JSON.parse(format('kube-exec'))).toEqual({
      apiVersion: V1,
      kind: 'ExecCredential',
      status: { token: TOKEN, expirationTimestamp: '2026-11-22T20:16:19Z' },
    })
  })

  it.each([V1, `${V1}beta1`])('answers in the version %s that is asked for', apiVersion => {
    const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: {} })
    expect(JSON.parse(format('kube-exec', { KUBERNETES_EXEC_INFO: info }))).toMatchObject({
      apiVersion,
    })
  })

  it.each([
    [`{"apiVersion":"${V1}alpha1"}`, `${V1}alpha1`],
    ['{"apiVersion":7}', 'no version that can be read'],
    ['null', 'no version that can be read'],
    ['[', 'no version that can be read'],
  ])('refuses %s', (info, told) => {
    expect(() => format('kube-exec', { KUBERNETES_EXEC_INFO: info })).toThrow(
      `KUBERNETES_EXEC_INFO asks for ${told};`,
    )
  })
})

describe('gcp-executable', () => {
  it.each([
    [{}, ID_TOKEN],
    [{ GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE: '' }, ID_TOKEN],
    [{ GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE: ID_TOKEN }, ID_TOKEN],
    [
      { GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE: 'urn:ietf:params:oauth:token-type:jwt' },
      'urn:ietf:params:oauth:token-type:jwt',
    ],
  ])('with %j has the type %s', (env, token_type) => {
    expect(JSON.parse(format('gcp-executable', env))).toEqual({
      version: 1,
      success: true,
      token_type,
      id_token: TOKEN,
      expiration_time: 1_795_378_639,
    })
  })

  it('refuses the type of another kind of credential', () => {
    const env = { GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE: 'urn:ietf:params:oauth:token-type:saml2' }
    expect(() => format('gcp-executable', env)).toThrow('token-type:saml2; a web identity token is')
  })

  it.each([
    [new CliError('refused', 'no', { details: { code: 'AccessDenied' } }), 'AccessDenied', 'no'],
    [new CliError('unreachable', 'away'), 'unreachable', 'away'],
    [new Error('odd'), 'failure', 'odd'],
    ['text', 'failure', 'text'],
  ])('tells the failure %s', (error, code, message) => {
    const told = { version: 1, success: false, code, message }
    expect(JSON.parse(formatExecutableError(error))).toEqual(told)
  })
})

it('has the token alone, with no line feed that a client would send on', () => {
  expect(format('raw')).toBe(TOKEN)
})
