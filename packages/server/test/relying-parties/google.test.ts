import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { ExternalAccountClient } from 'google-auth-library'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type DevServer, runCredence, startDevServer } from '../support/dev-server.ts'
import { createStandIn, GOOGLE_PROVIDER } from './stand-in.ts'

// Google's own library, unmodified, with the program and the files of `credence token`.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts')
const AUDIENCE = `https:${GOOGLE_PROVIDER}`
const ADMIN = 'arn:aws:iam::123456789012:user/admin'

let server: DevServer
let tokenUrl: string
const platform = createServer()

beforeAll(async () => {
  server = await startDevServer()
  const issuer = String(server.environment['CREDENCE_ISSUER'])
  platform.on('request', createStandIn({ issuer, account: '123456789012' }))
  await once(platform.listen(0, '127.0.0.1'), 'listening')
  const address = platform.address()
  if (typeof address === 'object') tokenUrl = `http://127.0.0.1:${address?.port}/v1/token`
  mkdirSync(join(server.directory, 'tokens'), { mode: 0o700 })
})

afterAll(async () => {
  platform.close()
  await server[Symbol.asyncDispose]()
})

beforeEach(() => {
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value)
  vi.stubEnv('GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES', '1')
})

function createClient(credential_source: object, tokenType = 'jwt') {
  const client = ExternalAccountClient.fromJSON({
    type: 'external_account',
    audience: GOOGLE_PROVIDER,
    subject_token_type: `urn:ietf:params:oauth:token-type:${tokenType}`,
    token_url: tokenUrl,
    credential_source,
  })
  if (client === null) throw new Error('the library takes it for no external account')
  return client
}

function runFromLibrary(words: string, output_file?: string) {
  const command = `"${process.execPath}" "${MAIN}" token --format gcp-executable ${words}`
  return { executable: { command, timeout_millis: 60_000, output_file } }
}

describe('google-auth-library', () => {
  it.each(['jwt', 'id_token'])('runs the program for a token of type %s', async tokenType => {
    const source = runFromLibrary(`--audience ${AUDIENCE} --algorithm RS256`)
    const { token } = await createClient(source, tokenType).getAccessToken()
    expect(token).toBe(ADMIN)
  })

  it.each([
    [`--audience ${AUDIENCE} --algorithm ES384`, /algorithm_refused/],
    ['--audience https://other.example.com --algorithm RS256', /audience_refused/],
    [`--audience ${AUDIENCE} --duration 59`, /exit code: 6 .*"code":"ValidationError"/s],
    [
      `--audience ${AUDIENCE} --endpoint http://127.0.0.1:1`,
      /exit code: 7 .*"code":"unreachable"/s,
    ],
  ])('tells its user why it fails: %s', async (words, told) => {
    await expect(createClient(runFromLibrary(words)).getAccessToken()).rejects.toThrow(told)
  })

  it('reads a file that the helper has written, as text', async () => {
    const file = await writeToken('raw')
    expect((await createClient({ file }).getAccessToken()).token).toBe(ADMIN)
  })

  it('reads a file that the helper has written, as JSON', async () => {
    const file = await writeToken('json')
    const format = { type: 'json', subject_token_field_name: 'token' }
    expect((await createClient({ file, format }).getAccessToken()).token).toBe(ADMIN)
  })

  it('takes the answer in the output file, and runs nothing', async () => {
    const source = runFromLibrary('--no-such-option', await writeToken('gcp-executable'))
    expect((await createClient(source).getAccessToken()).token).toBe(ADMIN)
  })

  it('fails for a role whose ARN is longer than google.subject may be', async () => {
    const name = `deployer-${'x'.repeat(55)}`
    await server.credence('user', 'create', name, '--path', `/${'p'.repeat(50)}/`)
    const { accessKeyId, secretAccessKey } = Object(
      await server.credence('access-key', 'create', '--user', name),
    )
    await allowTokens(name)
    vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey)
    const client = createClient(runFromLibrary(`--audience ${AUDIENCE} --algorithm RS256`))
    await expect(client.getAccessToken()).rejects.toThrow(/google\.subject exceeds 127 bytes/)
  })
})

async function allowTokens(user: string): Promise<void> {
  const file = join(server.directory, 'tokens.json')
  const Statement = [{ Effect: 'Allow', Action: 'sts:GetWebIdentityToken', Resource: '*' }]
  writeFileSync(file, JSON.stringify({ Version: '2012-10-17', Statement }))
  await server.credence('policy', 'put', 'tokens', file, '--user', user)
}

async function writeToken(format: string): Promise<string> {
  const file = join(server.directory, 'tokens', format)
  const options = ['--audience', AUDIENCE, '--algorithm', 'RS256', '--format', format]
  await runCredence(['token', ...options, '--out', file], server)
  return file
}
