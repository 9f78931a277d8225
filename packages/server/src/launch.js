#!/usr/bin/env node
// Starts Credence on a Node.js that can run it. This file must itself run on any Node.js, so that an
// old one gets a sentence and not a syntax error: plain JavaScript, and nothing imported at the top
// that is newer than ES modules.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MINIMUM_MAJOR = 24
/** Beside this file: TypeScript in the repository, JavaScript in the published package. */
const MAIN = ['main.ts', 'main.js']
  .map(name => new URL(name, import.meta.url))
  .find(url => existsSync(url))

function findPinnedNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json')
    const program = join(dirname(manifest), 'bin', 'node')
    return existsSync(program) ? program : null
  } catch {
    return null
  }
}

function runWith(program) {
  const child = spawn(program, [fileURLToPath(MAIN), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // Ctrl-C at a terminal reaches both processes, and twice means "at once".
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code
    } else {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    }
  })
}

if (Number(process.versions.node.split('.')[0]) >= MINIMUM_MAJOR) {
  import(MAIN)
} else {
  const pinned = findPinnedNode()
  if (pinned === null) {
    process.stderr.write(
      `error: Credence needs Node.js ${MINIMUM_MAJOR} or newer, and this is ${process.versions.node}. Install a newer one, and run this again with it.\n`,
    )
    process.exitCode = 1
  } else {
    runWith(pinned)
  }
}
