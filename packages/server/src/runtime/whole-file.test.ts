import { spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createWholeFile,
  removeUnfinished,
  replaceWholeFile,
  rewriteWholeFile,
} from './whole-file.ts'

const KILL_AT = new URL('./test/kill-at.ts', import.meta.url)
const MAKE_FILE = fileURLToPath(new URL('./test/make-file.ts', import.meta.url))

const random = { bytes: randomBytes, uuid: randomUUID }

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-whole-file-'))
  path = join(directory, 'file')
})

afterEach(() => rmSync(directory, { recursive: true }))

/** Whether the program came to its end before the step that it should be killed at. */
function makeUntil(
  killAt: number,
  how: 'create' | 'replace' | 'rewrite',
  content: string,
): boolean {
  const args = ['--import', KILL_AT.href, MAKE_FILE, how, path, content]
  const env = { ...process.env, TEST_KILL_AT: String(killAt) }
  const { signal, status } = spawnSync(process.execPath, args, { env, stdio: 'inherit' })
  expect(signal ?? status).toBe(signal === null ? 0 : 'SIGKILL')
  return signal === null
}

describe('a new file', () => {
  it('is for its owner alone, whatever the umask, and leaves no other file', () => {
    const umask = process.umask(0)
    try {
      createWholeFile(path, 'one', random)
    } finally {
      process.umask(umask)
    }
    expect(readFileSync(path, 'utf8')).toBe('one')
    expect(statSync(path)).toMatchObject({ nlink: 1 })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['file'])
  })

  it.each<[string, () => void]>([
    ['a file', () => writeFileSync(path, 'mine')],
    ['an empty file', () => writeFileSync(path, '')],
    ['a directory', () => mkdirSync(path)],
    ['a link to nowhere', () => symlinkSync(join(directory, 'nowhere'), path)],
  ])('never takes the place of %s', (_what, prepare) => {
    prepare()
    expect(() => createWholeFile(path, 'one', random)).toThrow(
      expect.objectContaining({ code: 'EEXIST' }),
    )
    expect(readdirSync(directory)).toEqual(['file'])
    expect(existsSync(join(directory, 'nowhere'))).toBe(false)
  })

  it('is whole or not there, wherever its maker is killed, and can be made then', () => {
    let step = 1
    for (; !makeUntil(step, 'create', 'content'); step += 1) {
      if (existsSync(path)) {
        expect(readFileSync(path, 'utf8'), `killed at step ${step}`).toBe('content')
        rmSync(path)
      }
      removeUnfinished(path)
      expect(readdirSync(directory)).toEqual([])
    }
    // Write, sync, link, remove the other name, sync the directory.
    expect(step).toBe(6)
  })
})

describe('a replaced file', () => {
  it.each(['replace', 'rewrite'] as const)(
    'has the old content or the new one, wherever its writer is killed: %s',
    how => {
      writeFileSync(path, 'old')
      let step = 1
      for (; !makeUntil(step, how, 'newer'); step += 1) {
        expect(['old', 'newer'], `killed at step ${step}`).toContain(readFileSync(path, 'utf8'))
        removeUnfinished(path)
        expect(readdirSync(directory)).toEqual(['file'])
      }
      // Write, sync, rename, sync the directory.
      expect(step).toBe(5)
      expect(readFileSync(path, 'utf8')).toBe('newer')
    },
  )

  it('keeps the mode of what was there when it is written anew, and is no longer its other name', () => {
    writeFileSync(path, 'old')
    chmodSync(path, 0o644)
    const { uid, gid, ino } = statSync(path)
    const umask = process.umask(0o077)
    try {
      rewriteWholeFile(path, 'new', random)
    } finally {
      process.umask(umask)
    }
    expect(readFileSync(path, 'utf8')).toBe('new')
    const after = statSync(path)
    expect(after).toMatchObject({ uid, gid })
    expect(after.mode & 0o777).toBe(0o644)
    expect(after.ino).not.toBe(ino)
    expect(() => rewriteWholeFile(join(directory, 'gone'), 'new', random)).toThrow()
    expect(readdirSync(directory)).toEqual(['file'])
  })

  it('keeps the old content when the new one cannot take its place', () => {
    mkdirSync(path)
    expect(() => replaceWholeFile(path, 'new', random)).toThrow()
    expect(readdirSync(directory)).toEqual(['file'])
  })
})

it('removes what was left beside one file, that of a database too, and nothing else', () => {
  const left = ['.file.0123456789abcdef.tmp', '.file.0123456789abcdef.tmp-wal']
  const others = ['.file.short.tmp', '.file2.0123456789abcdef.tmp', 'file', 'file-wal']
  for (const name of [...left, ...others]) writeFileSync(join(directory, name), '')
  removeUnfinished(path, () => false)
  expect(readdirSync(directory)).toHaveLength(6)
  removeUnfinished(path)
  expect(readdirSync(directory).toSorted()).toEqual(others)
})
