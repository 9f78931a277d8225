import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rewriteDeclaration, shipDeclarations } from './declarations.ts'

describe('rewriteDeclaration', () => {
  it.each([
    ["import type { A } from './a.ts';", "import type { A } from './a.js';"],
    ["import '../a.ts';\nimport './b.ts'", "import '../a.js';\nimport './b.js'"],
    ["export * from './a/b.ts';", "export * from './a/b.js';"],
    ["export { a, type B } from './a.ts';", "export { a, type B } from './a.js';"],
    ['import { a } from "./a.ts";', 'import { a } from "./a.js";'],
    ["import { a } from 'pkg/a.ts';", "import { a } from 'pkg/a.ts';"],
    [
      "/** './a.ts' */\nexport declare const a: './a.ts';",
      "/** './a.ts' */\nexport declare const a: './a.ts';",
    ],
    ['export declare const a: import("./a.ts").A;', 'export declare const a: import("./a.js").A;'],
    ['export {};', 'export {};'],
  ])('%s', (text, rewritten) => {
    expect(rewriteDeclaration('x.d.ts', text)).toBe(rewritten)
  })
})

describe('shipDeclarations', () => {
  const PACKAGE = {
    'package.json': '{"exports":{".":{"types":"./index.d.cts"}}}',
    'index.d.cts': "export * from './core/a.cjs'",
    'core/a.d.cts': "export type A = import('../b.cjs').B",
    'b.d.cts': 'export type B = 1',
    'unwanted.d.cts': '',
  }

  it('ships what entries lead to, types of bundled packages included', async () => {
    const shipped = await ship(PACKAGE, {
      'kit/index.d.ts': "import { z } from 'z'\nexport * from '../room/x.ts'\nexport type Z = z.A",
      'room/x.d.ts': "import type { Y } from 'y'\nimport type { A } from './a.js'",
      'room/a.d.ts': "export type A = import('z').A",
      'room/unwanted.d.ts': "import 'z'",
    })
    expect(shipped).toEqual({
      'kit/index.d.ts':
        "import { z } from '../types/z/index.cjs'\nexport * from '../room/x.js'\nexport type Z = z.A",
      'room/x.d.ts': "import type { Y } from 'y'\nimport type { A } from './a.js'",
      'room/a.d.ts': "export type A = import('../types/z/index.cjs').A",
      'types/z/index.d.cts': "export * from './core/a.cjs'",
      'types/z/core/a.d.cts': "export type A = import('../b.cjs').B",
      'types/z/b.d.cts': 'export type B = 1',
    })
  })

  it.each(['{}', '{"exports":{".":{"import":"./index.js"}}}'])(
    'says so when a bundled package has no declarations: %s',
    async manifest => {
      const shipped = ship({ 'package.json': manifest }, { 'kit/index.d.ts': "import 'z'" })
      await expect(shipped).rejects.toThrow('names no declarations')
    },
  )

  /** Ships from the entry `kit/index.d.ts`, with a bundled package `z`. */
  async function ship(
    ofPackage: Readonly<Record<string, string>>,
    declarations: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, string>>> {
    const scratch = mkdtempSync(join(tmpdir(), 'credence-declarations-'))
    try {
      const [from, z, dist] = [join(scratch, 'from'), join(scratch, 'z'), join(scratch, 'dist')]
      writeFiles(from, declarations)
      writeFiles(z, ofPackage)
      await shipDeclarations({
        from,
        entries: ['kit/index.d.ts'],
        bundled: new Map([['z', z]]),
        dist,
      })
      const files = globSync('**/*.d.*', { cwd: dist })
      return Object.fromEntries(files.map(file => [file, readFileSync(join(dist, file), 'utf8')]))
    } finally {
      rmSync(scratch, { recursive: true })
    }
  }
})

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
}
