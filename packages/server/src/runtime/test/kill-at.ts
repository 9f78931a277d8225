import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { DatabaseSync } from 'node:sqlite'

/*
 * Loaded before a program (`--import`), it kills the process just before the step on files with the
 * number in TEST_KILL_AT, counted from 1. A step that writes is cut off in its middle.
 */
const killAt = Number(process.env['TEST_KILL_AT'])
let steps = 0

const CHANGING = ['mkdirSync', 'linkSync', 'renameSync', 'unlinkSync', 'fsyncSync'] as const

function isLast(): boolean {
  steps += 1
  return steps === killAt
}

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

function dieBefore<Owner extends object>(owner: Owner, name: keyof Owner): void {
  const original = owner[name]
  if (typeof original !== 'function') throw new TypeError(`${String(name)} is no function`)
  Object.defineProperty(owner, name, {
    value: function (this: unknown, ...args: unknown[]) {
      if (isLast()) die()
      return Reflect.apply(original, this, args)
    },
  })
}

for (const name of CHANGING) dieBefore(fs, name)
for (const name of ['exec', 'close'] as const) dieBefore(DatabaseSync.prototype, name)

const { writeFileSync } = fs
fs.writeFileSync = (path, data, options) => {
  if (isLast()) {
    const bytes = typeof data === 'string' ? Buffer.from(data) : new Uint8Array(data.buffer)
    writeFileSync(path, bytes.subarray(0, bytes.length / 2), options)
    die()
  }
  writeFileSync(path, data, options)
}
syncBuiltinESMExports()
