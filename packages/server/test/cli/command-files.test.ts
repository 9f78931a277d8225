import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'

const FOLDER = join(import.meta.dirname, '../../src/cli/commands')

function listNames(command: Command, prefix: string): readonly string[] {
  return command.commands.flatMap(child => {
    const name = `${prefix}${child.name()}`
    return [name, ...listNames(child, `${name}-`)]
  })
}

it('keeps each command in a file of its own, and nothing else beside them', async () => {
  using terminal = createFakeTerminal()
  const program = await createProgram(terminal)
  const files = readdirSync(FOLDER).map(file => file.replace(/\.ts$/, ''))
  const commands = program.commands.map(command => command.name())
  expect(commands.filter(name => !files.includes(name))).toEqual([])
  expect(files.filter(file => !listNames(program, '').includes(file))).toEqual([])
})
