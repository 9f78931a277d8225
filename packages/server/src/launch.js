#!/usr/bin/env node
// Starts Credence on a Node.js that can run it. This file must itself run on any Node.js, so that an
// old one gets a sentence and not a syntax error: plain JavaScript, and nothing imported at the top
// that is newer than ES modules.
import { spawn } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MINIMUM_MAJOR = 24
/** Beside this file: TypeScript in the repository, JavaScript in the published package. */
const MAIN = ['main.ts', 'main.js']
  .map(name => new URL(name, import.meta.url))
  .find(url => existsSync(url))

function findPinnedNode() {
  try {
    const manifest = nodeModule.createRequire(import.meta.url).resolve('node/package.json')
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

/**
 * Lets Node.js keep what it has compiled for the next start, which saves a third of it; here, because
 * only modules that are imported afterwards are kept. In `$XDG_CACHE_HOME/credence` or
 * `~/.cache/credence`, and only if no other user can write there: what is read back is run. (Node's
 * own choice, a name in `/tmp` that anybody can guess and take first, is no place for that.) Without
 * such a directory everything is compiled anew.
 */
function enablePrivateCompileCache() {
  const directory = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'credence')
  if (isPrivateDirectory(directory)) nodeModule.enableCompileCache?.(directory)
}

function isPrivateDirectory(path) {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const found = lstatSync(path)
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
  } catch {
    return false
  }
}

if (Number(process.versions.node.split('.')[0]) >= MINIMUM_MAJOR) {
  enablePrivateCompileCache()
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
