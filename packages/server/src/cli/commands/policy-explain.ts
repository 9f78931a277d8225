import type { Command } from 'commander'
import type { Config } from '../../config/config.ts'
import { createDirectory } from '../../directory/directory.ts'
import { type ExplainedDecision, explainCall, type Obstacle } from '../../explain/explain-call.ts'
import { findRecordedCall } from '../../explain/find-recorded-call.ts'
import type { RecordedCall } from '../../explain/recorded-call.ts'
import { formatSystemError } from '../../runtime/format-system-error.ts'
import { CliError } from '../cli-error.ts'
import { CommandContext } from '../command-context.ts'
import { formatExplanation, formatStatements } from '../format-explanation.ts'
import { withExample } from '../help.ts'
import type { Terminal } from '../terminal.ts'

/** The entries that one evaluation can look up. */
const MAX_CACHED_ENTRIES = 1_000

/** `credence policy explain` */
export function addPolicyExplainCommand(policy: Command, terminal: Terminal): void {
  const explain = policy
    .command('explain')
    .argument('<request-id>', 'of the answer, also in its x-amzn-RequestId', parseRequestId)
    .description('say why a call was refused: the audit’s record, and every layer of policies now')
    .action(async (requestId: string, _options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const { call, decisions } = await context.withData(async (data, config) => {
        const found = await findCall(config, requestId)
        const directory = createDirectory({ ...data, maxEntries: MAX_CACHED_ENTRIES })
        return { call: found, decisions: await explainCall(data.store, directory, found) }
      })
      context.report({
        json: { call: toPrintedCall(call), decisions },
        text: [...formatCall(call), ...formatDecisions(call, decisions)].join('\n'),
      })
    })
  withExample(explain, 'credence policy explain 450216a4-5950-4eb1-8c2b-51d3785cdcff')
}

/** @throws CliError `config` when the audit is in no file, `data` when it can't be read, `record` */
async function findCall({ audit }: Config, requestId: string): Promise<RecordedCall> {
  if (audit.destination !== 'file') {
    throw new CliError(
      'config',
      'The audit goes to standard output here, so there is no file to look in. Name a file with what it has written: --set audit.destination=file --set audit.file=FILE.',
    )
  }
  const found = await findRecordedCall(audit.file, requestId).catch((cause: unknown) => {
    const message = `The audit file ${audit.file} cannot be read: ${formatSystemError(cause)}.`
    throw new CliError('data', message, { cause })
  })
  if (found !== null) return found
  throw new CliError(
    'record',
    `There is no call ${requestId} in ${audit.file}. Name a rotated file with --set audit.file=FILE.`,
  )
}

function parseRequestId(text: string): string {
  const id = text.toLowerCase()
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id
  throw new CliError(
    'usage',
    `${text} is not a request id, such as 450216a4-5950-4eb1-8c2b-51d3785cdcff.`,
  )
}

function toPrintedCall(call: RecordedCall) {
  const { additionalEventData, ...rest } = call
  return { ...rest, isOutcomeKnown: additionalEventData?.changeBegun !== true }
}

function formatCall(call: RecordedCall): readonly string[] {
  const { eventTime, eventSource, eventName, awsRegion, sourceIPAddress, userIdentity } = call
  return [
    `Call:    ${eventName} of ${eventSource}, ${awsRegion}`,
    `When:    ${eventTime}`,
    `Who:     ${userIdentity.arn ?? 'not proven'}, from ${sourceIPAddress}`,
    `Result:  ${formatOutcome(call)}`,
  ]
}

function formatOutcome({ errorCode, errorMessage, additionalEventData }: RecordedCall): string {
  if (additionalEventData?.changeBegun === true) {
    return 'not on record: the change was begun, and may have been made'
  }
  return errorCode === undefined ? 'granted' : `${errorCode}: ${errorMessage ?? ''}`
}

function formatDecisions(
  { additionalEventData }: RecordedCall,
  decisions: readonly ExplainedDecision[],
): readonly string[] {
  if (decisions.length > 0) return decisions.flatMap(formatExplained)
  if (additionalEventData?.omitted === true) {
    return ['', 'What the policies decided was too large to be kept on record.']
  }
  return ['', 'No policy was asked about this call.']
}

function formatExplained({
  recorded,
  now,
  obstacle,
  isChanged,
}: ExplainedDecision): readonly string[] {
  const { action, resource, effect, decidedBy } = recorded
  const lines = [
    '',
    `${action} on ${resource}`,
    `Recorded: ${RECORDED[effect]}${decidedBy.length === 0 ? '' : ', by'}`,
  ]
  lines.push(...formatStatements(decidedBy))
  if (obstacle !== null) lines.push(OBSTACLES[obstacle])
  if (now !== null) {
    lines.push(
      isChanged === true
        ? 'The policies have changed since, and decide otherwise now:'
        : 'The policies decide the same now:',
      ...formatExplanation(now, new Map(Object.entries(recorded.context ?? {}))),
    )
  }
  return lines
}

const RECORDED = { allow: 'allowed', deny: 'denied' } as const

const OBSTACLES: Readonly<Record<Obstacle, string>> = {
  allowed: 'Not evaluated again: only of denials are the condition keys on record.',
  'no context': 'Not evaluated again: the condition keys of this denial are not on record.',
  'altered context': 'Not evaluated again: a condition key was hidden or cut in the record.',
  'principal gone': 'Not evaluated again: who made the call is not there any more.',
  'no such role': 'There is no such role, and so nobody may assume it.',
}
