import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DIRECTORY } from '../targets/directory-target.ts'
import { TargetError } from '../targets/target.ts'
import { createObject } from './target-conformance.ts'
import { createTargetDeps } from './target-deps.ts'

/** A program of its own: writes too much for the small file system that a directory is on. */
const PATH = '1/.well-known/jwks.json'
const [, , directory = ''] = process.argv
const target = DIRECTORY.open('site', { path: directory }, createTargetDeps())

await target.write(PATH, createObject('small'), { kind: 'absent' })
const { tag = '' } = (await target.read(PATH)) ?? {}
const condition = { kind: 'matches', tag } as const
let failure: object | null = null
try {
  await target.write(PATH, createObject('x'.repeat(100_000)), condition)
} catch (error) {
  if (!(error instanceof TargetError)) throw error
  failure = { reason: error.reason, message: error.message }
}
const kept = Buffer.from((await target.read(PATH))?.bytes ?? []).toString()
const files = readdirSync(join(directory, '1/.well-known'))
const afterwards = await target.write(PATH, createObject('fits'), condition)
process.stdout.write(JSON.stringify({ failure, kept, files, afterwards }))
