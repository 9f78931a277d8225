import type { Config } from '../config/config.ts'
import { isSocket, parsePostgresUrl } from '../config/postgres-url.ts'
import { MEMORY_PATH } from '../store/sqlite/database-file.ts'

/** The file that holds the store, which one server uses. Null when it is in memory, or in a database. */
export function findStoreFile({ store }: Config): string | null {
  return store.url !== null || store.path === MEMORY_PATH ? null : store.path
}

/** Whether the store is gone when the process ends. */
export function isStoreInMemory({ store }: Config): boolean {
  return store.url === null && store.path === MEMORY_PATH
}

/** Where the store is, for people: a path, or a database without its user. */
export function formatStorePlace({ store }: Config): string {
  if (store.url === null) return store.path
  const { host, port, database } = parsePostgresUrl(store.url)
  return isSocket(host)
    ? `database ${database} by the socket in ${host}`
    : `database ${database} at ${host}:${port}`
}
