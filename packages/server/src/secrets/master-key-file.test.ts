import { randomBytes } from 'node:crypto'
import { fstatSync, mkdtempSync, openSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { MasterKeyError } from './master-key.ts'
import {
  createMasterKeyFile,
  loadMasterKeyDescriptor,
  loadMasterKeyFile,
} from './master-key-file.ts'

const directory = mkdtempSync(join(tmpdir(), 'credence-master-key-'))
afterAll(() => rm(directory, { recursive: true }))

const random = { bytes: (count: number) => randomBytes(count), uuid: () => crypto.randomUUID() }

let files = 0
async function writeKeyFile(bytes: number, mode: number): Promise<string> {
  const path = join(directory, `key-${files++}`)
  await writeFile(path, randomBytes(bytes))
  await chmod(path, mode)
  return path
}

function refusalOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return 'none'
}

describe('loadMasterKeyFile', () => {
  it.each([0o600, 0o400])('loads a file with mode %o', async mode => {
    const path = await writeKeyFile(32, mode)
    const masterKey = await loadMasterKeyFile(path)
    expect(masterKey.key.export()).toEqual(await readFile(path))
  })

  it.each([0o644, 0o604, 0o660, 0o610, 0o777])('refuses a file with mode %o', async mode => {
    const path = await writeKeyFile(32, mode)
    const error = await loadMasterKeyFile(path).catch(cause => cause)
    expect(error).toBeInstanceOf(MasterKeyError)
    expect(error.message).toMatch(`master key file ${path} has mode 0${mode.toString(8)}, so `)
    expect(error.message).toMatch(`; run: chmod 600 ${path}`)
  })

  it('says what mends a file where it comes from', async () => {
    const volume = join(directory, 'volume')
    await mkdir(join(volume, '..2026_11_30'), { recursive: true })
    await rename(await writeKeyFile(32, 0o644), join(volume, '..2026_11_30', 'master.key'))
    await symlink('..2026_11_30', join(volume, '..data'))
    await symlink('..data/master.key', join(volume, 'master.key'))
    await expect(loadMasterKeyFile(join(volume, 'master.key'))).rejects.toThrow(
      /; in the pod, set /,
    )
    await chmod(join(volume, 'master.key'), 0o400)
    await loadMasterKeyFile(join(volume, 'master.key'))

    const credential = await writeKeyFile(32, 0o644)
    await expect(loadMasterKeyFile(credential, directory)).rejects.toThrow(/; in the unit, /)
    await expect(loadMasterKeyFile(credential, volume)).rejects.toThrow(/; run: chmod 600 /)
    await chmod(credential, 0o400)
    await loadMasterKeyFile(credential, directory)
  })

  it.each([
    [31, 'there are only 31'],
    [33, 'there are more'],
    [100_000, 'there are more'],
    [0, 'there are only 0'],
  ])('refuses a file of %i bytes', async (bytes, found) => {
    const path = await writeKeyFile(bytes, 0o600)
    await expect(loadMasterKeyFile(path)).rejects.toThrow(
      new MasterKeyError(`the master key from file ${path} must be exactly 32 bytes; ${found}`),
    )
  })

  it('refuses a missing file', async () => {
    const path = join(directory, 'missing')
    await expect(loadMasterKeyFile(path)).rejects.toThrow(
      new MasterKeyError(`cannot read master key file ${path}: it does not exist`),
    )
  })

  it('says why a file cannot be opened, and keeps what the system said', async () => {
    const path = join(await writeKeyFile(32, 0o600), 'key')
    await expect(loadMasterKeyFile(path)).rejects.toMatchObject({
      name: 'MasterKeyError',
      message: `cannot read master key file ${path}: ENOTDIR`,
      cause: { code: 'ENOTDIR' },
    })
  })

  it('refuses a directory', async () => {
    const path = join(directory, 'directory')
    await mkdir(path, { mode: 0o700 })
    await expect(loadMasterKeyFile(path)).rejects.toThrow(
      new MasterKeyError(`master key ${path} is not a regular file`),
    )
  })
})

describe('loadMasterKeyDescriptor', () => {
  it('loads the key and closes the descriptor', async () => {
    const path = await writeKeyFile(32, 0o600)
    const descriptor = openSync(path, 'r')
    const masterKey = await loadMasterKeyDescriptor(descriptor)
    expect(masterKey.key.export()).toEqual(await readFile(path))
    expect(() => fstatSync(descriptor)).toThrow('EBADF')
  })

  it.each([31, 33])('refuses %i bytes', async bytes => {
    const descriptor = openSync(await writeKeyFile(bytes, 0o600), 'r')
    await expect(loadMasterKeyDescriptor(descriptor)).rejects.toThrow(
      `the master key from file descriptor ${descriptor} must be exactly 32 bytes`,
    )
  })

  it('refuses a descriptor that is not open', async () => {
    await expect(loadMasterKeyDescriptor(999_999)).rejects.toMatchObject({
      name: 'MasterKeyError',
      message: 'cannot read the master key from file descriptor 999999: EBADF',
      cause: { code: 'EBADF' },
    })
  })
})

describe('createMasterKeyFile', () => {
  it('makes a file for its owner alone, which loads as the same key', async () => {
    const path = join(directory, 'new')
    const created = createMasterKeyFile(path, random)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await loadMasterKeyFile(path)).toMatchObject({ id: created.id })
  })

  it('never overwrites a key', async () => {
    const path = await writeKeyFile(32, 0o600)
    const before = await readFile(path)
    expect(() => createMasterKeyFile(path, random)).toThrow(
      new MasterKeyError(
        `cannot create master key file ${path}: it exists already, and a master key is never overwritten`,
      ),
    )
    expect(await readFile(path)).toEqual(before)
  })

  it('says why a file cannot be made', async () => {
    const path = join(directory, 'nowhere', 'key')
    expect(refusalOf(() => createMasterKeyFile(path, random))).toMatchObject({
      message: `cannot create master key file ${path}: ENOENT`,
      cause: { code: 'ENOENT' },
    })
  })

  it('erases a key that found no place', () => {
    const handedOut: Uint8Array[] = []
    const watched = {
      ...random,
      bytes: (count: number) => {
        const bytes = randomBytes(count)
        handedOut.push(bytes)
        return bytes
      },
    }
    const path = join(directory, 'nowhere', 'key')
    expect(() => createMasterKeyFile(path, watched)).toThrow(MasterKeyError)
    expect(handedOut[0]).toEqual(Buffer.alloc(32))
  })

  it('says what failed when it was not the system', () => {
    const path = join(directory, 'without-randomness')
    const exhausted = {
      ...random,
      bytes: (count: number) => {
        if (count === 32) return randomBytes(count)
        throw new Error('no more randomness')
      },
    }
    expect(() => createMasterKeyFile(path, exhausted)).toThrow(
      new MasterKeyError(`cannot create master key file ${path}: Error: no more randomness`),
    )
  })

  it('names the file when randomness is not as long as a key', () => {
    const path = join(directory, 'short')
    const short = { ...random, bytes: () => randomBytes(31) }
    expect(() => createMasterKeyFile(path, short)).toThrow(
      `the master key from file ${path} must be exactly 32 bytes; there are only 31`,
    )
  })
})
