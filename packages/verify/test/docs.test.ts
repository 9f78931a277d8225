import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { VERIFY_ERRORS } from '../src/errors.ts'
import { DEFAULT_KEY_CACHE_LIMITS, UNSTATED_FRESH_SECONDS } from '../src/keys/key-cache-limits.ts'
import { parseOptions } from '../src/parse-options.ts'
import { readTables, type Table } from './markdown.ts'
import { createOptions } from './tokens.ts'

const ROOT = join(import.meta.dirname, '../../..')
const GUIDE = join(ROOT, 'docs/relying-parties/verify.md')
const run = promisify(execFile)

/** The rows of the table whose head begins with these cells. */
async function readTable(...head: readonly string[]): Promise<Table> {
  const tables = readTables(await readFile(GUIDE, 'utf8'))
  const found = tables.find(([cells = []]) => head.every((cell, index) => cells[index] === cell))
  if (!found) throw new Error(`there is no table ${head.join(', ')}`)
  return found.slice(1)
}
const bare = (cell = ''): string => cell.replace(/^`(.*)`$/, '$1')

describe('the guide', () => {
  it('lists every error code with its kind and meaning, and no other', async () => {
    const rows = await readTable('Code', 'Kind')
    expect(rows.map(([code, kind, meaning]) => [bare(code), kind, meaning])).toEqual(
      Object.entries(VERIFY_ERRORS).map(([code, { kind, meaning }]) => [code, kind, meaning]),
    )
  })

  it('lists every option, and no other', async () => {
    const rows = await readTable('Option', 'Default')
    const { audiences: _, ...complete } = parseOptions(createOptions())
    expect(rows.map(([name]) => bare(name)).toSorted()).toEqual(
      ['audience', ...Object.keys(complete)].toSorted(),
    )
  })

  it('says how long keys are used that nobody says it of, and how often a made-up kid counts', async () => {
    const guide = await readFile(GUIDE, 'utf8')
    const { unknownKeyCooldownSeconds } = DEFAULT_KEY_CACHE_LIMITS
    expect(guide).toContain(`is taken to say ${UNSTATED_FRESH_SECONDS} seconds`)
    expect(guide).toContain(`at most one fetch in ${unknownKeyCooldownSeconds} seconds`)
  })

  it('states the defaults as they are', async () => {
    const rows = [
      ...(await readTable('Option', 'Default')),
      ...(await readTable('`keyCache`', 'Default')),
    ]
    const stated = new Map(rows.map(([name, value]) => [bare(name), bare(value)]))
    const { clockLeewaySeconds, maxAgeSeconds, verifiedTokenCacheEntries, fetchTimeoutMs } =
      parseOptions(createOptions())
    const actual = { clockLeewaySeconds, maxAgeSeconds, verifiedTokenCacheEntries, fetchTimeoutMs }
    for (const [name, value] of Object.entries({ ...actual, ...DEFAULT_KEY_CACHE_LIMITS })) {
      expect([name, stated.get(name)]).toEqual([name, String(value)])
    }
  })
})

/** What the examples take for granted: the application around them. */
const SURROUNDINGS = `
  import type { IncomingMessage } from 'node:http'
  import type { Duplex } from 'node:stream'
  import type { EventEmitter } from 'node:events'
  import type { Express } from 'express'
  import type { FastifyInstance } from 'fastify'
  import type { Hono } from 'hono'
  import type { Guard, Identity, Trust, VerifiedToken, Verifier } from '@credence/verify'
  import type { GrpcMetadata } from '@credence/verify/grpc'
  interface Grant { readonly role: string }
  declare global {
    const text: string
    const verifier: Verifier
    const token: VerifiedToken
    const trust: Trust<Grant>
    const guard: Guard<Grant>
    const log: { warn(...values: unknown[]): void; error(...values: unknown[]): void }
    const cache: { put(key: string, value: string): Promise<void>; get(key: string): Promise<string | null> }
    const redis: { set(key: string, value: string, options: object): Promise<string | null> }
    const use: (grant: Grant) => void
    const app: Express
    const express: Express
    const fastify: FastifyInstance
    const hono: Hono
    const server: EventEmitter<{ upgrade: [IncomingMessage, Duplex, Buffer] }>
    const createServer: typeof import('node:http').createServer
    const accept: (...values: unknown[]) => void
    const call: { readonly metadata: GrpcMetadata }
    const reply: (error: object | null, value?: unknown) => void
    const greet: (identity: Identity<Grant>) => string
    const signOwnToken: (grant: Grant, scopes: readonly string[]) => Promise<string>
    const iss: string
    const iat: number
    const exp: number
    const jwks: object
    const signerKey: CryptoKey
  }
`

describe('the examples in TypeScript', () => {
  it.each([
    join(ROOT, 'packages/verify/README.md'),
    GUIDE,
    join(ROOT, 'docs/relying-parties/bundles.md'),
  ])('of %s compile', async path => {
    const document = await readFile(path, 'utf8')
    const blocks = [...document.matchAll(/^```ts\n(.*?)^```/gms)].map(([, block]) => block ?? '')
    expect(blocks.length).toBeGreaterThan(1)
    const folder = await mkdtemp(join(tmpdir(), 'credence-docs-'))
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    await writeFile(join(folder, 'surroundings.ts'), SURROUNDINGS)
    for (const [index, block] of blocks.entries()) {
      await writeFile(join(folder, `${basename(path, '.md')}-${index}.ts`), `${block}\nexport {}\n`)
    }
    // Examples name things that they don't use again.
    const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false }
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: ['*.ts'] }),
    )
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    const output = await run(process.execPath, [tsc, '-p', folder, '--pretty', 'false']).then(
      () => '',
      (error: { readonly stdout: string }) => error.stdout,
    )
    await rm(folder, { recursive: true })
    expect(output).toBe('')
  })
})
