import { isDeepStrictEqual } from 'node:util'
import {
  createManagedPolicy,
  deleteManagedPolicyWithAll,
  requireOwnPolicy,
  setPolicyTags,
} from '../changes/managed-policies.ts'
import {
  changeOidcProvider,
  createOidcProvider,
  deleteOidcProvider,
  requireProvider,
} from '../changes/oidc-providers.ts'
import { replacePolicyDocument } from '../changes/policy-versions.ts'
import { formatManagedPolicyArn, formatOidcProviderArn, toArnHome } from '../principals/arn.ts'
import type { ManagedPolicy } from '../principals/entities.ts'
import { type ApplyTurn, type ChangeSteps, requireAccount, toTags } from './apply-turn.ts'
import type { DeclaredManagedPolicy } from './declaration.ts'
import type { ChangeOf } from './plan.ts'

/**
 * Makes a managed policy, or a new version of it that is in force at once; or deletes it with its
 * versions, which fails while somebody uses it.
 */
export function planManagedPolicySteps(
  { accountId, before, after }: ChangeOf<'managed policy'>,
  turn: ApplyTurn,
): ChangeSteps {
  if (after !== null) {
    return { make: () => saveManagedPolicy(turn, accountId, before, after) }
  }
  if (before === null) return {}
  return {
    clear: async () =>
      deleteManagedPolicyWithAll(turn, await findManagedPolicy(turn, accountId, before)),
  }
}

async function saveManagedPolicy(
  turn: ApplyTurn,
  accountId: string,
  before: DeclaredManagedPolicy | null,
  after: DeclaredManagedPolicy,
): Promise<void> {
  const { name, path, description } = after
  const tags = toTags(after.tags)
  const document = JSON.stringify(after.document)
  if (before === null) {
    const account = await requireAccount(turn, accountId)
    await createManagedPolicy(turn, account, { name, path, description, tags, document })
    return
  }
  let policy = await findManagedPolicy(turn, accountId, before)
  if (!isDeepStrictEqual(before.document, after.document)) {
    policy = await replacePolicyDocument(turn, policy, document)
  }
  if (!isDeepStrictEqual(before.tags, after.tags)) await setPolicyTags(turn, policy, tags)
}

async function findManagedPolicy(
  turn: ApplyTurn,
  accountId: string,
  { path, name }: DeclaredManagedPolicy,
): Promise<ManagedPolicy> {
  const account = await requireAccount(turn, accountId)
  return requireOwnPolicy(
    turn.store,
    account,
    formatManagedPolicyArn(toArnHome(account), path, name),
  )
}

/** Makes a provider, or makes it as declared, or deletes it. */
export function planOidcProviderSteps(
  { accountId, before, after }: ChangeOf<'OIDC provider'>,
  turn: ApplyTurn,
): ChangeSteps {
  if (after === null) {
    return {
      clear: async () => {
        const account = await requireAccount(turn, accountId)
        await deleteOidcProvider(
          turn,
          account,
          formatOidcProviderArn(toArnHome(account), before?.url ?? ''),
        )
      },
    }
  }
  const { url, clientIds, thumbprints } = after
  const inlineJwks = after.jwks === null ? null : JSON.stringify(after.jwks)
  const options = {
    ...{ url, clientIds, thumbprints, inlineJwks },
    tags: toTags(after.tags),
    contextProvider: after.contextProvider,
  }
  return {
    async make() {
      const account = await requireAccount(turn, accountId)
      if (before === null) {
        await createOidcProvider(turn, account, options)
        return
      }
      const arn = formatOidcProviderArn(toArnHome(account), url)
      await changeOidcProvider(turn, await requireProvider(turn.store, account, arn), options)
    },
  }
}
