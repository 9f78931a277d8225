import {
  noLoginProfile,
  noMfaDevice,
  noPasswordPolicy,
  noSamlProvider,
  noServerCertificate,
  noSshPublicKey,
} from '../../../changes/refusals.ts'
import type { ServiceError } from '../../../errors.ts'
import { formatServerCertificateArn, toArnHome } from '../../../principals/arn.ts'
import {
  type Infer,
  optional,
  required,
  type StructureShape,
  string,
  structure,
} from '../../../shapes/shape.ts'
import type { Call, Operation, Permission } from '../../operation.ts'
import { toAbsentParameters } from '../absent.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { arn, existingUserName, pageInput, userName } from '../iam-shapes.ts'
import { findChosenUser, permissionsOnChosenUser } from '../own-user.ts'

const certificateName = string({ minLength: 1, maxLength: 128, pattern: '[\\w+=,.@-]+' })
const serialNumber = string({ minLength: 9, maxLength: 256, pattern: '[\\w+=/:,.@-]+' })

/**
 * Operations on what nobody has here: passwords, devices, certificates and SAML providers. Each
 * says in AWS's words that the thing does not exist (AWS IAM API Reference, by name). Clients ask
 * before they go on, and scanners ask too.
 */
export const ABSENT_READS: readonly Operation[] = [
  ...(['GetLoginProfile', 'DeleteLoginProfile'] as const).map(name =>
    defineAbsent(
      name,
      structure(`${name}Request`, { userName: optional(existingUserName) }),
      (input, call) => permissionsOnChosenUser(call, `iam:${name}`, input.userName),
      async (input, call) => {
        const user = await findChosenUser(input.userName, call)
        return noLoginProfile(user?.name ?? call.caller.account.id)
      },
    ),
  ),
  ...(['GetAccountPasswordPolicy', 'DeleteAccountPasswordPolicy'] as const).map(name =>
    defineAbsent(
      name,
      structure(`${name}Request`, {}),
      () => [{ action: `iam:${name}`, resource: '*', context: [] }],
      async (_input, { caller }) => noPasswordPolicy(caller.account.id),
    ),
  ),
  defineAbsent(
    'GetSSHPublicKey',
    structure('GetSSHPublicKeyRequest', {
      userName: required(userName),
      sshPublicKeyId: required(
        string({ minLength: 20, maxLength: 128, pattern: '[\\w]+' }),
        'SSHPublicKeyId',
      ),
      encoding: required(string({ values: ['SSH', 'PEM'] })),
    }),
    (input, call) => permissionsOnChosenUser(call, 'iam:GetSSHPublicKey', input.userName),
    async (input, call) => {
      await findChosenUser(input.userName, call)
      return noSshPublicKey(input.sshPublicKeyId)
    },
  ),
  defineAbsent(
    'GetMFADevice',
    structure('GetMFADeviceRequest', {
      serialNumber: required(serialNumber),
      userName: optional(userName),
    }),
    (input, call) => permissionsOnChosenUser(call, 'iam:GetMFADevice', input.userName),
    async (input, call) => {
      await findChosenUser(input.userName, call)
      return noMfaDevice(input.serialNumber)
    },
  ),
  defineAbsent(
    'ListMFADeviceTags',
    structure('ListMFADeviceTagsRequest', { serialNumber: required(serialNumber), ...pageInput }),
    input => [{ action: 'iam:ListMFADeviceTags', resource: input.serialNumber, context: [] }],
    async input => noMfaDevice(input.serialNumber),
  ),
  defineAbsent(
    'GetSAMLProvider',
    structure('GetSAMLProviderRequest', { samlProviderArn: required(arn, 'SAMLProviderArn') }),
    input => [{ action: 'iam:GetSAMLProvider', resource: input.samlProviderArn, context: [] }],
    async input => noSamlProvider(input.samlProviderArn),
  ),
  defineAbsent(
    'ListSAMLProviderTags',
    structure('ListSAMLProviderTagsRequest', {
      samlProviderArn: required(arn, 'SAMLProviderArn'),
      ...pageInput,
    }),
    input => [{ action: 'iam:ListSAMLProviderTags', resource: input.samlProviderArn, context: [] }],
    async input => noSamlProvider(input.samlProviderArn),
  ),
  defineAbsent(
    'GetServerCertificate',
    structure('GetServerCertificateRequest', { serverCertificateName: required(certificateName) }),
    (input, call) =>
      permissionsOnCertificate(call, 'GetServerCertificate', input.serverCertificateName),
    async input => noServerCertificate(input.serverCertificateName),
  ),
  defineAbsent(
    'ListServerCertificateTags',
    structure('ListServerCertificateTagsRequest', {
      serverCertificateName: required(certificateName),
      ...pageInput,
    }),
    (input, call) =>
      permissionsOnCertificate(call, 'ListServerCertificateTags', input.serverCertificateName),
    async input => noServerCertificate(input.serverCertificateName),
  ),
]

function permissionsOnCertificate(
  { caller }: Call,
  operation: string,
  name: string,
): readonly Permission[] {
  const resource = formatServerCertificateArn(toArnHome(caller.account), '/', name)
  return [{ action: `iam:${operation}`, resource, context: [] }]
}

/** An operation that always refuses: `refuse` makes the error, or throws one that comes before. */
function defineAbsent<Input extends StructureShape>(
  name: string,
  input: Input,
  permissions: (
    input: Infer<Input>,
    call: Call,
  ) => readonly Permission[] | Promise<readonly Permission[]>,
  refuse: (input: Infer<Input>, call: Call) => Promise<ServiceError>,
): Operation {
  const isRead = !name.startsWith('Delete')
  return defineIamOperation({
    name,
    input,
    output: null,
    effect: isRead ? 'reads' : 'changes',
    rateClass: isRead ? 'iam-read' : 'iam-write',
    requestParameters: toAbsentParameters,
    permissions,
    run: async (request, call) => {
      throw await refuse(request, call)
    },
  })
}
