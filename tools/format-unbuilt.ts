import { OPERATIONS } from '../packages/server/src/operations/registry.ts'
import { UNBUILT_INPUT_MEMBERS } from '../packages/server/src/operations/unbuilt/input-members.ts'
import { UNBUILT_OPERATIONS } from '../packages/server/src/operations/unbuilt/operations.ts'

/** The parameters that are refused by name, for `docs/unbuilt.md`. */
export function formatUnbuiltParameters(): string {
  const rows = UNBUILT_INPUT_MEMBERS.map(([operation, member, reason]) => {
    const [api = '', name = ''] = operation.split(':')
    return `| ${api.toUpperCase()} | \`${name}\` | \`${member}\` | ${reason} |`
  })
  const head = ['| API | Operation | Parameter | Why |', '| --- | --- | --- | --- |']
  return [...head, ...rows, ''].join('\n')
}

/** The operations that nobody can call, for `docs/unbuilt.md`. */
export function formatUnbuiltOperations(): string {
  const rows = UNBUILT_OPERATIONS.map(({ reason, operations }) => {
    const names = operations.map(key => `\`${key}\``).join(', ')
    return `| ${reason} | ${names} |`
  })
  return ['| Why | Operations |', '| --- | --- |', ...rows, ''].join('\n')
}

/** The operations that are there, by API and name, for `docs/unbuilt.md`. */
export function formatBuiltOperations(): string {
  const rows = (['sts', 'iam'] as const).map(api => {
    const names = OPERATIONS.filter(operation => operation.api.name === api).map(({ name }) => name)
    const sorted = names.toSorted().map(name => `\`${name}\``)
    return `| ${api.toUpperCase()} | ${sorted.length} | ${sorted.join(', ')} |`
  })
  return ['| API | How many | Operations |', '| --- | --- | --- |', ...rows, ''].join('\n')
}
