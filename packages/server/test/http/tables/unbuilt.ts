import { UNBUILT_INPUT_MEMBERS } from '../../../src/operations/unbuilt/input-members.ts'
import type { RefusalRow } from '../refusal.ts'

/** Parameters that AWS knows and nothing here reads: refused by name (aws-wire-news §1.4). */
export const UNBUILT_REFUSALS: readonly RefusalRow[] = UNBUILT_INPUT_MEMBERS.flatMap(
  ([operation, member, reason]) => {
    const [service, Action = ''] = operation.split(':')
    // As an empty text, as a structure, as a list.
    const names = [`${member}=`, `${member}.Inner=x`, `${member}.member.1=x`]
    return names.map((pair): RefusalRow => {
      const [name = '', value = ''] = pair.split('=')
      return {
        what: `${pair} of ${operation}`,
        call: {
          service: service === 'iam' ? 'iam' : 'sts',
          parameters: { Action, [name]: value },
        },
        refusal: [
          400,
          'ValidationError',
          `Parameter ${member} is not supported by this server: ${reason}.`,
        ],
      }
    })
  },
)
