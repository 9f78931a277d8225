import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkImports, copyLicences, findPackages } from './bundle.ts'

describe('findPackages', () => {
  const find = (...moduleIds: string[]) => findPackages(moduleIds, '/r/src', ['y', '@z/z'])

  it('names the wanted packages and the folders that they came from', () => {
    const found = find(
      '/r/src/main.ts',
      '/r/node_modules/y/dist/a.js',
      '/r/node_modules/y/dist/b.js',
      '/r/x/node_modules/@z/z/index.js',
    )
    expect([...found]).toEqual([
      ['y', '/r/node_modules/y'],
      ['@z/z', '/r/x/node_modules/@z/z'],
    ])
  })

  it("counts the bundler's own helpers as a package", () => {
    const found = find(
      '\0rolldown/runtime.js',
      '/r/node_modules/y/a.js',
      '/r/node_modules/@z/z/a.js',
    )
    expect(found.get('rolldown')).toMatch(/\/node_modules\/rolldown$/)
  })

  it.each([
    ['another package', '/r/node_modules/x/a.js', 'nobody wants it'],
    ['a package in a wanted one', '/r/node_modules/y/node_modules/x/a.js', 'nobody wants it'],
    ['a package of a like name', '/r/node_modules/@z/y/a.js', 'nobody wants it'],
    ['a file of another workspace', '/r/verify/src/index.ts', 'nobody wants it'],
    ['a folder of a like name', '/r/srcs/main.ts', 'nobody wants it'],
    ['what a plugin made up', '\0other', 'nobody wants it'],
    ['a second version', '/r/x/node_modules/y/a.js', 'two versions of y'],
  ])('refuses %s', (_what, id, message) => {
    const wanted = ['/r/node_modules/y/a.js', '/r/node_modules/@z/z/a.js']
    expect(() => find(...wanted, id)).toThrow(message)
  })

  it('misses a wanted package of which nothing is there', () => {
    expect(() => find('/r/src/main.ts', '/r/node_modules/y/a.js')).toThrow('nothing of @z/z')
  })
})

describe('checkImports', () => {
  const MAIN = {
    fileName: 'main.js',
    isEntry: true,
    imports: ['chunks/a.js'],
    dynamicImports: ['chunks/a.js'],
    code: '',
  }
  const NOTHING = { fileName: 'chunks/a.js', isEntry: false, imports: [], dynamicImports: [] }

  /** The ways in which a file can need a module. */
  const WAYS = [
    (id: string) => ({ ...NOTHING, code: '', imports: [id] }),
    (id: string) => ({ ...NOTHING, code: '', dynamicImports: [id] }),
    (id: string) => ({ ...NOTHING, code: `var a = __require("${id}");` }),
  ]

  it.each(['chunks/a.js', 'node:fs', 'buffer', 'y', 'y/deep', '@z/z'])('takes %s', id => {
    for (const need of WAYS) {
      expect(() => checkImports([MAIN, need(id)], ['y', '@z/z'])).not.toThrow()
    }
  })

  it.each([
    ['main.js', 'imports the entry main.js'],
    ['x', 'no dependency'],
    ['yy', 'no dependency'],
    ['@z/other', 'no dependency'],
    ['chunks/b.js', 'no dependency'],
  ])('refuses %s', (id, message) => {
    for (const need of WAYS) {
      expect(() => checkImports([MAIN, need(id)], ['y', '@z/z'])).toThrow(message)
    }
  })
})

describe('copyLicences', () => {
  let scratch = ''
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'credence-licences-'))
  })
  afterEach(() => rmSync(scratch, { recursive: true }))

  it.each(['LICENSE', 'LICENSE.md', 'license.txt', 'LICENCE'])(
    'ships %s under name and version',
    async file => {
      const folder = createPackage({ [file]: 'Do what you like.' })
      await copyLicences(new Map([['@z/z', folder]]), join(scratch, 'licenses'))
      expect(readdirSync(join(scratch, 'licenses'))).toEqual(['@z-z-1.2.3.txt'])
      const text = readFileSync(join(scratch, 'licenses/@z-z-1.2.3.txt'), 'utf8')
      expect(text).toBe('Do what you like.')
    },
  )

  it.each(['README.md', 'license.js', 'LICENSE.d.ts'])('takes %s for no licence', async file => {
    const copied = copyLicences(
      new Map([['z', createPackage({ [file]: '' })]]),
      join(scratch, 'licenses'),
    )
    await expect(copied).rejects.toThrow('z is bundled and has no licence')
  })

  function createPackage(files: Readonly<Record<string, string>>): string {
    const folder = join(scratch, 'package')
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), '{"version":"1.2.3"}')
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
    return folder
  }
})
