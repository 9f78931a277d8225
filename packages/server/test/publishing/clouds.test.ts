import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as jose from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CloudStore, findCloudStore } from '../../../../tools/cloud-stores.ts'
import { checkTarget } from '../../src/publishing/check-target.ts'
import { TARGET_KINDS } from '../../src/publishing/targets/table.ts'
import { createContainer, createSasToken } from '../../src/publishing/test/azure-sas.ts'
import {
  createMotoBucket,
  MOTO_AUTHORIZATION,
  obeyConditionOfDeletion,
  startAzurite,
  startFakeGcs,
  startMoto,
  tellMissing,
} from '../../src/publishing/test/cloud-programs.ts'
import {
  type FaultProxy,
  startFaultProxy,
  withoutConditions,
} from '../../src/publishing/test/fault-proxy.ts'
import { createTargetDeps } from '../../src/publishing/test/target-deps.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { call } from '../support/calls.ts'
import { startTestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'
import { findText, readXml } from '../support/xml.ts'

const DAY_MS = 86_400_000
const CACHE_CONTROL = 'public, max-age=300, must-revalidate'

/** A cloud, with what the configuration says of the target there. */
interface Cloud {
  readonly settings: { readonly kind: string; readonly publicUrl: string }
  /** Stands before the program. */
  readonly proxy: FaultProxy
  readonly close: () => Promise<void>
}

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-clouds-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

const CLOUDS: readonly (readonly [CloudStore, () => Promise<Cloud>])[] = [
  ['moto', startS3],
  ['fake-gcs-server', startGcs],
  ['azurite', startAzure],
]

for (const [store, start] of CLOUDS) {
  describe.skipIf(findCloudStore(store) === null)(`keys at ${store}${tellMissing(store)}`, () => {
    let cloud: Cloud
    beforeAll(async () => {
      cloud = await start()
    })
    afterAll(() => cloud.close())

    it('are published and rotated, and a verifier needs nothing else', async () => {
      const { publicUrl } = cloud.settings
      const targets = JSON.stringify([{ name: 'cloud', ...cloud.settings }])
      await using server = await startTestServer({
        settings: {
          'issuer.baseUrl': publicUrl,
          'publish.targets': targets,
          'keys.rotateEvery': '10d',
        },
      })
      const account = await addAccount(server, '123456789012')
      const { credentials } = await addUser(server, account, 'alice')
      const settle = async () => {
        for (let round = 0; round < 4; round += 1) {
          await server.publish()
          await server.rotateKeys()
        }
      }
      const kids = new Set<string | undefined>()
      for (let rotation = 0; rotation < 2; rotation += 1) {
        await settle()
        const answer = await call(server, credentials, tokenCall())
        expect(answer).toMatchObject({ status: 200 })
        const token = findText(
          readXml(answer.body),
          'GetWebIdentityTokenResult',
          'WebIdentityToken',
        )
        const { iss = '' } = jose.decodeJwt(token ?? '')
        expect(iss.startsWith(`${publicUrl}/`)).toBe(true)
        const keys = jose.createRemoteJWKSet(new URL(`${iss}/.well-known/jwks.json`))
        const currentDate = new Date(server.clock.nowMs())
        const { protectedHeader } = await jose.jwtVerify(token ?? '', keys, { currentDate })
        kids.add(protectedHeader.kid)
        server.clock.moveBy(10 * DAY_MS)
      }
      expect(kids.size).toBe(2)
    })

    const check = () => {
      const { kind, publicUrl } = cloud.settings
      const opened = TARGET_KINDS.find(each => each.kind === kind)
      if (opened === undefined) throw new Error(`there is no target of kind ${kind}`)
      const { random, stopping } = createTargetDeps()
      return checkTarget(
        { random, stopping, cacheControl: CACHE_CONTROL, maxAgeSeconds: 300 },
        {
          target: opened.open('cloud', cloud.settings, createTargetDeps()),
          formatPublicUrl: issuerId => `${publicUrl}/${issuerId}`,
          isRequired: true,
          issuerName: null,
        },
      )
    }

    it('can be, says the check', async () => {
      const findings = await check()
      expect(findings.filter(({ problem }) => problem !== null)).toEqual([])
      expect(findings.length).toBeGreaterThan(5)
    })

    it('can not be when conditions are ignored silently, says the check', async () => {
      const { decide } = cloud.proxy
      cloud.proxy.decide = request => decide(withoutConditions(request))
      const problems = (await check()).flatMap(({ problem }) => problem ?? [])
      cloud.proxy.decide = decide
      expect(problems).toEqual([expect.stringMatching(/ignores the condition of a write/)])
    })
  })
}

function write(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

async function startS3(): Promise<Cloud> {
  const moto = await startMoto()
  await createMotoBucket(moto, 'keys')
  const proxy = await startFaultProxy(moto.url)
  // As a bucket whose policy lets everybody read.
  proxy.decide = request => {
    const { authorization = MOTO_AUTHORIZATION } = request.headers
    return {
      kind: 'forward',
      request: { ...request, headers: { ...request.headers, authorization } },
    }
  }
  const settings = {
    kind: 's3',
    publicUrl: `${proxy.url}/keys/base`,
    bucket: 'keys',
    region: 'us-east-1',
    prefix: 'base',
    endpoint: proxy.url,
    roleArn: 'arn:aws:iam::123456789012:role/publisher',
    webIdentityTokenFile: write('aws', 'a-token-that-moto-does-not-look-at'),
    stsEndpoint: moto.url,
  }
  const close = async () => {
    await proxy.close()
    await moto.close()
  }
  return { settings, proxy, close }
}

async function startGcs(): Promise<Cloud> {
  const program = await startFakeGcs('keys')
  const tokens = await startFaultProxy()
  const body = JSON.stringify({ access_token: 'token', expires_in: 3600 })
  tokens.decide = () => ({ kind: 'answer', status: 200, body })
  const proxy = await startFaultProxy(program.url)
  const { host } = new URL(program.url)
  // It gives objects away under its own name alone.
  proxy.decide = request =>
    obeyConditionOfDeletion(program, { ...request, headers: { ...request.headers, host } })
  const credentials = {
    type: 'external_account',
    audience: 'audience',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${tokens.url}/v1/token`,
    credential_source: { file: write('subject', 'token') },
  }
  const settings = {
    kind: 'gcs',
    publicUrl: `${proxy.url}/keys`,
    bucket: 'keys',
    endpoint: proxy.url,
    credentialsFile: write('google.json', JSON.stringify(credentials)),
  }
  const close = async () => {
    await proxy.close()
    await tokens.close()
    await program.close()
  }
  return { settings, proxy, close }
}

async function startAzure(): Promise<Cloud> {
  const azurite = await startAzurite()
  await createContainer(azurite, 'documents', { canEverybodyRead: true })
  const proxy = await startFaultProxy(azurite.url)
  const { account } = azurite
  const settings = {
    kind: 'azure',
    publicUrl: `${proxy.url}/${account}/documents`,
    account,
    container: 'documents',
    endpoint: `${proxy.url}/${account}`,
    sasTokenFile: write('sas', createSasToken(azurite)),
  }
  const close = async () => {
    await proxy.close()
    await azurite.close()
  }
  return { settings, proxy, close }
}
