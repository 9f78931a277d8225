import { findNearestName } from '../runtime/nearest-name.ts'
import type { ConfigProblem } from './config-error.ts'
import { CONFIG_KEYS_BY_PATH } from './config-keys.ts'
import type { Setting, Source } from './setting.ts'

/** A key's path and its value as text: `['listen.port', '4747']`. */
export type FlagPair = readonly [key: string, text: string]

/** Settings from `--set section.key=value`; of several for one key the last stands. */
export function readFlagSource(flags: readonly FlagPair[]): Source {
  const settings: Setting[] = []
  const problems: ConfigProblem[] = []
  for (const [path, text] of flags) {
    const key = CONFIG_KEYS_BY_PATH.get(path)
    if (key === undefined) {
      const nearest = findNearestName(path, [...CONFIG_KEYS_BY_PATH.keys()])
      problems.push({
        where: `--set ${path}`,
        message: `unknown key ${path}; did you mean ${nearest}?`,
      })
    } else {
      settings.push({ key: path, value: key.parseText(text), origin: { kind: 'flag', key: path } })
    }
  }
  return { settings, problems }
}
