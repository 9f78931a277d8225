import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createObject, describeTarget } from '../test/target-conformance.ts'
import { createTargetDeps } from '../test/target-deps.ts'
import { DIRECTORY } from './directory-target.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-directory-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const PATH = '1/.well-known/jwks.json'
const open = (path = directory, deps = createTargetDeps()) => DIRECTORY.open('site', { path }, deps)

describeTarget('directory', async () => {
  const path = mkdtempSync(join(tmpdir(), 'credence-directory-'))
  return {
    target: open(path),
    other: open(path),
    close: async () => rmSync(path, { recursive: true }),
  }
})

/** A namespace of its own, in which mounting a small file system harms nobody. */
const UNSHARE = ['unshare', '--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])]
const canMount =
  spawnSync(UNSHARE[0] ?? '', [...UNSHARE.slice(1), 'mount', '-t', 'tmpfs', 'none', '/mnt'])
    .status === 0

describe('a directory', () => {
  it('has files that a web server may read, whatever the umask is', async () => {
    const before = process.umask(0o077)
    try {
      await open().write(PATH, createObject('one'), { kind: 'absent' })
    } finally {
      process.umask(before)
    }
    expect(statSync(join(directory, PATH)).mode & 0o777).toBe(0o644)
  })

  it('has nothing but whole files and the lock, and loses what killed programs have left', async () => {
    await open().write(PATH, createObject('one'), { kind: 'absent' })
    const left = join(directory, '1/.well-known/.jwks.json.0123456789abcdef.tmp')
    const young = join(directory, '1/.well-known/.jwks.json.fedcba9876543210.tmp')
    for (const each of [left, young]) writeFileSync(each, 'half')
    utimesSync(left, 0, 0)
    const tag = (await open().read(PATH))?.tag ?? ''
    await open().write(PATH, createObject('two'), { kind: 'matches', tag })
    expect(readdirSync(join(directory, '1/.well-known')).toSorted()).toEqual([
      '.jwks.json.fedcba9876543210.tmp',
      'jwks.json',
    ])
  })

  it('is not made when it is not there, as where nothing is mounted', async () => {
    const target = open(join(directory, 'missing'))
    const error = { reason: 'refused', message: expect.stringMatching(/not mounted$/) }
    await expect(target.read(PATH)).rejects.toMatchObject(error)
    const writing = target.write(PATH, createObject('one'), { kind: 'absent' })
    await expect(writing).rejects.toMatchObject(error)
    expect(readdirSync(directory)).toEqual([])
  })

  it.each([
    ['a pipe', (path: string) => execFileSync('mkfifo', [path]), 'is not a file'],
    ['a directory', (path: string) => mkdirSync(path), 'is not a file'],
    ['a device', (path: string) => symlinkSync('/dev/zero', path), 'is not a file'],
    [
      'a file without end',
      (path: string) => {
        writeFileSync(path, '')
        truncateSync(path, 8_000_000_000)
      },
      'has more than 1048576 bytes',
    ],
  ])('waits for no reader of %s in the place of a document', async (_what, make, message) => {
    mkdirSync(join(directory, '1/.well-known'), { recursive: true })
    make(join(directory, PATH))
    // More often than the process has threads for files.
    for (let read = 0; read < 6; read += 1) {
      await expect(open().read(PATH)).rejects.toMatchObject({
        reason: 'refused',
        message: expect.stringContaining(message),
      })
    }
  })

  it.skipIf(process.getuid?.() !== 0)('is that of its owner, also what root writes', async () => {
    chownSync(directory, 65_534, 65_533)
    await open().write(PATH, createObject('one'), { kind: 'absent' })
    for (const name of ['1', '1/.well-known', PATH, '.credence.lock']) {
      expect(statSync(join(directory, name)), name).toMatchObject({ uid: 65_534, gid: 65_533 })
    }
  })

  it('has a lock that others can neither hold nor lead elsewhere', async () => {
    await open().write(PATH, createObject('one'), { kind: 'absent' })
    const lock = join(directory, '.credence.lock')
    expect(statSync(lock).mode & 0o007).toBe(0)
    rmSync(lock)
    symlinkSync(join(directory, 'other.db'), lock)
    const writing = open().write('2', createObject('two'), { kind: 'absent' })
    await expect(writing).rejects.toMatchObject({ message: expect.stringMatching(/not a file/) })
    expect(readdirSync(directory)).not.toContain('other.db')
  })

  it('is refused when anybody may write there', async () => {
    chmodSync(directory, 0o777)
    await expect(open().read(PATH)).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringMatching(/^anybody on this machine may write .*; run: chmod o-w /),
    })
  })

  it('ends at once when it is told to', async () => {
    const deps = createTargetDeps({ stopping: AbortSignal.abort() })
    await expect(open(directory, deps).read(PATH)).rejects.toMatchObject({ reason: 'unreachable' })
  })

  it.skipIf(!canMount)(
    `on a full disk keeps what it has, and takes more when there is room${canMount ? '' : ': not run, nothing can be mounted here'}`,
    () => {
      const script = fileURLToPath(new URL('../test/fill-disk.ts', import.meta.url))
      const command = `mount -t tmpfs -o size=64k,mode=755 none ${directory} && "${process.execPath}" "${script}" ${directory}`
      const run = spawnSync(UNSHARE[0] ?? '', [...UNSHARE.slice(1), 'sh', '-c', command], {
        encoding: 'utf8',
      })
      expect(run.stderr).toBe('')
      expect(JSON.parse(run.stdout)).toEqual({
        failure: { reason: 'unreachable', message: expect.stringMatching(/: the disk is full$/) },
        kept: 'small',
        files: ['jwks.json'],
        afterwards: 'written',
      })
    },
  )
})
