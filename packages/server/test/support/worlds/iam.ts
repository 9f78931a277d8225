import { IAMClient } from '@aws-sdk/client-iam'
import type { SigningCredentials } from '../../../src/wire/sigv4/sign.ts'
import { addUser } from '../accounts.ts'
import { call, type Parameters } from '../calls.ts'
import type { Statements } from '../policies.ts'
import type { TestServer } from '../server.ts'
import { readXml, type XmlElement } from '../xml.ts'
import { type PopulatedServer, startPopulatedServer } from './populated-server.ts'

/** The account of all callers. */
export const ACCOUNT = '123456789012'

/** A server with an account, and an administrator with the SDK's client. */
export interface IamWorld extends PopulatedServer {
  readonly admin: SigningCredentials
  readonly iam: IAMClient
}

/** Starts a server with an administrator in it. */
export function startIamWorld(): Promise<IamWorld> {
  return startPopulatedServer(ACCOUNT, async (server, account, stack) => {
    const { credentials: admin } = await addUser(server, account, 'admin')
    const iam = stack.adopt(createIamClient(server, admin), client => client.destroy())
    return { admin, iam }
  })
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

/** The text for a user of the account whom no policy allows an action. */
export function formatDenial(caller: string, action: string, resource: string): string {
  return `User: arn:aws:iam::123456789012:user/${caller} is not authorized to perform: iam:${action} on resource: ${resource} because no identity-based policy allows the iam:${action} action`
}
