import { IAMClient } from '@aws-sdk/client-iam'
import type { Account } from '../../../src/principals/entities.ts'
import type { SigningCredentials } from '../../../src/wire/sigv4/sign.ts'
import { addAccount, addUser, type Statements } from '../accounts.ts'
import { call, type Parameters } from '../calls.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { readXml, type XmlElement } from '../xml.ts'

/** The account of all callers. */
export const ACCOUNT = '123456789012'

/** A server with an account, and an administrator with the SDK's client. */
export interface IamWorld extends AsyncDisposable {
  readonly server: TestServer
  readonly account: Account
  readonly admin: SigningCredentials
  readonly iam: IAMClient
}

/** Starts a server with an administrator in it. */
export async function startIamWorld(): Promise<IamWorld> {
  const server = await startTestServer()
  const account = await addAccount(server, ACCOUNT)
  const { credentials: admin } = await addUser(server, account, 'admin')
  const iam = createIamClient(server, admin)
  return {
    server,
    account,
    admin,
    iam,
    async [Symbol.asyncDispose]() {
      iam.destroy()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** The SDK's client, unmodified, at the server's present time. */
export function createIamClient(server: TestServer, credentials: SigningCredentials): IAMClient {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  return new IAMClient({
    endpoint: server.endpoint,
    region: 'eu-west-1',
    maxAttempts: 1,
    systemClockOffset: server.clock.nowMs() - Date.now(),
    credentials: {
      accessKeyId,
      secretAccessKey: secretAccessKey.reveal(),
      ...(sessionToken !== null && { sessionToken: sessionToken.reveal() }),
    },
  })
}

/** A client of a new user who is allowed what the statements say. */
export async function createCaller(
  { server, account }: IamWorld,
  name: string,
  statements: Statements,
): Promise<SigningCredentials> {
  return (await addUser(server, account, name, { statements })).credentials
}

/** What a refused call got: status, code and text. */
export type Refusal = readonly [status: number, code: string, message: string]

/** Calls IAM without any client, and reads the refusal that it must meet. @throws Error when it is granted */
export async function provoke(
  { server }: Pick<IamWorld, 'server'>,
  credentials: SigningCredentials,
  parameters: Parameters,
): Promise<Refusal> {
  const { status, body } = await call(server, credentials, { service: 'iam', parameters })
  const error = find(readXml(body), 'Error')
  if (error === null) throw new Error(`the call was granted: ${body}`)
  return [status, find(error, 'Code')?.text ?? '', find(error, 'Message')?.text ?? '']
}

function find(element: XmlElement, name: string): XmlElement | null {
  return element.children.find(child => child.name === name) ?? null
}

/** A policy document that allows an action. */
export function allow(action: string, resource = '*'): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
  })
}
