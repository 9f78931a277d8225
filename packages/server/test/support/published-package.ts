import { readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join, posix } from 'node:path'
import { publint } from 'publint'
import { expect } from 'vitest'
import { replaceSpecifiers } from '../../../../tools/declarations.ts'
import type { InstalledPackage } from './installed-package.ts'

/** JavaScript, declarations, data, and what the law and the reader need; nothing of our own tests. */
export async function expectFiles({ files, dist }: Published, ...needed: readonly string[]) {
  expect(files.filter(file => !/\.(js|d\.c?ts|br)$|^licenses\//.test(file))).toEqual([
    'LICENSE',
    'README.md',
    'package.json',
  ])
  expect(files).toEqual(expect.arrayContaining([...needed]))
  expect(files.filter(file => /\.test\.|testdata|(^|\/)test\//.test(file))).toEqual([])
  for (const file of files.filter(name => name.endsWith('.js'))) {
    const source = await readFile(join(dist, file), 'utf8')
    expect([file, /from '(vitest|fast-check)'|MII[\w+/]{40}/.test(source)]).toEqual([file, false])
  }
  const { messages } = await publint({ pkgDir: dist, strict: true, pack: false })
  expect(messages).toEqual([])
}

/** Every declaration points at one that is there, or that is installed with the package. */
export async function expectWholeDeclarations({ files, dist }: Published) {
  const { dependencies } = JSON.parse(await readFile(join(dist, 'package.json'), 'utf8'))
  const declarations = files.filter(name => /\.d\.c?ts$/.test(name))
  for (const file of declarations) {
    const text = await readFile(join(dist, file), 'utf8')
    const missing = listSpecifiers(file, text).filter(specifier => {
      if (!specifier.startsWith('.')) return !isBuiltin(specifier) && !(specifier in dependencies)
      const module = posix.join(posix.dirname(file), specifier)
      return !declarations.includes(module.replace(/\.(c?)js$/, '.d.$1ts'))
    })
    expect([file, missing]).toEqual([file, []])
  }
}

type Published = Pick<InstalledPackage, 'files' | 'dist'>

function listSpecifiers(file: string, text: string): readonly string[] {
  const specifiers: string[] = []
  replaceSpecifiers(file, text, specifier => {
    specifiers.push(specifier)
    return specifier
  })
  return specifiers
}
