import { CONFIG_KEYS_BY_PATH } from '../../packages/server/src/config/config-keys.ts'

/** The key of the configuration that says how many processes answer. */
const KEY = [...CONFIG_KEYS_BY_PATH.keys()].find(path => /\.(workers|processes)$/.test(path))

/** Settings with which a server answers from so many processes; null where it can't. */
export function createWorkerSettings(
  workers: number,
): Readonly<Record<string, Readonly<Record<string, number>>>> | null {
  if (KEY === undefined) return null
  const [section = '', name = ''] = KEY.split('.')
  return { [section]: { [name]: workers } }
}
