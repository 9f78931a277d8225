import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  constants,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AuditFileChange } from './audit-file.ts'
import { createAuditEvent } from './create-audit-event.ts'
import type { AuditEvent } from './event.ts'
import { type FileSink, openFileSink } from './file-sink.ts'

let folder: string
let path: string
let sink: FileSink | null
let changes: AuditFileChange[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-'))
  path = join(folder, 'audit.jsonl')
  sink = null
  changes = []
})

afterEach(async () => {
  vi.restoreAllMocks()
  await sink?.close()
  rmSync(folder, { recursive: true })
})

async function openSink(durability: 'fsync' | 'write' = 'fsync'): Promise<FileSink> {
  sink = await openFileSink({ path, durability, onChange: change => changes.push(change) })
  return sink
}

function eventOf(eventId: string): AuditEvent {
  return createAuditEvent({
    eventId,
    requestId: 'r',
    nowMs: 0,
    eventSource: 'sts.amazonaws.com',
    action: 'GetCallerIdentity',
    readOnly: true,
    region: 'eu-central-1',
    sourceIp: '192.0.2.7',
    userAgent: 'zwei\nZeilen – ü',
    caller: null,
    claimedAccessKeyId: null,
    requestParameters: null,
    responseElements: null,
    additionalEventData: null,
    error: null,
  })
}

/** The ids of the events in the file; what is no JSON stands as itself. */
function idsIn(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8')
  expect(text === '' || text.endsWith('\n')).toBe(true)
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => {
      try {
        return JSON.parse(line).eventID
      } catch {
        return line
      }
    })
}

/** Watches the system calls of every file handle. */
async function watchCalls() {
  const handle = await open(folder)
  const prototype = Object.getPrototypeOf(handle)
  await handle.close()
  const realWrite = prototype.write
  return { realWrite, write: vi.spyOn(prototype, 'write') }
}

/** Has something done to the file right after the next write to it. */
async function afterWrite(act: () => void): Promise<void> {
  const { write, realWrite } = await watchCalls()
  write.mockImplementationOnce(async function (this: unknown, ...args: unknown[]) {
    const result = await realWrite.call(this, ...args)
    act()
    return result
  })
}

/** Whether every write to the handle is on the disk when it returns (proc_pid_fdinfo(5), open(2)). */
function isSyncing({ fd }: { readonly fd: number }): boolean {
  const [, flags = ''] =
    /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? []
  return (Number.parseInt(flags, 8) & constants.O_DSYNC) !== 0
}

describe('writing', () => {
  it('appends one JSON line for each event, in order', async () => {
    const sink = await openSink()
    await sink.write(eventOf('1'))
    await sink.write(eventOf('2'))
    expect(idsIn(path)).toEqual(['1', '2'])
    expect(JSON.parse(readFileSync(path, 'utf8').split('\n')[0] ?? '')).toEqual(eventOf('1'))
  })

  it('makes a file that only its owner may read, and keeps the mode of an existing one', async () => {
    await openSink()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await sink?.close()
    writeFileSync(join(folder, 'shared'), '', { mode: 0o640 })
    path = join(folder, 'shared')
    await openSink()
    expect(statSync(path).mode & 0o777).toBe(0o640)
  })

  it.each([
    ['fsync', true],
    ['write', false],
  ] as const)('writes what comes together at once (%s)', async (durability, isSynced) => {
    const sink = await openSink(durability)
    const { write, realWrite } = await watchCalls()
    const synced: boolean[] = []
    write.mockImplementation(function (this: { fd: number }, bytes: unknown, ...rest: unknown[]) {
      synced.push(isSyncing(this))
      return realWrite.call(this, bytes, ...rest)
    })
    const ids = Array.from({ length: 200 }, (_, index) => `${index}`)
    await Promise.all(ids.map(id => sink.write(eventOf(id))))
    expect(idsIn(path)).toEqual(ids)
    expect(synced).toEqual([isSynced])
  })

  it('lets those who come during a sync share the next one', async () => {
    const sink = await openSink()
    const { write, realWrite } = await watchCalls()
    const later: Promise<void>[] = []
    write.mockImplementationOnce(function (this: unknown, ...args: unknown[]) {
      for (const id of ['2', '3', '4']) later.push(sink.write(eventOf(id)))
      return realWrite.call(this, ...args)
    })
    await sink.write(eventOf('1'))
    await Promise.all(later)
    expect(idsIn(path)).toEqual(['1', '2', '3', '4'])
    expect(write).toHaveBeenCalledTimes(2)
  })

  it('acknowledges nothing before it is synced', async () => {
    const sink = await openSink()
    const { write, realWrite } = await watchCalls()
    const { promise: synced, resolve: finishSync } = Promise.withResolvers<void>()
    write.mockImplementationOnce(async function (this: unknown, ...args: unknown[]) {
      const result = await realWrite.call(this, ...args)
      await synced
      return result
    })
    let isAcknowledged = false
    const written = sink.write(eventOf('1')).then(() => {
      isAcknowledged = true
    })
    await expect.poll(() => idsIn(path)).toEqual(['1'])
    expect(isAcknowledged).toBe(false)
    finishSync()
    await written
  })

  it('goes on after a write that took only a part', async () => {
    const sink = await openSink()
    const { write, realWrite } = await watchCalls()
    write.mockImplementationOnce(function (this: unknown, bytes: unknown) {
      return realWrite.call(this, bytes, 0, 10)
    })
    await sink.write(eventOf('1'))
    expect(write).toHaveBeenCalledTimes(2)
    expect(idsIn(path)).toEqual(['1'])
  })

  it('writes what waits when it is closed, and takes nothing more', async () => {
    const sink = await openSink()
    const written = sink.write(eventOf('1'))
    await Promise.all([sink.close(), sink.close()])
    await written
    expect(idsIn(path)).toEqual(['1'])
    await expect(sink.write(eventOf('2'))).rejects.toThrow('the audit file is closed')
    await expect(sink.reopen()).rejects.toThrow('the audit file is closed')
  })
})

describe('failures', () => {
  it('a path that cannot be opened rejects', async () => {
    path = join(folder, 'missing', 'audit.jsonl')
    await expect(openSink()).rejects.toThrow('ENOENT')
    path = folder
    await expect(openSink()).rejects.toThrow('EISDIR')
  })

  it('a full disk rejects everything that was written together, and the next event tries again', async () => {
    symlinkSync('/dev/full', path)
    const sink = await openSink()
    const results = await Promise.allSettled(['1', '2'].map(id => sink.write(eventOf(id))))
    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'ENOSPC' } },
      { status: 'rejected', reason: { code: 'ENOSPC' } },
    ])
    await expect(sink.write(eventOf('3'))).rejects.toThrow('ENOSPC')
    unlinkSync(path)
    await sink.write(eventOf('4'))
    expect(idsIn(path)).toEqual(['4'])
  })

  it('a failed sync rejects, and the next event tries again', async () => {
    const sink = await openSink()
    const { write } = await watchCalls()
    write.mockRejectedValueOnce(new Error('EIO'))
    await expect(sink.write(eventOf('1'))).rejects.toThrow('EIO')
    await sink.write(eventOf('2'))
    expect(idsIn(path).at(-1)).toBe('2')
  })

  it('closes a torn last line when it opens', async () => {
    writeFileSync(path, '{"eventID":"1"}\n{"eventID":"tor')
    const sink = await openSink()
    await sink.write(eventOf('2'))
    expect(idsIn(path)).toEqual(['1', '{"eventID":"tor', '2'])
  })

  it('closes a line that a write left unfinished before it writes another', async () => {
    // The limit on the size of files cuts a write in the middle, as a disk does that fills up.
    const limitBytes = 1024
    const script = `
      import { openFileSink } from '${import.meta.dirname}/file-sink.ts'
      const sink = await openFileSink({ path: '${path}', durability: 'fsync', onChange() {} })
      const event = eventID => ({ eventID, userAgent: 'x'.repeat(300) })
      const results = await Promise.allSettled(['1', '2', '3', '4'].map(id => sink.write(event(id))))
      const again = await sink.write(event('5')).catch(error => error.code)
      console.log(JSON.stringify([...results.map(({ status }) => status), again]))
    `
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', 'ulimit -f 1; exec "$0" --input-type=module -e "$1"', process.execPath, script],
      { encoding: 'utf8' },
    )
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual([...Array(4).fill('rejected'), 'EFBIG'])
    expect(statSync(path).size).toBe(limitBytes)
    const sink = await openSink()
    await sink.write(eventOf('6'))
    const ids = idsIn(path)
    expect([ids[0], ids[1], ids[2], ids[4]]).toEqual(['1', '2', '3', '6'])
    expect(ids[3]).toMatch(/^\{"eventID":"4"/)
  })

  it('acknowledges nothing that a kill could lose', async () => {
    const script = `
      import { openFileSink } from '${import.meta.dirname}/file-sink.ts'
      const sink = await openFileSink({ path: '${path}', durability: 'fsync', onChange() {} })
      for (let id = 1; ; id += 1) {
        await sink.write({ eventID: String(id) })
        process.stdout.write(id + '\\n')
      }
    `
    const child = spawn(process.execPath, ['--input-type=module', '-e', script])
    const acknowledged: string[] = []
    for await (const line of createInterface(child.stdout)) {
      acknowledged.push(line)
      if (acknowledged.length === 25) child.kill('SIGKILL')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    await openSink()
    expect(acknowledged.length).toBeGreaterThanOrEqual(25)
    expect(idsIn(path).slice(0, acknowledged.length)).toEqual(acknowledged)
  })
})

describe('a file that is renamed', () => {
  it('is left for a new one, with nothing lost and nothing twice', async () => {
    const sink = await openSink()
    await sink.write(eventOf('1'))
    renameSync(path, `${path}.1`)
    await sink.write(eventOf('2'))
    const written = sink.write(eventOf('3'))
    await sink.reopen()
    await sink.write(eventOf('4'))
    await written
    expect(idsIn(`${path}.1`)).toEqual(['1'])
    expect(idsIn(path)).toEqual(['2', '3', '4'])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(changes).toEqual(['moved'])
  })

  it('keeps what was written to it at that moment', async () => {
    const sink = await openSink()
    await afterWrite(() => renameSync(path, `${path}.1`))
    await sink.write(eventOf('1'))
    await sink.write(eventOf('2'))
    expect(idsIn(`${path}.1`)).toEqual(['1'])
    expect(idsIn(path)).toEqual(['2'])
  })

  it('is not written to where there can be no new one', async () => {
    const sink = await openSink()
    const old = `${folder}-old`
    renameSync(folder, old)
    await expect(sink.reopen()).rejects.toThrow('ENOENT')
    await expect(sink.check()).rejects.toThrow('ENOENT')
    await expect(sink.write(eventOf('1'))).rejects.toThrow('ENOENT')
    renameSync(old, folder)
    await sink.write(eventOf('2'))
    expect(idsIn(path)).toEqual(['2'])
  })
})

describe('a file that is deleted', () => {
  const REMOVALS: readonly (readonly [string, () => void])[] = [
    ['deleted', () => unlinkSync(path)],
    [
      'replaced by another',
      () => {
        writeFileSync(`${path}.new`, '')
        renameSync(`${path}.new`, path)
      },
    ],
  ]

  it.each(REMOVALS)('%s between two events', async (_what, remove) => {
    const sink = await openSink()
    await sink.write(eventOf('1'))
    remove()
    await sink.write(eventOf('2'))
    expect(idsIn(path)).toEqual(['2'])
    expect(changes).toEqual(['deleted'])
  })

  it.each(REMOVALS)('%s while an event is written: it is written again', async (_what, remove) => {
    const sink = await openSink()
    await afterWrite(remove)
    await sink.write(eventOf('1'))
    expect(idsIn(path)).toEqual(['1'])
    expect(changes).toEqual(['deleted'])
  })

  it.each(REMOVALS)('%s while nothing is written', async (_what, remove) => {
    const sink = await openSink()
    await sink.check()
    expect(changes).toEqual([])
    remove()
    await sink.check()
    await sink.check()
    expect(changes).toEqual(['deleted'])
    expect(idsIn(path)).toEqual([])
  })

  it('after every write refuses the event', async () => {
    const sink = await openSink()
    const { write, realWrite } = await watchCalls()
    write.mockImplementation(async function (this: unknown, ...args: unknown[]) {
      const result = await realWrite.call(this, ...args)
      unlinkSync(path)
      return result
    })
    await expect(sink.write(eventOf('1'))).rejects.toThrow('deleted again and again')
  })
})

describe('a file in whose place there is something else', () => {
  it('such as a link to a device: nothing is granted until there is a file again', async () => {
    const sink = await openSink()
    await sink.write(eventOf('1'))
    unlinkSync(path)
    symlinkSync('/dev/null', path)
    for (const attempt of [sink.write(eventOf('2')), sink.check(), sink.reopen()]) {
      await expect(attempt).rejects.toThrow('is no regular file any more')
    }
    unlinkSync(path)
    await sink.write(eventOf('3'))
    expect(idsIn(path)).toEqual(['3'])
  })
})

describe('a file that is truncated', () => {
  it.each([0, 5])('to %i bytes between two events', async length => {
    const sink = await openSink()
    await sink.write(eventOf('1'))
    truncateSync(path, length)
    await sink.write(eventOf('2'))
    expect(idsIn(path).at(-1)).toBe('2')
    expect(changes).toEqual(['truncated'])
  })

  it.each([0, 5])('to %i bytes while an event is written: it is written again', async length => {
    const sink = await openSink()
    await afterWrite(() => truncateSync(path, length))
    await sink.write(eventOf('1'))
    expect(idsIn(path).at(-1)).toBe('1')
    expect(changes).toEqual(['truncated'])
  })

  it('while nothing is written', async () => {
    const sink = await openSink()
    await sink.write(eventOf('1'))
    truncateSync(path, 5)
    await sink.check()
    await sink.check()
    expect(changes).toEqual(['truncated'])
    await sink.write(eventOf('2'))
    expect(idsIn(path)).toEqual(['{"eve', '2'])
  })

  it('is not one that another process appends to', async () => {
    const sink = await openSink()
    await sink.write(eventOf('1'))
    appendFileSync(path, '{"eventID":"other"}\n')
    await sink.check()
    await sink.write(eventOf('2'))
    expect(idsIn(path)).toEqual(['1', 'other', '2'])
    expect(changes).toEqual([])
  })
})
