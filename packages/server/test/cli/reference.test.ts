import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { EXIT_CODES } from '../../src/cli/exit-codes.ts'
import { createProgram } from '../../src/cli/program.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../../../docs/cli.md'), 'utf8')

/** What the program has: the path of each command, with the long names of its options. */
function listCommands(command: Command, path: string): readonly (readonly [string, string[]])[] {
  const options = command.options.map(({ long }) => long ?? '')
  return [
    [path, [...options, '--help'].toSorted()],
    ...command.commands.flatMap(child => listCommands(child, `${path} ${child.name()}`)),
  ]
}

/** What the document has. */
function readCommands(): readonly (readonly [string, string[]])[] {
  return [...DOCUMENT.matchAll(/^### `(.*)`\n\n```text\n([\s\S]*?)```/gm)].map(
    ([, path = '', help = '']) => [
      path,
      [...help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, name = '']) => name).toSorted(),
    ],
  )
}

describe('docs/cli.md', () => {
  it('has every command with every option, and no other', async () => {
    using terminal = createFakeTerminal()
    const commands = listCommands(await createProgram(terminal), 'credence')
    expect(Object.fromEntries(readCommands())).toEqual(Object.fromEntries(commands))
    expect(commands.length).toBeGreaterThan(30)
  })

  it('has an example for every command', () => {
    const helps = DOCUMENT.match(/^```text\n[\s\S]*?```/gm) ?? []
    expect(helps.filter(help => !/\nExample:\n {2}\S/.test(help))).toEqual([])
  })

  it('has every exit code with its reason and meaning, and no other', () => {
    const rows = [...DOCUMENT.matchAll(/^\| (\d+) +\| `(\w+)` +\| (.*?) +\|$/gm)].map(
      ([, code, reason, meaning]) => [reason, { code: Number(code), meaning }],
    )
    expect(Object.fromEntries(rows)).toEqual(EXIT_CODES)
  })
})

it('gives every reason an exit code of its own', () => {
  const codes = Object.values(EXIT_CODES).map(({ code }) => code)
  expect(new Set(codes).size).toBe(codes.length)
})
