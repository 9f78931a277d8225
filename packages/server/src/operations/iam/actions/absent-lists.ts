import {
  list,
  type Member,
  type MemberTable,
  optional,
  required,
  string,
  structure,
} from '../../../shapes/shape.ts'
import type { Call, Operation, Permission } from '../../operation.ts'
import { toAbsentParameters } from '../absent.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { existingUserName, pageInput, pageOutput, pathPrefix } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { findChosenUser, permissionsOnChosenUser } from '../own-user.ts'

/**
 * Lists of what users do not have here, since they have access keys and nothing else. Clients ask
 * for them that take everything off a user before they delete it, and so do scanners (AWS IAM API
 * Reference, by name).
 */
const OF_USERS: readonly (readonly [operation: string, listName: string])[] = [
  ['ListMFADevices', 'MFADevices'],
  ['ListSSHPublicKeys', 'SSHPublicKeys'],
  ['ListServiceSpecificCredentials', 'ServiceSpecificCredentials'],
  ['ListSigningCertificates', 'Certificates'],
]

/** Lists of what accounts do not have here, with what narrows them (AWS IAM API Reference, by name). */
const OF_ACCOUNTS: readonly (readonly [
  operation: string,
  listName: string,
  narrowing: MemberTable,
])[] = [
  ['ListServerCertificates', 'ServerCertificateMetadataList', { pathPrefix: optional(pathPrefix) }],
  [
    'ListVirtualMFADevices',
    'VirtualMFADevices',
    { assignmentStatus: optional(string({ values: ['Assigned', 'Unassigned', 'Any'] })) },
  ],
]

/** Operations that list what nobody has here: always nothing, in AWS's form. */
export const ABSENT_LISTS: readonly Operation[] = [
  ...OF_USERS.map(([name, listName]) =>
    defineList(name, { userName: optional(existingUserName), ...pageInput }, absentPage(listName), {
      permissions: ({ userName }, call) => permissionsOnChosenUser(call, `iam:${name}`, userName),
      check: async ({ userName }, call) => {
        await findChosenUser(userName, call)
      },
    }),
  ),
  ...OF_ACCOUNTS.map(([name, listName, narrowing]) =>
    defineList(name, { ...narrowing, ...pageInput }, absentPage(listName), {
      permissions: () => [{ action: `iam:${name}`, resource: '*', context: [] }],
    }),
  ),
  defineList(
    'ListSAMLProviders',
    {},
    { absent: absentList('SAMLProviderList') },
    {
      permissions: () => [{ action: 'iam:ListSAMLProviders', resource: '*', context: [] }],
    },
  ),
]

/** All that is read of the input of a listing: whose it is. */
interface ListInput {
  readonly userName?: string | undefined
}

function defineList(
  name: string,
  input: MemberTable,
  output: MemberTable,
  {
    permissions,
    check = async () => {},
  }: {
    readonly permissions: (
      input: ListInput,
      call: Call,
    ) => readonly Permission[] | Promise<readonly Permission[]>
    readonly check?: (input: ListInput, call: Call) => Promise<void>
  },
): Operation {
  return defineIamOperation({
    name,
    input: structure<MemberTable>(`${name}Request`, input),
    output: structure<MemberTable>(`${name}Response`, output),
    effect: 'reads',
    rateClass: 'iam-read',
    requestParameters: toAbsentParameters,
    permissions,
    run: async (request, call) => {
      await check(request, call)
      return answer({ absent: [], isTruncated: false })
    },
  })
}

function absentPage(listName: string): MemberTable {
  return { absent: absentList(listName), ...pageOutput }
}

function absentList(listName: string): Member {
  return required(list(string()), listName)
}
