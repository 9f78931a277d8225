import type { Command } from 'commander'
import type { Config } from '../../config/config.ts'
import { createRegions } from '../../config/regions.ts'
import { createDirectory } from '../../directory/directory.ts'
import { isAboutTrust } from '../../explain/explain-question.ts'
import { findSubject, parseSubjectArn } from '../../explain/find-subject.ts'
import { type SimulatedAction, simulateActions } from '../../explain/simulate.ts'
import { MULTIVALUED_KEYS } from '../../policy/condition-keys/find-key.ts'
import type { ContextValue } from '../../policy/decision.ts'
import { parseArn } from '../../principals/arn.ts'
import { CliError } from '../cli-error.ts'
import { CommandContext } from '../command-context.ts'
import { formatExplanation } from '../format-explanation.ts'
import { withExample } from '../help.ts'
import { collectPair, type Pair } from '../pairs.ts'
import type { Terminal } from '../terminal.ts'

interface SimulateOptions {
  readonly principal: string
  readonly action: readonly string[]
  readonly resource: string
  readonly context?: readonly Pair[]
}

/** The entries that one evaluation can look up. */
const MAX_CACHED_ENTRIES = 1_000

/** `credence policy simulate` */
export function addPolicySimulateCommand(policy: Command, terminal: Terminal): void {
  const simulate = policy
    .command('simulate')
    .requiredOption('--principal <arn>', 'the user or role that asks', parsePrincipal)
    .requiredOption('--action <action>', 'for example sts:AssumeRole (repeatable)', collectAction)
    .option(
      '--resource <arn>',
      'on what; the ARN of a role asks its trust policy too; * is what a request without a resource is about',
      parseResource,
      '*',
    )
    .option(
      '--context <key=value>',
      'a condition key (repeatable; the same key again makes it a set)',
      collectPair('--context'),
    )
    .description('say what the policies in the store decide, layer by layer, without a server')
    .action(async (options: SimulateOptions, command: Command) => {
      const context = new CommandContext(terminal, command)
      const { principal, action: actions, resource } = options
      const given = readContext(options.context ?? [])
      requireRole(actions, resource)
      const results = await context.withData(async (data, config) => {
        const who = await findSubject(data.store, principal)
        if (who === null) throw new CliError('record', `There is no principal ${principal}.`)
        const directory = createDirectory({ ...data, maxEntries: MAX_CACHED_ENTRIES })
        const moment = {
          nowMs: terminal.clock.nowMs(),
          region: createRegions(config).resolveRegion(null),
          secureTransport: isServedSecurely(config),
        }
        return simulateActions(directory, data.store, { who, actions, resource, given, moment })
      })
      context.report({
        json: results.map(({ action, resource: on, context: keys, explanation }) => ({
          principal,
          action,
          resource: on,
          decision: explanation?.decision ?? null,
          layers: explanation?.layers ?? [],
          context: Object.fromEntries(keys),
        })),
        text: results.map(formatResult).join('\n\n'),
      })
    })
  withExample(
    simulate,
    'credence policy simulate --principal arn:aws:iam::123456789012:user/deployer --action sts:GetWebIdentityToken --context sts:IdentityTokenAudience=https://api.example.com',
  )
}

function formatResult({ action, resource, context, explanation }: SimulatedAction): string {
  const head = `${action} on ${resource}`
  if (explanation === null) return `${head}\nDenied: there is no such role.`
  return [head, ...formatExplanation(explanation, context)].join('\n')
}

/** Whether clients use TLS, to this server or to a proxy in front of it. */
function isServedSecurely({ tls, issuer }: Config): boolean {
  const publicUrl = issuer.baseUrl ?? issuer.hostPattern ?? ''
  return tls.certFile !== null || publicUrl.startsWith('https:')
}

function parsePrincipal(text: string): string {
  if (parseSubjectArn(text) !== null) return text
  throw new CliError(
    'usage',
    `${text} is not the ARN of a user or role, such as arn:aws:iam::123456789012:user/deployer.`,
  )
}

function collectAction(text: string, actions: readonly string[] = []): readonly string[] {
  if (/^[\w-]+:\w+$/.test(text)) return [...actions, text]
  throw new CliError('usage', `${text} is not an action, such as sts:AssumeRole.`)
}

function parseResource(text: string): string {
  if (text === '*' || parseArn(text) !== null) return text
  throw new CliError('usage', `${text} is not an ARN, and not *.`)
}

/** Without its role, the trust policy would silently be left out. */
function requireRole(actions: readonly string[], resource: string): void {
  const action = actions.find(each => /^sts:AssumeRole/i.test(each))
  if (action === undefined || isAboutTrust({ action, resource })) return
  throw new CliError('usage', `${action} needs the ARN of a role: name it with --resource.`)
}

function readContext(pairs: readonly Pair[]): ReadonlyMap<string, ContextValue> {
  const context = new Map<string, ContextValue>()
  for (const [name, value] of pairs) {
    if (!/^[^\s:]+:\S/.test(name)) {
      throw new CliError('usage', `${name} is not a condition key, such as aws:SourceIp.`)
    }
    const key = name.toLowerCase()
    const known = context.get(key)
    if (known !== undefined) context.set(key, [known, value].flat())
    else context.set(key, MULTIVALUED_KEYS.has(key) ? [value] : value)
  }
  return context
}
