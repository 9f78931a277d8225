import { findKeyPlaces, formatKeySource } from '../composition/master-key/master-key.ts'
import type { OpenData } from '../composition.ts'
import type { KeyChange } from '../secrets/key-change.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext } from './command-context.ts'
import { formatInstant } from './key-slots.ts'
import { formatTable } from './report.ts'

/** `credence master-key status` */
export async function runMasterKeyStatus(context: CommandContext): Promise<void> {
  await context.withData(async (data, config) => {
    const { main, nextFile, previousFile } = findKeyPlaces(config)
    const { change } = data.settledKeyring
    const bound = findBound(data)
    const counts = new Map(
      (await data.store.countSealed()).map(({ masterKeyId, ...rest }) => [masterKeyId, rest]),
    )
    const nowMs = context.terminal.clock.nowMs()
    const places = [
      { key: data.loadedKeys.main, place: formatKeySource(main) },
      { key: data.loadedKeys.next, place: nextFile },
      { key: data.loadedKeys.previous, place: previousFile },
    ]
    const ids = new Set([
      ...places.flatMap(({ key }) => key?.id ?? []),
      ...counts.keys(),
      ...(change === null ? [] : [change.from, change.to]),
    ])
    const keys = [...ids].map(id => ({
      id,
      place: places.find(({ key }) => key?.id === id)?.place ?? null,
      use: findUse(id, bound, change, nowMs),
      accessKeys: 0,
      privateKeys: 0,
      bindings: 0,
      ...counts.get(id),
    }))
    await data.store.eraseRemains()
    const rows = keys.map(each => [
      each.id,
      each.use,
      String(each.accessKeys),
      String(each.privateKeys),
      String(each.bindings),
      each.place ?? '-',
    ])
    const header = ['MASTER KEY', 'USE', 'ACCESS KEYS', 'PRIVATE KEYS', 'BINDINGS', 'PLACE']
    context.report({
      json: { boundTo: bound.id, change: change && toChangeOutput(change), keys },
      text: [
        formatTable(header, rows, ''),
        ...(change === null ? [] : [formatChange(change, nowMs)]),
      ].join('\n'),
    })
  })
}

/** The master key that the store is bound to. */
export function findBound({ masterKeys, settledKeyring, loadedKeys }: OpenData): MasterKey {
  const { change } = settledKeyring
  if (change?.phase !== 'sealing') return masterKeys.current
  const { main, next } = loadedKeys
  const former = [main, next].find(key => key?.id === change.from)
  if (former == null) throw new CliError('data', `Master key ${change.from} is not to be found.`)
  return former
}

/** What a master key is good for now, in a word or two. */
function findUse(id: string, bound: MasterKey, change: KeyChange | null, nowMs: number): string {
  if (change !== null && change.phase !== 'sealed') {
    if (id === change.to) return 'follows'
    return id === change.from ? 'is followed' : 'none'
  }
  if (id === bound.id) return 'current'
  const isFormer = change?.from === id && (change.sessionsUntilMs ?? 0) > nowMs
  return isFormer ? 'sessions' : 'none'
}

function toChangeOutput({ from, to, phase, begunAtMs, sealedAtMs, sessionsUntilMs }: KeyChange) {
  return {
    from,
    to,
    phase,
    begunAt: formatInstant(begunAtMs),
    sealedAt: formatInstant(sealedAtMs),
    sessionsUntil: formatInstant(sessionsUntilMs),
  }
}

function formatChange(change: KeyChange, nowMs: number): string {
  const { from, to, phase, begunAtMs, sealedAtMs, sessionsUntilMs } = change
  if (phase !== 'sealed') {
    return `Master key ${to} follows ${from} since ${formatInstant(begunAtMs)}, and is not done: run \`credence master-key rotate\`.`
  }
  const sessions =
    (sessionsUntilMs ?? 0) > nowMs
      ? `It opens sessions until ${formatInstant(sessionsUntilMs)}`
      : 'It opens nothing any more'
  return `Master key ${to} has followed ${from} at ${formatInstant(sealedAtMs)}. ${sessions}; backups from before need it.`
}
