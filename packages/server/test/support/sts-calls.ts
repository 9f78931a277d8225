import { expect } from 'vitest'
import { Secret } from '../../src/secrets/secret.ts'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { buildRequest, type CallResponse, call, type Parameters, send } from './calls.ts'
import { type IssuedToken, readToken } from './issued-token.ts'
import type { TestRole } from './roles.ts'
import type { TestServer } from './server.ts'
import { tokenCall } from './token-call.ts'
import { findText, readXml } from './xml.ts'

/** Temporary credentials out of an answer. */
export interface TemporaryCredentials extends SigningCredentials {
  readonly expiration: string
}

/** Calls an operation of STS. */
export function callSts(
  server: Pick<TestServer, 'port' | 'clock'>,
  credentials: SigningCredentials,
  action: string,
  parameters: Parameters = {},
): Promise<CallResponse> {
  return call(server, credentials, { parameters: { Action: action, ...parameters } })
}

/** Calls an operation of STS without a signature. */
export function callUnsigned(
  { port }: Pick<TestServer, 'port'>,
  action: string,
  parameters: Parameters,
): Promise<CallResponse> {
  return send(port, buildRequest(port, { parameters: { Action: action, ...parameters } }))
}

/** Reads the credentials of a granted call. */
export function readCredentials(answer: CallResponse): TemporaryCredentials {
  expect(answer).toMatchObject({ status: 200 })
  const read = (name: string): string =>
    findInResult(answer, 'Credentials', name) ?? `an answer without ${name}`
  return {
    accessKeyId: read('AccessKeyId'),
    secretAccessKey: new Secret(read('SecretAccessKey')),
    sessionToken: new Secret(read('SessionToken')),
    expiration: read('Expiration'),
  }
}

/** A text of the result of a granted call; null when it is not there. */
export function findInResult(answer: CallResponse, ...names: readonly string[]): string | null {
  const document = readXml(answer.body)
  return findText(document, document.name.replace(/Response$/, 'Result'), ...names)
}

/** Assumes a role; resolves to the session's credentials. */
export async function assumeRole(
  server: Pick<TestServer, 'port' | 'clock'>,
  credentials: SigningCredentials,
  { arn }: Pick<TestRole, 'arn'>,
  parameters: Parameters = {},
): Promise<TemporaryCredentials> {
  const request = { RoleArn: arn, RoleSessionName: 'session', ...parameters }
  return readCredentials(await callSts(server, credentials, 'AssumeRole', request))
}

/** Who the credentials are of, as `GetCallerIdentity` says. */
export async function identify(
  server: Pick<TestServer, 'port' | 'clock'>,
  credentials: SigningCredentials,
): Promise<{ readonly arn: string | null; readonly userId: string | null }> {
  const answer = await callSts(server, credentials, 'GetCallerIdentity')
  expect(answer).toMatchObject({ status: 200 })
  return { arn: findInResult(answer, 'Arn'), userId: findInResult(answer, 'UserId') }
}

/** A token for the credentials, verified. */
export async function issueToken(
  server: Pick<TestServer, 'port' | 'clock' | 'endpoint'>,
  credentials: SigningCredentials,
  changes: Parameters = {},
): Promise<IssuedToken> {
  return readToken(server, await call(server, credentials, tokenCall(changes)))
}

/** Asserts a refusal by status, code and text. */
export function expectError(
  answer: CallResponse,
  [status, code, message]: readonly [status: number, code: string, message: string],
): void {
  const document = readXml(answer.body)
  expect({
    status: answer.status,
    code: findText(document, 'Error', 'Code'),
    message: findText(document, 'Error', 'Message'),
  }).toEqual({ status, code, message })
}

/** The members of a list, as parameters. */
export function members(
  list: string,
  items: readonly (string | Readonly<Record<string, string>>)[],
): Parameters {
  return Object.fromEntries(
    items.flatMap((item, index) => {
      const name = `${list}.member.${index + 1}`
      if (typeof item === 'string') return [[name, item]]
      return Object.entries(item).map(([key, value]) => [`${name}.${key}`, value])
    }),
  )
}

/** Session tags, as parameters. */
export function sessionTags(tags: Readonly<Record<string, string>>): Parameters {
  return members(
    'Tags',
    Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  )
}
