import { formatRootArn, formatUserArn, toArnHome } from '../../../principals/arn.ts'
import type { Account, User } from '../../../principals/entities.ts'
import { optional, string, structure } from '../../../shapes/shape.ts'
import type { Page } from '../../../store/ports.ts'
import type { Services } from '../../services.ts'
import {
  CREDENTIAL_REPORT_HEADER,
  formatCredentialReportLine,
  isReportFresh,
  type ReportedKey,
} from '../credential-report.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { inTurn } from '../in-turn.ts'
import { answer } from '../outcome.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'

/** Users that are read before other requests get a turn. */
const USERS_PER_TURN = 100

/**
 * Makes a credential report, unless there is one of the last four hours (AWS IAM API Reference:
 * GenerateCredentialReport). The report exists when the answer comes. AWS takes some seconds
 * longer, so clients ask until the answer is `COMPLETE`.
 */
export const generateCredentialReport = defineIamOperation({
  name: 'GenerateCredentialReport',
  input: structure('GenerateCredentialReportRequest', {}),
  output: structure('GenerateCredentialReportResponse', {
    state: optional(string()),
    description: optional(string()),
  }),
  readOnly: true,
  effect: 'changes',
  rateClass: 'iam-read',
  requestParameters: () => null,
  permissions: () => [{ action: 'iam:GenerateCredentialReport', resource: '*', context: [] }],
  run: async (_input, call) => {
    const { caller, nowMs, services } = call
    const { account } = caller
    const report = await services.store.findCredentialReport(account.id)
    if (report !== null && isReportFresh(report, nowMs)) return answer({ state: 'COMPLETE' })
    const content = await createReport(account, services)
    await inTurn(call, ({ store }) =>
      store.saveCredentialReport(account.id, { generatedAtMs: nowMs, content }),
    )
    return answer({
      state: 'STARTED',
      description: 'No report exists. Starting a new report generation task',
    })
  },
})

async function createReport(account: Account, { store }: Services): Promise<string> {
  const lines = [CREDENTIAL_REPORT_HEADER, await createLine(account, null, store)]
  let marker: string | null = null
  do {
    const page: Page<User> = await store.listUsers(account.id, {
      pathPrefix: '/',
      marker,
      maxItems: USERS_PER_TURN,
    })
    for (const user of page.items) lines.push(await createLine(account, user, store))
    await yieldToEventLoop()
    marker = page.nextMarker
  } while (marker !== null)
  return lines.join('\n')
}

/** The line of a user, or of the root when `user` is null. */
async function createLine(
  account: Account,
  user: User | null,
  store: Services['store'],
): Promise<string> {
  const keys: ReportedKey[] = []
  for (const key of await store.listAccessKeys(account.id, user?.id ?? null)) {
    keys.push({ ...key, lastUse: await store.findAccessKeyUse(key.id) })
  }
  const home = toArnHome(account)
  return formatCredentialReportLine({
    name: user?.name ?? null,
    arn: user === null ? formatRootArn(home) : formatUserArn(home, user.path, user.name),
    createdAtMs: (user ?? account).createdAtMs,
    keys,
  })
}
