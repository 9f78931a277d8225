import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startCredence } from './credence-process.ts'
import { createInstallation } from './installation.ts'
import { createSdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

/** Any user but root, for whom permissions hold. */
const NOBODY = 65_534

const UNSHARE = ['unshare', '--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])]

/** A namespace of its own, in which mounting a small file system harms nobody. */
const canMount =
  spawnSync(UNSHARE[0] ?? '', [...UNSHARE.slice(1), 'mount', '-t', 'tmpfs', 'none', '/mnt'])
    .status === 0
const isRoot = process.getuid?.() === 0

/** In CI every part runs: what the machine can't do is a failure there. */
const isSkipped = (isPossible: boolean): boolean => !isPossible && process.env['CI'] !== 'true'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-disk-'))
})

afterEach(() => {
  rmSync(directory, { recursive: true })
})

/** Runs in a fresh file system of a size; the place is gone with the process. */
function inSmallDisk(options: string, script: string): readonly string[] {
  const mount = `mount -t tmpfs -o ${options} none "${directory}" && cd "${directory}"`
  return [...UNSHARE, 'sh', '-c', `${mount} && ${script} exec "$@"`, 'sh']
}

describe('a first start where nothing can be written', () => {
  it('says so in a directory that belongs to somebody else', async () => {
    const place = join(directory, 'place')
    mkdirSync(place)
    chmodSync(place, 0o555)
    chmodSync(directory, 0o755)
    await using dev = startCredence(['dev', '--port', '0'], {
      cwd: place,
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    })
    const { exitCode, errors } = await dev.ended
    expect(errors).toBe(
      'error: The directory .credence cannot be made: this user is not permitted to.\n',
    )
    expect(exitCode).toBe(4)
    expect(readdirSync(place)).toEqual([])
  })

  it.skipIf(isSkipped(canMount))('says so on a read-only file system (needs: mount)', async () => {
    await using dev = startCredence(['dev', '--port', '0'], { wrapper: inSmallDisk('ro', '') })
    const { exitCode, errors } = await dev.ended
    expect(errors).toBe(
      'error: The directory .credence cannot be made: its file system is read-only.\n',
    )
    expect(exitCode).toBe(4)
  })

  // Full at every step of the start: some pages more are left each time.
  it.skipIf(isSkipped(canMount)).each([4, 8, 12, 16, 40, 120, 240])(
    'says so on a disk with %d KiB left (needs: mount)',
    async sizeKib => {
      await using dev = startCredence(['dev', '--port', '0', '--json'], {
        wrapper: inSmallDisk(`size=${sizeKib}k`, ''),
      })
      const { exitCode, errors } = await dev.ended
      // SQLite's shared memory meets the end of the disk as a failed input or output.
      expect(errors).toMatch(/the disk is full|ENOSPC|input\/output error/)
      expect(errors).toMatch(/^{"error":{"reason":"data".*}\n$/)
      expect(exitCode).toBe(4)
    },
  )
})

describe('a server whose disk fills up', () => {
  it.skipIf(isSkipped(canMount))(
    'grants nothing that it cannot put on record, and goes on when there is space again (needs: mount)',
    async () => {
      using installation = await createInstallation()
      // The audit alone is on the small disk, and a ballast of which the server can be relieved.
      const audit = join(directory, 'audit.jsonl')
      const ballast = join(directory, 'ballast')
      await using server = startCredence(
        ['serve', '--config', installation.configFile, '--set', `audit.file=${audit}`],
        { wrapper: inSmallDisk('size=64k', `head -c 48k /dev/zero > ${ballast};`) },
      )
      await server.firstLine
      using clients = createSdkClients(installation)
      let granted = 0
      const refusal = await (async () => {
        for (;;) {
          try {
            await clients.issue()
            granted += 1
          } catch (error) {
            return error
          }
        }
      })()
      expect(granted).toBeGreaterThan(0)
      expect(refusal).toMatchObject({
        name: 'ServiceUnavailable',
        $metadata: { httpStatusCode: 503 },
      })
      // The server's view of the disk is reachable through its process.
      rmSync(`/proc/${server.child.pid}/root${ballast}`)
      await clients.issue()
      expect((await server.stop('SIGTERM')).exitCode).toBe(0)
    },
  )
})

describe('a server that strangers call as fast as it can refuse them', () => {
  it.skipIf(isSkipped(canMount))(
    'keeps room for its callers, and needs nobody when a full disk has room again (needs: mount)',
    async () => {
      using installation = await createInstallation()
      const audit = join(directory, 'audit.jsonl')
      const settings = {
        'audit.file': audit,
        'audit.reserveMegabytes': '2',
        // Far more than they can make: only the room on the disk bounds them.
        'audit.unprovenCallsPerSecond': '10000',
      }
      await using server = startCredence(
        [
          ...['serve', '--config', installation.configFile],
          ...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
        ],
        { wrapper: inSmallDisk('size=3m', '') },
      )
      await server.firstLine
      using clients = createSdkClients(installation)
      // The server's view of the disk is reachable through its process.
      const root = `/proc/${server.child.pid}/root`
      const sizeOf = () => statSync(root + audit).size
      const readEvents = () =>
        readFileSync(root + audit, 'utf8')
          .trimEnd()
          .split('\n')
      const readReadiness = async () => {
        const answer = await fetch(`${installation.endpoint}/readyz`)
        return { status: answer.status, ...((await answer.json()) as object) }
      }

      await vi.waitUntil(
        async () => {
          const before = sizeOf()
          await flood(installation.endpoint)
          return sizeOf() === before
        },
        { timeout: 40_000, interval: 10 },
      )
      expect(sizeOf()).toBeLessThan(2 * 1_048_576)
      const granted = [await clients.issue(), await clients.issue()]

      const ballast = openSync(`${root}${directory}/ballast`, 'w')
      expect(() => {
        for (;;) writeSync(ballast, Buffer.alloc(4096))
      }).toThrow('ENOSPC')
      await expect(
        (async () => {
          for (;;) granted.push(await clients.issue())
        })(),
      ).rejects.toMatchObject({ name: 'ServiceUnavailable' })
      for (let index = 0; index < 30; index += 1) {
        await expect(clients.issue()).rejects.toMatchObject({ name: 'ServiceUnavailable' })
      }
      expect(await readReadiness()).toMatchObject({
        status: 503,
        checks: { store: 'ok', audit: 'the disk is full' },
      })

      ftruncateSync(ballast)
      closeSync(ballast)
      await vi.waitFor(async () => expect(await readReadiness()).toMatchObject({ status: 200 }), {
        timeout: 20_000,
        interval: 50,
      })
      granted.push(await clients.issue())
      const ids = readEvents().flatMap(line => parse(line)?.requestID ?? [])
      expect(ids).toEqual(expect.arrayContaining(granted.map(({ requestId }) => requestId)))
      const gaps = readEvents().filter(line => parse(line)?.eventName === 'EventsNotRecorded')
      expect(JSON.parse(gaps[0] ?? '')).toMatchObject({
        serviceEventDetails: { reason: 'the disk is full' },
      })
      const { errors } = await server.stop('SIGTERM')
      expect(errors).toContain('the audit disk is nearly full: unproven calls are only counted')
      expect(errors.match(/a call is not on record/g)).toHaveLength(10)
    },
  )
})

/** Some calls of nobody, together. */
async function flood(endpoint: string): Promise<void> {
  const body = new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' })
  const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=x', 'user-agent': 'u'.repeat(256) }
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const answer = await fetch(endpoint, { method: 'POST', headers, body })
      await answer.text()
    }),
  )
}

/** Null for a line that a full disk has left unfinished. */
function parse(line: string): { readonly requestID?: string; readonly eventName: string } | null {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

it('does not start with an audit file that it may not write', async () => {
  using installation = await createInstallation()
  const audit = join(directory, 'audit')
  mkdirSync(audit)
  if (isRoot) chownSync(audit, NOBODY, NOBODY)
  const refused = startCredence([
    ...['serve', '--config', installation.configFile],
    ...['--set', `audit.file=${audit}`],
  ])
  const { exitCode, errors } = await refused.ended
  expect(errors).toBe(`error: The audit file ${audit} cannot be used: it is a directory.\n`)
  expect(exitCode).toBe(4)
})
