import type { AuditEventParts } from '../packages/server/src/audit/create-audit-event.ts'
import { formatUserArn } from '../packages/server/src/principals/arn.ts'
import {
  formatAccessKeyId,
  formatUniqueId,
  parseAccountId,
} from '../packages/server/src/principals/identifiers.ts'

const accountId = parseAccountId('123456789012')
const bytes = Uint8Array.from({ length: 17 }, (_, index) => (index * 11 + 5) % 32)
const userId = formatUniqueId('user', bytes)
const arn = formatUserArn({ partition: 'aws', accountId }, '/', 'ci')

/** The call that `docs/audit.md` shows. */
export const AUDIT_EXAMPLE: AuditEventParts = {
  eventId: '4be2a3a8-5c0e-4d83-9d1c-0f5a6f1f3a52',
  requestId: 'c6a2d1f4-2f0b-4d9e-8a77-3b1f6f0f9f3e',
  nowMs: Date.UTC(2026, 10, 22, 20, 12, 19),
  eventSource: 'sts.amazonaws.com',
  action: 'GetWebIdentityToken',
  readOnly: true,
  region: 'eu-central-1',
  sourceIp: '192.0.2.7',
  userAgent: 'aws-cli/2.31.0',
  caller: {
    kind: 'user',
    account: {
      id: accountId,
      partition: 'aws',
      name: 'example',
      createdAtMs: 0,
      organization: null,
    },
    user: {
      accountId,
      id: userId,
      name: 'ci',
      path: '/',
      createdAtMs: 0,
      tags: [],
      permissionsBoundaryArn: null,
    },
    accessKeyId: formatAccessKeyId('AKIA', bytes),
    arn,
    principalArn: arn,
    userId,
    principalTags: [],
    session: null,
  },
  claimedAccessKeyId: null,
  requestParameters: {
    audience: ['https://api.example.org'],
    durationSeconds: 300,
    signingAlgorithm: 'ES384',
  },
  responseElements: {
    webIdentityTokenId: '0b0d4a5e-7a51-4c4b-a0d0-2b8f7a1c9e11',
    expiration: '2026-11-22T20:17:19.507Z',
  },
  additionalEventData: {
    keyId: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    authorization: [
      {
        action: 'sts:GetWebIdentityToken',
        resource: 'arn:aws:sts::123456789012:self',
        effect: 'allow',
        decidedBy: [
          { layer: 'identity-based policy', policyId: 'inline:tokens', statementId: 'AllowApi' },
        ],
      },
    ],
  },
  error: null,
}
