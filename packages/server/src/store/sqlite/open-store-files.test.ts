import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { StoreMissingError } from '../failures.ts'
import { useDirectory } from '../test/directory.ts'
import { OpenStoreFiles } from './open-store-files.ts'

const directory = useDirectory()
let path: string

beforeEach(() => {
  const data = join(directory(), 'data')
  mkdirSync(data)
  path = join(data, 'store.db')
  for (const suffix of ['', '-wal', '-shm']) writeFileSync(path + suffix, 'x')
})

const HERE = { isOpenHere: true }

describe('the files of an open store', () => {
  it.each<[string, () => void, (path: string) => string | null]>([
    ['nothing happened', () => {}, () => null],
    ['it was written', () => writeFileSync(path, 'more', { flag: 'a' }), () => null],
    ['the log was cut', () => truncateSync(`${path}-wal`), () => null],
    ['it may be read by nobody', () => chmodSync(path, 0), () => null],
    ['it was removed', () => unlinkSync(path), each => `${each} was removed`],
    ['it was moved away', () => renameSync(path, `${path}.old`), each => `${each} was removed`],
    [
      'its directory was moved away',
      () => renameSync(join(directory(), 'data'), join(directory(), 'away')),
      each => `${each} was removed`,
    ],
    [
      'a copy took its place',
      () => {
        copyFileSync(path, `${path}.copy`)
        renameSync(`${path}.copy`, path)
      },
      each => `${each} was replaced`,
    ],
    [
      'it was made anew',
      () => {
        unlinkSync(path)
        writeFileSync(path, 'x')
      },
      each => `${each} was replaced`,
    ],
    ['it was emptied', () => truncateSync(path), each => `${each} was emptied`],
    ['its log was removed', () => unlinkSync(`${path}-wal`), each => `${each}-wal was removed`],
    [
      'its index was replaced',
      () => {
        writeFileSync(`${path}-shm.new`, 'x')
        renameSync(`${path}-shm.new`, `${path}-shm`)
      },
      each => `${each}-shm was replaced`,
    ],
  ])('%s', (_what, happen, expected) => {
    // As long as somebody has a file open, its inode is nobody else's.
    const descriptor = openSync(path, 'r')
    const files = new OpenStoreFiles(path, HERE)
    happen()
    expect(files.findLoss()).toBe(expected(path))
    closeSync(descriptor)
  })

  it('are followed through a link, also when that leads elsewhere', () => {
    const link = join(directory(), 'link.db')
    symlinkSync(path, link)
    const files = new OpenStoreFiles(link, HERE)
    unlinkSync(`${path}-wal`)
    expect(files.findLoss()).toBe(`${path}-wal was removed`)
    const other = new OpenStoreFiles(link, { isOpenHere: false })
    expect(other.findLoss()).toBeNull()
    writeFileSync(join(directory(), 'other.db'), 'x')
    unlinkSync(link)
    symlinkSync(join(directory(), 'other.db'), link)
    expect(other.findLoss()).toBe(`${link} was replaced`)
  })

  it('may come later, and are known from then on', () => {
    unlinkSync(`${path}-wal`)
    const files = new OpenStoreFiles(path, HERE)
    expect(files.findLoss()).toBeNull()
    writeFileSync(`${path}-wal`, '')
    expect(files.findLoss()).toBeNull()
    unlinkSync(`${path}-wal`)
    expect(files.findLoss()).toBe(`${path}-wal was removed`)
  })

  it('must be there', () => {
    unlinkSync(path)
    expect(() => new OpenStoreFiles(path, HERE)).toThrow(StoreMissingError)
  })

  it.each<[string, () => void, boolean]>([
    ['while all is as it was', () => {}, true],
    ['when they are gone', () => rmSync(`${path}-wal`), true],
    [
      'never when those of another store have their names',
      () => {
        writeFileSync(`${path}-wal.new`, 'x')
        renameSync(`${path}-wal.new`, `${path}-wal`)
      },
      false,
    ],
  ])('may be removed by SQLite %s', (_what, happen, mayClose) => {
    const files = new OpenStoreFiles(path, HERE)
    happen()
    expect(files.mayClose()).toBe(mayClose)
  })
})
