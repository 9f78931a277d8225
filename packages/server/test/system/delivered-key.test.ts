import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'

// A process of its own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const SERVICE = 970
const GROUP_OF_SERVICE = 2000
const STRANGER = 33

const SCRIPT = join(import.meta.dirname, '../support/load-key-files.ts')
const canActAsOthers = process.platform === 'linux' && process.getuid?.() === 0 && hasSetpriv()
const directory = mkdtempSync(join(tmpdir(), 'credence-delivered-'))
afterAll(() => rmSync(directory, { recursive: true }))
const credentials = join(directory, 'credentials')
if (canActAsOthers) {
  chmodSync(directory, 0o755)
  mkdirSync(credentials, { mode: 0o500 })
  await setAcl(credentials, 5, SERVICE)
}

interface KeyFile {
  readonly name: string
  readonly mode: number
  readonly owner?: number
  readonly group?: number
  /** A user whom an access control list lets read. */
  readonly reader?: number
  readonly place?: 'credentials' | 'secret volume' | 'beside'
  readonly answer: RegExp
}

const CASES: readonly KeyFile[] = [
  { name: 'its own, 0600', mode: 0o600, owner: SERVICE, answer: /^loaded$/ },
  { name: 'its own, 0400', mode: 0o400, owner: SERVICE, answer: /^loaded$/ },
  {
    name: 'its own, which its group may read',
    mode: 0o640,
    owner: SERVICE,
    group: SERVICE,
    answer: /has mode 0640, so group 970 may use it, and not its owner alone; run: chmod 600 /,
  },
  {
    name: 'its own, which all may read',
    mode: 0o644,
    owner: SERVICE,
    answer: /mode 0644, so every user/,
  },
  {
    name: 'of a Secret volume with fsGroup',
    mode: 0o440,
    group: GROUP_OF_SERVICE,
    place: 'secret volume',
    answer: /^loaded$/,
  },
  {
    name: 'of a Secret volume as it is without settings',
    mode: 0o644,
    place: 'secret volume',
    answer: /mode 0644, so every user .*; in the pod, set `defaultMode: 0400`/,
  },
  {
    name: 'of a Secret volume that the service cannot read',
    mode: 0o400,
    place: 'secret volume',
    answer: /cannot read master key file .*: EACCES/,
  },
  {
    name: 'a credential of systemd',
    mode: 0o400,
    reader: SERVICE,
    place: 'credentials',
    answer: /^loaded$/,
  },
  {
    name: 'a credential where lists are not supported',
    mode: 0o400,
    owner: SERVICE,
    place: 'credentials',
    answer: /^loaded$/,
  },
  { name: 'a list for the service', mode: 0o400, reader: SERVICE, answer: /^loaded$/ },
  {
    name: 'a list for a stranger',
    mode: 0o400,
    owner: SERVICE,
    reader: STRANGER,
    answer: /by which user 33 may use it; run: setfacl -b /,
  },
  {
    name: 'a list for a stranger, on a Secret volume',
    mode: 0o440,
    group: GROUP_OF_SERVICE,
    reader: STRANGER,
    place: 'secret volume',
    answer: /by which user 33 may use it; in the pod/,
  },
  {
    name: 'of a stranger, for a group of the service',
    mode: 0o440,
    owner: STRANGER,
    group: GROUP_OF_SERVICE,
    answer: /belongs to user 33, who is neither root nor the user 970/,
  },
  {
    name: 'which a group of the service may write',
    mode: 0o460,
    group: GROUP_OF_SERVICE,
    answer: /mode 0460, so its group may do more than read it/,
  },
]

it.runIf(canActAsOthers)(
  'a key is taken as Kubernetes and systemd deliver it, and from nobody else',
  async () => {
    const paths = []
    for (const file of CASES) paths.push(await deliver(file))
    const options = ['--reuid', SERVICE, '--regid', SERVICE, '--groups', GROUP_OF_SERVICE].map(
      String,
    )
    const output = execFileSync('setpriv', [
      ...options,
      process.execPath,
      SCRIPT,
      credentials,
      ...paths,
    ])
    const answers: readonly string[] = JSON.parse(output.toString('utf8'))
    for (const [index, { name, answer }] of CASES.entries()) {
      expect(answers[index], name).toMatch(answer)
    }
  },
)

it.skipIf(canActAsOthers)('acts as other users only for root on Linux with setpriv', () => {})

let volumes = 0
async function deliver({ mode, owner = 0, group = 0, reader, place = 'beside' }: KeyFile) {
  volumes += 1
  const home = join(directory, `volume-${volumes}`)
  if (place === 'secret volume') {
    mkdirSync(join(home, '..2026_11_30_12_00_00.1'), { recursive: true })
    symlinkSync('..2026_11_30_12_00_00.1', join(home, '..data'))
    symlinkSync('..data/master.key', join(home, 'master.key'))
  } else {
    mkdirSync(home)
  }
  const path = join(
    place === 'credentials' ? credentials : home,
    place === 'credentials' ? `key-${volumes}` : 'master.key',
  )
  const real =
    place === 'secret volume' ? join(home, '..2026_11_30_12_00_00.1', 'master.key') : path
  writeFileSync(real, randomBytes(32))
  chmodSync(real, mode)
  chownSync(real, owner, group)
  if (reader !== undefined) await setAcl(real, 4, reader)
  return path
}

/** What `setfacl -m u:USER:PERMISSIONS` does, which is a package of its own. */
async function setAcl(path: string, permissions: number, user: number): Promise<void> {
  const { default: koffi } = await import('koffi')
  const set = koffi.load(null).func('setxattr', 'int', ['str', 'str', 'void *', 'size_t', 'int'])
  const entry = (tag: number, allowed: number, id = 0xffff_ffff) => {
    const bytes = Buffer.alloc(8)
    bytes.writeUInt16LE(tag, 0)
    bytes.writeUInt16LE(allowed, 2)
    bytes.writeUInt32LE(id, 4)
    return bytes
  }
  const list = Buffer.concat([
    Buffer.from([2, 0, 0, 0]),
    entry(0x01, permissions),
    entry(0x02, permissions, user),
    entry(0x04, (statSync(path).mode >> 3) & 7),
    entry(0x10, permissions),
    entry(0x20, 0),
  ])
  if (set(path, 'system.posix_acl_access', list, list.length, 0) !== 0) {
    throw new Error(`${path} gets no access control list: errno ${koffi.errno()}`)
  }
}

function hasSetpriv(): boolean {
  return (process.env['PATH'] ?? '').split(':').some(each => {
    try {
      accessSync(join(each, 'setpriv'), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
