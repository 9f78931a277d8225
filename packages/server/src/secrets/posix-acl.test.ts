import { open } from 'node:fs/promises'
import { constants } from 'node:os'
import { expect, it, vi } from 'vitest'
import { parsePosixAcl } from './posix-acl.ts'
import { readPosixAcl } from './read-posix-acl.ts'

/** The owner reads, user 1234 reads, the owning group nothing, the mask reads, others nothing. */
const LIST = Buffer.from(
  '02000000 01000400ffffffff 02000400d2040000 04000000ffffffff 10000400ffffffff 20000000ffffffff'.replaceAll(
    ' ',
    '',
  ),
  'hex',
)
const NOBODY = 0xffff_ffff
const ENTRIES = [
  { tag: 'owner', permissions: 4, id: NOBODY },
  { tag: 'user', permissions: 4, id: 1234 },
  { tag: 'owning-group', permissions: 0, id: NOBODY },
  { tag: 'mask', permissions: 4, id: NOBODY },
  { tag: 'others', permissions: 0, id: NOBODY },
]

it('reads a list as Linux hands it out', () => {
  expect(parsePosixAcl(LIST)).toEqual(ENTRIES)
  expect(parsePosixAcl(Buffer.from('0200000008000600e8030000', 'hex'))).toEqual([
    { tag: 'group', permissions: 6, id: 1000 },
  ])
  expect(parsePosixAcl(Buffer.from('02000000', 'hex'))).toEqual([])
})

it.each([
  ['nothing', ''],
  ['less than a header', '020000'],
  ['another version', '03000000'],
  ['half an entry', '0200000008000600'],
  ['an unknown tag', '0200000040000600e8030000'],
])('takes %s for no list', (_what, hex) => {
  expect(parsePosixAcl(Buffer.from(hex, 'hex'))).toBeNull()
})

const { ENODATA, EOPNOTSUPP, EIO } = constants.errno

it.each([
  ['a list', LIST, 0, ENTRIES],
  ['no list', null, ENODATA, 'none'],
  ['a file system without lists', null, EOPNOTSUPP, 'none'],
  ['a failure', null, EIO, null],
  ['a list of no length', Buffer.alloc(0), ENODATA, null],
])('says what the system answers: %s', async (_what, list, code, expected) => {
  const load = async () => ({
    read: (_descriptor: number, name: string, bytes: Uint8Array) => {
      expect(name).toBe('system.posix_acl_access')
      bytes.set(list ?? [])
      return list?.length ?? -1
    },
    errno: () => code,
  })
  // On other systems no list can be seen, so there may be one.
  const answer = process.platform === 'linux' ? expected : null
  expect(await readPosixAcl(0, load)).toEqual(answer)
})

it('asks the system itself, which knows of no list of a plain file', async () => {
  await using file = await open(import.meta.filename)
  // Where koffi is not installed, nobody can tell.
  const isKnown = process.platform === 'linux' && (await hasKoffi())
  expect(await readPosixAcl(file.fd)).toBe(isKnown ? 'none' : null)
})

async function hasKoffi(): Promise<boolean> {
  return import('koffi').then(
    () => true,
    () => false,
  )
}

it('says nothing where nobody can be asked', async () => {
  const load = vi.fn(() => Promise.reject(new Error('there is no koffi')))
  expect(await readPosixAcl(0, load)).toBeNull()
})
