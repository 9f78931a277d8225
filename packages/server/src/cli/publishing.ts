import type { OpenData } from '../composition.ts'
import { openPublishing } from '../composition.ts'
import type { Config } from '../config/config.ts'
import type { Account } from '../principals/entities.ts'
import type { AccountId } from '../principals/identifiers.ts'
import { inspectTarget, type PublicFinding } from '../publishing/inspect-target.ts'
import { publishIssuer } from '../publishing/publish-issuer.ts'
import type { PublishTarget } from '../publishing/publish-target.ts'
import { TargetError } from '../publishing/targets/target.ts'
import type { Terminal } from './terminal.ts'

/** What became of one issuer at one target. */
export interface Published {
  readonly target: string
  readonly account: AccountId
  /** How many documents were written. */
  readonly writes: number
  /** Why verifiers do not see there what the store has; null when they do. */
  readonly problem: string | null
}

/** The targets, for as long as an action lasts. */
export async function withTargets<Result>(
  { data, config, terminal }: CommandData,
  action: (opened: ReturnType<typeof openPublishing>) => Promise<Result>,
): Promise<Result> {
  const stopping = new AbortController()
  try {
    return await action(openPublishing(config, data, terminal, stopping.signal))
  } finally {
    stopping.abort()
  }
}

/** What a command has opened. */
export interface CommandData {
  readonly data: OpenData
  readonly config: Config
  readonly terminal: Terminal
}

/**
 * Publishes accounts at targets, once each, beside a running server or without one. A target that fails
 * for one account is not asked for the others.
 */
export function publishAccounts(
  opened: CommandData,
  accountIds: readonly AccountId[],
  isChosen: (target: PublishTarget) => boolean = () => true,
): Promise<readonly Published[]> {
  return withTargets(opened, async ({ targets, deps }) => {
    const published: Published[] = []
    for (const each of targets.filter(isChosen)) {
      const { name: target } = each.target
      let failure: string | null = null
      for (const account of accountIds) {
        if (failure !== null) {
          published.push({ target, account, writes: 0, problem: failure })
          continue
        }
        try {
          const result = await publishIssuer(deps, each, account)
          if (result === null) continue
          const { publication, writes } = result
          published.push({ target, account, writes, problem: publication.failure })
        } catch (error) {
          if (!(error instanceof TargetError)) throw error
          failure = error.message
          published.push({ target, account, writes: 0, problem: failure })
        }
      }
    }
    return published
  })
}

/** Looks at the public URLs of targets, as verifiers do. */
export function inspectTargets(
  opened: CommandData,
  accounts: Iterable<Account>,
  isChosen: (target: PublishTarget) => boolean = () => true,
): Promise<readonly PublicFinding[]> {
  return withTargets(opened, async ({ targets, deps }) => {
    const findings: PublicFinding[] = []
    for (const each of targets.filter(isChosen)) {
      for (const { id } of accounts) findings.push(...(await inspectTarget(each, id, deps)))
    }
    return findings
  })
}
