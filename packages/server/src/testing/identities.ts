import { type CreatedAccessKey, createAccessKey } from '../changes/access-keys.ts'
import { takeTurn } from '../changes/turn.ts'
import type { OpenData } from '../composition.ts'
import { applyDeclaration } from '../declaration/apply-declaration.ts'
import type { DeclarationInput, DeclaredAccount } from '../declaration/declaration.ts'
import { exportDeclaration } from '../declaration/export-declaration.ts'
import { parseDeclaration } from '../declaration/parse-declaration.ts'
import { STS } from '../operations/apis.ts'
import { formatRoleArn, formatUserArn, toArnHome } from '../principals/arn.ts'
import type { Account, User } from '../principals/entities.ts'
import { type AccountId, parseAccountId, type UniqueId } from '../principals/identifiers.ts'
import type { RandomSource } from '../runtime/random.ts'
import { Secret } from '../secrets/secret.ts'
import type { SigningCredentials } from '../wire/sigv4/sign.ts'
import { formatTags } from './in-process-client.ts'
import { createTestPrincipal, type PrincipalDeps, type TestPrincipal } from './test-principal.ts'

type Defined<List> = NonNullable<List> extends readonly (infer Item)[] ? Item : never

/** An account as it is declared. */
export type AccountInput = Defined<DeclarationInput['accounts']>
/** A user as it is declared, without its name. */
export type UserInput = Omit<Defined<AccountInput['users']>, 'name'>
/** A role as it is declared, without its name; its trust policy may be left out. */
export type RoleInput = Partial<Omit<Defined<AccountInput['roles']>, 'name'>>

/** What is special to one session of a role. */
export interface SessionOptions {
  /** `test` when left out. */
  readonly sessionName?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly sourceIdentity?: string
  /** 3600 when left out. */
  readonly durationSeconds?: number
}

/** The administrator of each account. */
export const ADMINISTRATOR = 'admin'

const ADMINISTRATOR_POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
}

/** Policies of a principal that is given none: enough to ask for a token. */
const TOKEN_POLICIES = {
  token: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['sts:GetWebIdentityToken', 'sts:TagGetWebIdentityToken'],
        Resource: '*',
      },
    ],
  },
}

/** An account with an administrator and its federation on, unless it says otherwise. */
export function completeAccount(account: AccountInput): AccountInput {
  const { users = [], federation = 'enabled' } = account
  const hasAdministrator = users.some(({ name }) => name.toLowerCase() === ADMINISTRATOR)
  const administrator = { name: ADMINISTRATOR, policies: { [ADMINISTRATOR]: ADMINISTRATOR_POLICY } }
  return { ...account, federation, users: hasAdministrator ? users : [...users, administrator] }
}

/** Declares the identities of a server, and takes them on. */
export class Identities {
  readonly #data: OpenData
  readonly #random: RandomSource
  readonly #deps: PrincipalDeps
  readonly #keys = new Map<UniqueId, CreatedAccessKey>()

  constructor(data: OpenData, random: RandomSource, deps: PrincipalDeps) {
    this.#data = data
    this.#random = random
    this.#deps = deps
  }

  /** Makes everything as declared, as `credence apply` does. @throws DeclarationError */
  async apply(declaration: DeclarationInput, nowMs: number): Promise<void> {
    const desired = parseDeclaration(JSON.stringify(declaration), this.#data.trustRules)
    await applyDeclaration({ ...this.#data, random: this.#random, nowMs }, desired, false)
  }

  /** Declares a user in an account, which otherwise stays as it is. */
  async createUser(accountId: string, name: string, user: UserInput): Promise<TestPrincipal> {
    const { policies = isPowerless(user) ? TOKEN_POLICIES : {} } = user
    await this.#applyTo(accountId, { users: [{ ...user, policies, name }] })
    return this.takeUser(accountId, name)
  }

  /** Declares a role in an account, which otherwise stays as it is, and assumes it. */
  async createRole(accountId: string, name: string, role: RoleInput): Promise<TestPrincipal> {
    const { policies = isPowerless(role) ? TOKEN_POLICIES : {} } = role
    const { partition } = await this.#findAccount(accountId)
    const { trustPolicy = trustAccount(partition, accountId) } = role
    await this.#applyTo(accountId, { roles: [{ ...role, policies, trustPolicy, name }] })
    return this.takeRole(accountId, name, {})
  }

  /** A user, with an access key: the one that it was given here before, as long as that can be used. */
  async takeUser(accountId: string, name: string): Promise<TestPrincipal> {
    const account = await this.#findAccount(accountId)
    const user = await this.#data.store.findUser(account.id, name)
    if (user === null) throw new Error(`there is no user ${name} in account ${accountId}`)
    const arn = formatUserArn(toArnHome(account), user.path, user.name)
    return this.#createPrincipal(account, arn, await this.#findKey(user))
  }

  /** A role, assumed by the administrator of its account. @throws CallRefused when it trusts others */
  async takeRole(accountId: string, name: string, session: SessionOptions): Promise<TestPrincipal> {
    const account = await this.#findAccount(accountId)
    const role = await this.#data.store.findRole(account.id, name)
    if (role === null) throw new Error(`there is no role ${name} in account ${accountId}`)
    const arn = formatRoleArn(toArnHome(account), role.path, role.name)
    const administrator = await this.takeUser(accountId, ADMINISTRATOR)
    const { sessionName = 'test', tags = {}, sourceIdentity, durationSeconds } = session
    const answer = await this.#deps.callApi(toSigning(administrator), STS, {
      Action: 'AssumeRole',
      RoleArn: arn,
      RoleSessionName: sessionName,
      ...formatTags('Tags', tags),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
      ...(durationSeconds !== undefined && { DurationSeconds: String(durationSeconds) }),
    })
    const read = (element: string): string => {
      const text = answer.get(element)
      if (text === undefined) throw new Error(`the answer has no ${element}`)
      return text
    }
    return this.#createPrincipal(account, arn, {
      accessKeyId: read('AccessKeyId'),
      secretAccessKey: new Secret(read('SecretAccessKey')),
      sessionToken: new Secret(read('SessionToken')),
    })
  }

  /** The issuer URL of an account. @throws Error when its federation was never on */
  async findIssuerUrl(accountId: string): Promise<string> {
    const found = await this.#data.issuer.findFederation(await this.#findAccount(accountId))
    if (found === null) throw new Error(`account ${accountId} has no issuer: enable its federation`)
    return found.issuerUrl
  }

  /** A user may have two keys, so they are not made for every call. */
  async #findKey({ accountId, id: userId }: User): Promise<SigningCredentials> {
    const kept = this.#keys.get(userId)
    const stored = kept === undefined ? null : await this.#data.store.findAccessKey(kept.id)
    const key = stored?.status === 'Active' ? kept : undefined
    const { id, secret } = key ?? (await this.#makeKey(accountId, userId))
    return { accessKeyId: id, secretAccessKey: secret, sessionToken: null }
  }

  async #makeKey(accountId: AccountId, userId: UniqueId): Promise<CreatedAccessKey> {
    const deps = { ...this.#data, random: this.#random }
    const { sealer } = this.#data
    const key = await takeTurn(deps, [accountId], this.#deps.clock.nowMs(), turn =>
      createAccessKey({ ...turn, sealer }, accountId, userId),
    )
    this.#keys.set(userId, key)
    return key
  }

  async #createPrincipal(
    account: Account,
    arn: string,
    credentials: SigningCredentials,
  ): Promise<TestPrincipal> {
    const federation = await this.#data.issuer.findFederation(account)
    const issuerUrl = federation?.issuerUrl ?? ''
    return createTestPrincipal(this.#deps, { arn, accountId: account.id, issuerUrl }, credentials)
  }

  async #applyTo(
    accountId: string,
    entities: Pick<AccountInput, 'users' | 'roles'>,
  ): Promise<void> {
    const { accounts } = await exportDeclaration(this.#data.store)
    const account = accounts.find(({ id }) => id === accountId)
    if (account === undefined) throw new Error(`there is no account ${accountId}`)
    const declared = { ...withoutEntities(account), ...entities }
    await this.apply({ accounts: [declared] }, this.#deps.clock.nowMs())
  }

  async #findAccount(accountId: string): Promise<Account> {
    const account = await this.#data.store.findAccount(parseAccountId(accountId))
    if (account === null) throw new Error(`there is no account ${accountId}`)
    return account
  }
}

function isPowerless({ attachedPolicies = [], ...rest }: UserInput | RoleInput): boolean {
  const groups = 'groups' in rest ? (rest.groups ?? []) : []
  return attachedPolicies.length === 0 && groups.length === 0
}

function trustAccount(partition: string, accountId: string) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
        Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      },
    ],
  }
}

function withoutEntities(account: DeclaredAccount): AccountInput {
  const { id, name, partition, organization, isManagementAccount } = account
  return { id, name, partition, organization, isManagementAccount }
}

function toSigning({ credentials }: TestPrincipal): SigningCredentials {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  return {
    accessKeyId,
    secretAccessKey: new Secret(secretAccessKey),
    sessionToken: sessionToken === undefined ? null : new Secret(sessionToken),
  }
}
