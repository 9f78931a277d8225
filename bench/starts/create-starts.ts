import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInstallation } from '../../packages/server/test/system/installation.ts'
import { buildPackage } from '../../tools/build.ts'
import type { Options } from '../options.ts'
import type { PreparedPart, Start } from '../report/results.ts'
import { measureDevStart, measureStart } from './measure-starts.ts'

const SOURCES = join(import.meta.dirname, '..', '..', 'packages', 'server', 'src')

const KINDS = {
  warm: '`credence serve` to its first token',
  cold: 'the same, with nothing compiled yet',
  dev: '`credence dev` in an empty directory, to its own verified token',
}

/** Starts of the published package and of the sources, in turns. */
export async function createStarts(
  { starts }: Options,
  tell: (line: string) => void,
): Promise<PreparedPart> {
  tell('building the package')
  const launchers = {
    'the published package': join(await buildPackage('server'), 'launch.js'),
    'the sources': join(SOURCES, 'launch.js'),
  }
  tell('measuring starts')
  const scratch = mkdtempSync(join(tmpdir(), 'credence-bench-'))
  // As it is by default: a library of the system, where there is one, is loaded at the start.
  const signer = { multiBuffer: 'auto', nettle: 'auto' }
  using installation = await createInstallation({ settings: { signer } })
  try {
    const measured = Object.fromEntries(
      Object.values(KINDS).flatMap(kind =>
        Object.keys(launchers).map((build): [string, Start[]] => [`${kind}: ${build}`, []]),
      ),
    )
    for (let round = 0; round < starts; round += 1) {
      for (const [name, launcher] of Object.entries(launchers)) {
        const cacheDirectory = join(scratch, name, String(round))
        mkdirSync(cacheDirectory, { recursive: true })
        const build = { launcher, cacheDirectory }
        measured[`${KINDS.cold}: ${name}`]?.push(await measureStart(build, installation))
        measured[`${KINDS.warm}: ${name}`]?.push(await measureStart(build, installation))
        measured[`${KINDS.dev}: ${name}`]?.push(await measureDevStart(build))
      }
    }
    return {
      part: 'starts',
      contestants: [],
      servers: [],
      absences: [],
      extras: { starts: Object.entries(measured).map(([name, each]) => ({ name, starts: each })) },
    }
  } finally {
    rmSync(scratch, { recursive: true })
  }
}
