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
import { CreateUserCommand } from '@aws-sdk/client-iam'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { findFreePort } from '../../src/http/free-port.ts'
import { type CredenceProcess, startCredence } from './credence-process.ts'
import { createInstallation, type Installation } from './installation.ts'
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

const PATIENCE = { timeout: 40_000, interval: 200 }

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
        'audit.reserveMegabytes': '8',
        // Far more than they can make: only the room on the disk bounds them.
        'audit.unprovenCallsPerSecond': '10000',
      }
      await using server = startCredence(
        [
          ...['serve', '--config', installation.configFile],
          ...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
        ],
        { wrapper: inSmallDisk('size=10m', '') },
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
      // The server looks at the disk once a second, and a fast one writes a megabyte in that time.
      expect(sizeOf()).toBeLessThan(6 * 1_048_576)
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

/** The store of an installation on a file system of its own, whose size bounds it; the audit is elsewhere. */
function onStoreDisk({ directory: from, configFile }: Installation, options: string, after = '') {
  const storePath = join(directory, 'data', 'credence.db')
  const script = `cp -a "${join(from, 'data')}" "${directory}" && ${after}`
  return {
    args: ['serve', '--config', configFile, '--set', `store.path=${storePath}`],
    wrapper: inSmallDisk(options, script),
    /** A path on that disk, as it is reached from outside. */
    reach: (server: CredenceProcess, ...parts: readonly string[]) =>
      join(`/proc/${server.child.pid}/root${directory}`, ...parts),
  }
}

/** Runs a program in the file systems of a server. */
function runBeside({ child }: CredenceProcess, ...command: readonly string[]): void {
  const { status, stderr } = spawnSync('nsenter', ['-t', String(child.pid), '-m', ...command])
  expect(String(stderr)).toBe('')
  expect(status).toBe(0)
}

/** Takes all the space that is left. */
function fillDisk(path: string): void {
  const descriptor = openSync(path, 'w')
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(1024))
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    closeSync(descriptor)
  }
}

async function readJson(url: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await fetch(url)
  return { status: answer.status, body: await answer.json() }
}

const UNAVAILABLE = {
  name: 'ServiceUnavailable',
  message: 'The request has failed due to a temporary failure of the server.',
  $metadata: { httpStatusCode: 503 },
}

describe('a server whose store is on a full disk', () => {
  it.skipIf(isSkipped(canMount)).each([1, 2])(
    'refuses changes, goes on with tokens, says so, and heals by itself, with workers: %d (needs: mount)',
    async workers => {
      using installation = await createInstallation({ settings: { server: { workers } } })
      const disk = onStoreDisk(installation, 'size=700k')
      const metricsPort = await findFreePort('127.0.0.1')
      await using server = startCredence([...disk.args, '--set', `metrics.port=${metricsPort}`], {
        wrapper: disk.wrapper,
      })
      await server.firstLine
      using clients = createSdkClients(installation)
      await clients.issue()
      const readFailing = async () => {
        const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
        return /^credence_store_failing (\d)$/m.exec(text)?.[1]
      }
      const readReadiness = () => readJson(`${installation.endpoint}/readyz`)
      const changeUser = (UserName: string) => clients.iam.send(new CreateUserCommand({ UserName }))
      await vi.waitFor(async () => expect(await readFailing()).toBe('0'), PATIENCE)

      fillDisk(disk.reach(server, 'ballast'))
      await expect(changeUser('one')).rejects.toMatchObject(UNAVAILABLE)
      await clients.issue()
      await vi.waitFor(async () => {
        expect(await readReadiness()).toMatchObject({
          status: 200,
          body: {
            ready: true,
            degraded: true,
            checks: { store: 'The store failed: the disk is full.' },
          },
        })
        expect(await readFailing()).toBe('1')
      }, PATIENCE)

      rmSync(disk.reach(server, 'ballast'))
      await changeUser('two')
      await vi.waitFor(async () => {
        expect(await readReadiness()).toMatchObject({
          status: 200,
          body: { ready: true, checks: { store: 'ok' } },
        })
        expect(await readFailing()).toBe('0')
      }, PATIENCE)
      const { exitCode, errors } = await server.stop('SIGTERM')
      expect(exitCode).toBe(0)
      expect(errors).toContain('the store cannot be written')
      expect(errors).toContain('the store can be written again')
      expect(errors).not.toMatch(/defect|InternalFailure/)
    },
  )
})

describe('a server on a read-only file system', () => {
  it.skipIf(isSkipped(canMount))('does not start, and says why (needs: mount)', async () => {
    using installation = await createInstallation()
    const disk = onStoreDisk(installation, 'size=4m', `mount -o remount,ro "${directory}" &&`)
    await using server = startCredence(disk.args, { wrapper: disk.wrapper })
    const { exitCode, output, errors } = await server.ended
    expect(errors).toBe(
      `error: The directory ${join(directory, 'data')} of the store cannot be used: its file system is read-only.\n`,
    )
    expect({ exitCode, output }).toEqual({ exitCode: 4, output: '' })
  })

  it.skipIf(isSkipped(canMount))(
    'stops with a sentence when it became read-only meanwhile (needs: mount, nsenter)',
    async () => {
      using installation = await createInstallation()
      const disk = onStoreDisk(installation, 'size=4m')
      await using server = startCredence(disk.args, { wrapper: disk.wrapper })
      await server.firstLine
      using clients = createSdkClients(installation)
      await clients.issue()
      const data = join(directory, 'data')
      runBeside(server, 'mount', '--bind', data, data)
      runBeside(server, 'mount', '-o', 'remount,ro,bind', data)
      await clients.issue()
      const { exitCode, errors } = await server.stop('SIGTERM')
      expect(errors.split('\n').filter(line => line.startsWith('error: '))).toEqual([
        `error: The server has stopped, but ${join(data, 'server.pid')} cannot be removed: its file system is read-only.`,
      ])
      expect(errors).not.toContain('defect')
      expect(exitCode).toBe(4)
    },
  )
})

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
