import {
  type ArnHome,
  formatAssumedRoleArn,
  formatRoleArn,
  formatUserArn,
  parseArn,
} from '../principals/arn.ts'
import type { Role, User } from '../principals/entities.ts'
import {
  type AccountId,
  findIdentifiedKind,
  isAccountId,
  isUniqueId,
  type UniqueId,
} from '../principals/identifiers.ts'

/** A user, a role, or one session of a role, as a trust policy names it. */
export type NamedPrincipal = {
  /** Null for the role itself, and for users. */
  readonly sessionName: string | null
} & (
  | { readonly by: 'id'; readonly id: UniqueId }
  | {
      readonly by: 'arn'
      readonly partition: string
      readonly accountId: AccountId
      readonly kind: 'user' | 'role'
      /** Without its path. */
      readonly name: string
    }
)

const ENTITY = /^(user|role)\/(?:.*\/)?([^/]+)$/
const SESSION = /^assumed-role\/([^/]+)\/([^/]+)$/

/** Reads a principal; null for everybody else: accounts, federated users, groups. */
export function parseNamedPrincipal(text: string): NamedPrincipal | null {
  const [id = '', sessionName = null] = text.split(':')
  if (isUniqueId(id)) return isAssumable(id) ? { by: 'id', id, sessionName } : null
  const { partition, service, account = '', resource = '' } = parseArn(text) ?? {}
  if (partition === undefined || !isAccountId(account)) return null
  const [, kind, name] = (service === 'iam' && ENTITY.exec(resource)) || []
  const common = { by: 'arn', partition, accountId: account } as const
  if (name !== undefined && (kind === 'user' || kind === 'role')) {
    return { ...common, kind, name, sessionName: null }
  }
  const [, roleName, session] = (service === 'sts' && SESSION.exec(resource)) || []
  if (roleName === undefined || session === undefined) return null
  return { ...common, kind: 'role', name: roleName, sessionName: session }
}

function isAssumable(id: UniqueId): boolean {
  return ['user', 'role'].includes(findIdentifiedKind(id))
}

/** The ARN of a user, a role, or a session of the role. */
export function formatPrincipalArn(
  home: ArnHome,
  { id, path, name }: Pick<User | Role, 'id' | 'path' | 'name'>,
  sessionName: string | null,
): string {
  if (findIdentifiedKind(id) === 'user') return formatUserArn(home, path, name)
  if (sessionName === null) return formatRoleArn(home, path, name)
  return formatAssumedRoleArn(home, name, sessionName)
}

/** The id that outlives the name: of the user or role, or `ROLE-ID:SESSION`. */
export function formatPrincipalId(id: UniqueId, sessionName: string | null): string {
  return sessionName === null ? id : `${id}:${sessionName}`
}
