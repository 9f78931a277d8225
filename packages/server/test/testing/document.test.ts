import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../../../..')
const run = promisify(execFile)

/** The examples of the documents in their order; the first of `docs/testing.md` is a test of Vitest. */
const EXAMPLES = ['docs/testing.md', 'packages/server/README.md'].flatMap(page =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```ts\n(.*?)^```/gms)].map(
    ([, text = ''], index) => ({ name: `${page}, example ${index + 1}`, text }),
  ),
)

describe('the examples', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'credence-docs-'))
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(EXAMPLES)('$name', { timeout: 60_000 }, async ({ text }) => {
    const isTest = text.includes("from 'vitest'")
    const file = isTest ? 'example.test.ts' : 'example.ts'
    writeFileSync(join(folder, file), text)
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
    const { stdout } = isTest
      ? await run(process.execPath, [vitest, 'run', '--root', folder], { cwd: folder })
      : await run(process.execPath, [file], { cwd: folder })
    if (isTest) expect(stdout).toContain('1 passed')
    if (text.includes('// key_unknown')) expect(stdout).toBe('key_unknown\n')
  })
})
