import { vi } from 'vitest'
import { createAccount, createRequest } from '../support/issuer-parts.ts'
import { startTestServer } from '../support/server.ts'

/** For whom the tokens are. */
export const AUDIENCE = 'https://api.example.org'

/** What they are signed with, in turn. */
export const ALGORITHMS: ('RS256' | 'ES384')[] = ['RS256', 'ES384']

/** Moves the clock of the server and of the verifiers in this process. */
export const pass = (ms: number): void => {
  vi.advanceTimersByTime(ms)
}

/** A server whose clock is that of the verifiers, with an account that issues. */
export async function startIssuer(settings: Readonly<Record<string, string>>) {
  const clock = { nowMs: () => Date.now(), moveBy: pass }
  const server = await startTestServer({ clock, settings })
  const account = createAccount('123456789012')
  await server.data.store.createAccount(account)
  const { issuerUrl } = await server.data.issuer.enableFederation(account, Date.now())
  const issue = async (
    algorithm: 'RS256' | 'ES384',
    changes: { readonly nowMs?: number } = {},
  ): Promise<string> => {
    // A call looks first at what has changed. This is none, so what a server does by itself stands for it.
    await server.publish()
    const request = { account, algorithm, audiences: [AUDIENCE], nowMs: Date.now(), ...changes }
    const { token } = await server.data.issuer.issueToken(createRequest(request))
    return token
  }
  return { server, issuerUrl, issue }
}
