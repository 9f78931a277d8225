import { formatRoleArn, formatUserArn, parseArn, toArnHome } from '../principals/arn.ts'
import type { Account } from '../principals/entities.ts'
import type { Tag } from '../principals/tags.ts'
import type { Store } from '../store/ports.ts'

/** A user or role as tokens name it. */
export interface TokenPrincipal {
  readonly principalArn: string
  readonly principalTags: readonly Tag[]
}

/**
 * The user or role of the account with this ARN, or the first user when no ARN is given; null when
 * there is none.
 */
export async function findPrincipal(
  store: Store,
  account: Account,
  arn: string | null,
): Promise<TokenPrincipal | null> {
  const found = arn === null ? await findFirstUser(store, account) : await find(store, account, arn)
  return arn === null || found?.principalArn === arn ? found : null
}

async function findFirstUser(store: Store, account: Account): Promise<TokenPrincipal | null> {
  const page = { marker: null, maxItems: 1, pathPrefix: '/' }
  const { items } = await store.listUsers(account.id, page)
  const [user] = items
  if (user === undefined) return null
  const principalArn = formatUserArn(toArnHome(account), user.path, user.name)
  return { principalArn, principalTags: user.tags }
}

async function find(store: Store, account: Account, arn: string): Promise<TokenPrincipal | null> {
  const { resource = '' } = parseArn(arn) ?? {}
  const name = resource.slice(resource.lastIndexOf('/') + 1)
  if (resource.startsWith('user/')) {
    const user = await store.findUser(account.id, name)
    if (user === null) return null
    const principalArn = formatUserArn(toArnHome(account), user.path, user.name)
    return { principalArn, principalTags: user.tags }
  }
  const role = resource.startsWith('role/') ? await store.findRole(account.id, name) : null
  if (role === null) return null
  return {
    principalArn: formatRoleArn(toArnHome(account), role.path, role.name),
    principalTags: role.tags,
  }
}
