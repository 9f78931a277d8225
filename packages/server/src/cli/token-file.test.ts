import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM_RANDOM } from '../composition.ts'
import { TokenFile } from './token-file.ts'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-token-file-'))
  path = join(directory, 'token')
})

afterEach(() => rmSync(directory, { recursive: true }))

function open(at = path): TokenFile {
  return new TokenFile(at, SYSTEM_RANDOM)
}

describe('replacing', () => {
  it('makes a file that only its owner reads, and nothing else', () => {
    open().replace('one')
    expect(readFileSync(path, 'utf8')).toBe('one')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['token'])
  })

  it('leaves the old text to whoever has it open, and to other names of it', () => {
    writeFileSync(path, 'old', { mode: 0o644 })
    linkSync(path, join(directory, 'same'))
    open().replace('new')
    expect(readFileSync(join(directory, 'same'), 'utf8')).toBe('old')
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('finds its directory by a link once, and keeps to it', () => {
    const [real, other, link] = ['real', 'other', 'link'].map(name => join(directory, name))
    for (const each of [real, other]) mkdirSync(String(each), { mode: 0o700 })
    symlinkSync(String(real), String(link))
    const file = open(join(String(link), 'token'))
    rmSync(String(link))
    symlinkSync(String(other), String(link))
    file.replace('one')
    expect(readFileSync(join(String(real), 'token'), 'utf8')).toBe('one')
    expect(readdirSync(String(other))).toEqual([])
  })

  it.each([0o770, 0o702, 0o777, 0o1777])('refuses a directory of mode %o', mode => {
    chmodSync(directory, mode)
    expect(() => open().replace('one')).toThrow(/is not written: others may write in its directory/)
    expect(readdirSync(directory)).toEqual([])
    chmodSync(directory, 0o755)
    open().replace('one')
  })

  it.runIf(process.getuid?.() === 0)('refuses a directory of another user', () => {
    chownSync(directory, 12_345, 12_345)
    expect(() => open().replace('one')).toThrow(/its directory belongs to another user/)
  })

  it('refuses a link, and leaves what it points to', () => {
    const target = join(directory, 'target')
    writeFileSync(target, 'mine')
    symlinkSync(target, path)
    expect(() => open().replace('one')).toThrow(/is not written: it is a symbolic link/)
    expect(readFileSync(target, 'utf8')).toBe('mine')
    expect(readlinkSync(path)).toBe(target)
  })

  it('refuses a directory in the place of the file', () => {
    mkdirSync(path)
    expect(() => open().replace('one')).toThrow(/it is there already, and is no file/)
  })

  it('refuses a directory that was replaced by a link meanwhile', () => {
    const inner = join(directory, 'inner')
    mkdirSync(inner, { mode: 0o700 })
    const file = open(join(inner, 'token'))
    renameSync(inner, join(directory, 'moved'))
    symlinkSync(join(directory, 'moved'), inner)
    expect(() => file.replace('one')).toThrow(/its directory has become something else/)
    expect(readdirSync(join(directory, 'moved'))).toEqual([])
  })

  it('says so when the directory is gone, and writes again when it is back', () => {
    const inner = join(directory, 'inner')
    mkdirSync(inner, { mode: 0o700 })
    const file = open(join(inner, 'token'))
    rmSync(inner, { recursive: true })
    expect(() => file.replace('one')).toThrow(/cannot be written: it does not exist/)
    mkdirSync(inner, { mode: 0o700 })
    file.replace('one')
    expect(existsSync(file.path)).toBe(true)
  })

  it('keeps the old text and leaves no rest when the new one does not fit', () => {
    open().replace('old')
    const tooLongName = join(directory, 'x'.repeat(250))
    expect(() => open(tooLongName).replace('new')).toThrow(/cannot be written: /)
    expect(readdirSync(directory)).toEqual(['token'])
  })
})

it('needs a directory that is there', () => {
  expect(() => open(join(directory, 'nowhere', 'token'))).toThrow(/it does not exist/)
})

it('removes the file, and nothing when there is none', () => {
  const file = open()
  file.replace('one')
  file.remove()
  file.remove()
  expect(readdirSync(directory)).toEqual([])
})

it('removes what a killed program left, and nothing else', () => {
  const names = [
    '.token.0123456789abcdef.tmp',
    '.token.fedcba9876543210.tmp',
    '.token.short.tmp',
    '.tokenx.0123456789abcdef.tmp',
    'token',
  ]
  for (const name of names) writeFileSync(join(directory, name), '')
  const nowMs = lstatSync(path).mtimeMs
  const oldSeconds = nowMs / 1000 - 61
  for (const name of names.slice(1)) utimesSync(join(directory, name), oldSeconds, oldSeconds)
  open().removeLeftovers(nowMs)
  expect(readdirSync(directory)).toEqual(names.filter(name => !name.includes('fedcba')))
})
