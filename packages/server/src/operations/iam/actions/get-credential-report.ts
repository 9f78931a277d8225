import { ServiceError } from '../../../errors.ts'
import { optional, string, structure } from '../../../shapes/shape.ts'
import { isReportFresh } from '../credential-report.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { dateTime } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'

/**
 * Gives out the last credential report as it was made, in base64 (AWS IAM API Reference:
 * GetCredentialReport).
 */
export const getCredentialReport = defineIamOperation({
  name: 'GetCredentialReport',
  input: structure('GetCredentialReportRequest', {}),
  output: structure('GetCredentialReportResponse', {
    content: optional(string()),
    reportFormat: optional(string()),
    generatedTime: optional(dateTime),
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: () => null,
  permissions: () => [{ action: 'iam:GetCredentialReport', resource: '*', context: [] }],
  run: async (_input, { caller, nowMs, services }) => {
    const report = await services.store.findCredentialReport(caller.account.id)
    // IAM's own text for a report that is not there; that an expired one has it too is UNVERIFIED.
    if (report === null) throw new ServiceError('ReportNotPresent', 'Unknown')
    if (!isReportFresh(report, nowMs)) throw new ServiceError('ReportExpired', 'Unknown')
    return answer({
      content: Buffer.from(report.content).toString('base64'),
      reportFormat: 'text/csv',
      generatedTime: report.generatedAtMs,
    })
  },
})
