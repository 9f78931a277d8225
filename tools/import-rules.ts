/**
 * Who may import whom in the server: room → what its files may import besides their own room. An
 * entry names a room or one file of a room. `node:` modules are listed too. A room that is not in
 * this table may not exist.
 */
export const IMPORT_RULES: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  runtime: [],
  shapes: ['errors'],
  principals: ['errors'],
  policy: ['errors', 'principals'],
  'wire/message': [],
  'wire/query': ['errors', 'principals', 'shapes', 'wire/message'],
  'wire/sigv4': [
    'errors',
    'principals',
    'secrets/secret',
    'wire/message',
    'node:crypto',
    'lru-cache',
  ],
  secrets: ['errors', 'runtime', 'store/ports', 'node:*'],
  issuer: ['errors', 'principals', 'runtime', 'secrets', 'store/ports', 'node:crypto', 'lru-cache'],
  sessions: ['errors', 'principals', 'runtime', 'secrets'],
  store: [
    'errors',
    'principals',
    'issuer/signer/signer',
    'runtime',
    'node:*',
    'kysely',
    'lru-cache',
  ],
  directory: [
    'errors',
    'policy',
    'principals',
    'runtime',
    'secrets',
    'store/ports',
    'store/read-cache',
  ],
  telemetry: ['errors', 'config/config', 'runtime', 'secrets/secret', 'node:*', 'pino'],
  audit: ['errors', 'principals', 'telemetry', 'node:*'],
  operations: [
    'audit/event',
    'directory',
    'errors',
    'issuer',
    'policy',
    'principals',
    'runtime',
    'secrets/secret',
    'sessions',
    'shapes',
    'store/ports',
  ],
  pipeline: [
    'audit',
    'directory',
    'errors',
    'operations',
    'policy',
    'principals',
    'runtime',
    'secrets/secret',
    'sessions',
    'shapes',
    'telemetry',
    'wire',
  ],
  http: ['errors', 'issuer/issuer', 'runtime', 'telemetry', 'wire/message', 'node:*', 'fastify'],
  config: ['errors', 'principals', 'node:*', 'yaml', 'zod'],
  composition: ['*'],
  cli: ['*'],
  main: ['cli'],
}

/** Rooms that nothing but the listed rooms may import, also where a rule says `*`. */
export const PRIVATE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  main: [],
  cli: ['main', 'cli'],
  composition: ['cli'],
}
