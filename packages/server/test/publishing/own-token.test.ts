import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createVerifier, VerifyError } from '@credence/verify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findCloudStore } from '../../../../tools/cloud-stores.ts'
import { findFreePort } from '../../src/http/free-port.ts'
import { AZURE } from '../../src/publishing/targets/azure-target.ts'
import { GCS } from '../../src/publishing/targets/gcs-target.ts'
import { S3 } from '../../src/publishing/targets/s3-target.ts'
import type { Target } from '../../src/publishing/targets/target.ts'
import {
  type CloudProgram,
  createMotoBucket,
  MOTO_AUTHORIZATION,
  startFakeGcs,
  startMoto,
  tellMissing,
} from '../../src/publishing/test/cloud-programs.ts'
import {
  type Fate,
  type FaultProxy,
  startFaultProxy,
} from '../../src/publishing/test/fault-proxy.ts'
import { createObject } from '../../src/publishing/test/target-conformance.ts'
import { createTargetDeps } from '../../src/publishing/test/target-deps.ts'
import {
  createStandIn,
  ENTRA_AUDIENCE,
  ENTRA_TENANT,
  GOOGLE_PROVIDER,
} from '../relying-parties/stand-in.ts'
import { type DevServer, runCredence, startDevServer } from '../support/dev-server.ts'

// A token of Credence's own is the credential for the place where its keys are published. What stands in
// for the clouds verifies it, with the keys that are published.

const ACCOUNT = '123456789012'
const AWS_AUDIENCE = 'sts.amazonaws.com'
const AUDIENCES = [
  ['aws', AWS_AUDIENCE],
  ['google', `https:${GOOGLE_PROVIDER}`],
  ['entra', ENTRA_AUDIENCE],
] as const
const STATIC = { AWS_ACCESS_KEY_ID: 'AKIAPERSON', AWS_SECRET_ACCESS_KEY: 'of a person' }

let server: DevServer
/** Where verifiers read the keys. The issuer is named after it, not after the server. */
let publicPlace: FaultProxy
let issuer: string

beforeAll(async () => {
  publicPlace = await startFaultProxy()
  const baseUrl = `${publicPlace.url}/keys`
  const port = await findFreePort('127.0.0.1')
  // `credence dev` looks at its issuer before it is ready.
  publicPlace.decide = ({ path }) => load(`http://127.0.0.1:${port}${path}`)
  const args = ['--port', String(port), '--set', `issuer.baseUrl=${baseUrl}`]
  server = await startDevServer({ args })
  issuer = String(server.environment['CREDENCE_ISSUER'])
  mkdirSync(join(server.directory, 'tokens'), { mode: 0o700 })
  await writeTokens()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await publicPlace.close()
})

/** What a CDN does, which may read the bucket. */
async function load(url: string): Promise<Fate> {
  const found = await fetch(url, { headers: { authorization: MOTO_AUTHORIZATION } })
  return { kind: 'answer', status: found.status, body: await found.text() }
}

/** Writes a token for each cloud, as `--watch` would keep them. */
async function writeTokens(): Promise<void> {
  const tokens = AUDIENCES.flatMap(([name, audience]) => [
    ...['--audience', audience],
    ...['--out', findToken(name)],
  ])
  await runCredence(['token', '--algorithm', 'RS256', ...tokens], server)
}

function findToken(name: 'aws' | 'google' | 'entra'): string {
  return join(server.directory, 'tokens', name)
}

/** The two documents as the server has them, in the order in which they are published. */
async function loadDocuments() {
  const names = ['jwks.json', 'openid-configuration'].map(name => `.well-known/${name}`)
  const endpoint = String(server.environment['AWS_ENDPOINT_URL_STS'])
  return Promise.all(
    names.map(async name => {
      const url = new URL(`${new URL(issuer).pathname}/${name}`, endpoint)
      const path = `${issuer.split('/').at(-1)}/${name}`
      return { path, text: await (await fetch(url)).text() }
    }),
  )
}

async function publish(target: Target): Promise<void> {
  for (const { path, text } of await loadDocuments()) {
    const present = await target.read(path)
    const condition =
      present === null
        ? { kind: 'absent' as const }
        : { kind: 'matches' as const, tag: present.tag }
    expect(await target.write(path, createObject(text), condition)).toBe('written')
  }
}

describe.skipIf(findCloudStore('moto') === null)(
  `S3, by moto and an STS that verifies${tellMissing('moto')}`,
  () => {
    let moto: CloudProgram
    let sts: FaultProxy

    beforeAll(async () => {
      moto = await startMoto()
      await createMotoBucket(moto, 'keys')
      publicPlace.decide = ({ path }) => load(`${moto.url}${path}`)
      sts = await startFaultProxy()
      sts.decide = async ({ body }) => {
        const form = new URLSearchParams(body.toString())
        return answerAsSts(form.get('WebIdentityToken') ?? '')
      }
    })
    afterAll(async () => {
      await sts.close()
      await moto.close()
    })

    it('takes its own token once a first publication was made with other credentials', async () => {
      const bucket = { bucket: 'keys', region: 'us-east-1', endpoint: moto.url }
      const webIdentityTokenFile = findToken('aws')
      const roleArn = `arn:aws:iam::${ACCOUNT}:role/publisher`
      const role = { roleArn, webIdentityTokenFile, stsEndpoint: sts.url }
      const byToken = () => S3.open('bucket', { ...bucket, ...role }, createTargetDeps())

      // Nobody can verify the token, since the keys are nowhere yet.
      const error = await publish(byToken()).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ reason: 'refused' })
      expect(String(error)).toMatch(/No AWS credentials from the role .*: cannot verify/)
      expect(String(error)).not.toContain(readFileSync(webIdentityTokenFile, 'utf8').slice(0, 30))

      await publish(S3.open('bucket', bucket, createTargetDeps({ env: STATIC })))
      await publish(byToken())
      // And the bucket alone is enough for a verifier.
      const verifier = createAcceptor(AWS_AUDIENCE)
      const { principal } = await verifier.verify(readFileSync(webIdentityTokenFile, 'utf8'))
      expect(principal.account).toBe(ACCOUNT)
    })
  },
)

describe('with the keys at the public place', () => {
  beforeAll(async () => {
    const documents = await loadDocuments()
    publicPlace.decide = ({ path }) => {
      const found = documents.find(document => path.endsWith(document.path))
      return { kind: 'answer', status: found === undefined ? 404 : 200, body: found?.text ?? '' }
    }
  })

  it.skipIf(findCloudStore('fake-gcs-server') === null)(
    `Google takes it for one of its own${tellMissing('fake-gcs-server')}`,
    async () => {
      const platform = await startPlatform()
      const program = await startFakeGcs('keys')
      const seen = await startFaultProxy(program.url)
      const credentialsFile = join(server.directory, 'google.json')
      const fields = {
        type: 'external_account',
        audience: GOOGLE_PROVIDER,
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${platform.url}/v1/token`,
        credential_source: { file: findToken('google') },
      }
      writeFileSync(credentialsFile, JSON.stringify(fields))
      const settings = { bucket: 'keys', endpoint: seen.url, credentialsFile }
      await publish(GCS.open('bucket', settings, createTargetDeps()))
      // The stand-in gives the subject of the token that it has verified.
      expect(seen.requests[0]?.headers.authorization).toBe(
        `Bearer arn:aws:iam::${ACCOUNT}:user/admin`,
      )
      await seen.close()
      await program.close()
      await platform.close()
    },
  )

  it('Entra takes it for one of its own', async () => {
    const platform = await startPlatform()
    const blobs = await startFaultProxy()
    blobs.decide = () => ({
      kind: 'answer',
      status: 404,
      headers: { 'x-ms-error-code': 'BlobNotFound' },
    })
    const settings = {
      account: 'keys',
      container: 'documents',
      endpoint: blobs.url,
      authorityHost: platform.url,
      tenantId: ENTRA_TENANT,
      clientId: 'publisher',
      clientAssertionFile: findToken('entra'),
    }
    expect(await AZURE.open('container', settings, createTargetDeps()).read('a.json')).toBeNull()
    expect(blobs.requests[0]?.headers.authorization).toBe(
      `Bearer arn:aws:iam::${ACCOUNT}:user/admin`,
    )
    await blobs.close()
    await platform.close()
  })
})

function createAcceptor(audience: string) {
  return createVerifier({
    issuers: [{ issuer, accounts: [ACCOUNT], allowInsecureHttp: true }],
    audience,
    algorithms: ['RS256'],
  })
}

/** AWS's STS: it gives a session for a token that it can verify with the issuer's published keys. */
async function answerAsSts(token: string): Promise<Fate> {
  try {
    await createAcceptor(AWS_AUDIENCE).verify(token)
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error
    const body = `<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>cannot verify: ${error.code}</Message></Error></ErrorResponse>`
    return { kind: 'answer', status: 400, body }
  }
  const expiration = new Date(Date.now() + 3_600_000).toISOString()
  const credentials = `<AccessKeyId>ASIASESSION</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>${expiration}</Expiration>`
  const body = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>${credentials}</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`
  return { kind: 'answer', status: 200, body }
}

async function startPlatform() {
  const platform = createServer(createStandIn({ issuer, account: ACCOUNT }))
  await once(platform.listen(0, '127.0.0.1'), 'listening')
  const address = platform.address()
  const port = typeof address === 'object' ? address?.port : null
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      platform.closeAllConnections()
      platform.close()
      await once(platform, 'close')
    },
  }
}
