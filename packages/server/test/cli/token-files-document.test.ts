import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { runCli } from '../../src/cli/run-cli.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../../../../docs/token-files.md'), 'utf8')
const directory = mkdtempSync(join(tmpdir(), 'credence-token-files-'))

afterAll(() => rmSync(directory, { recursive: true }))

function findBlock(language: string): string {
  return new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm').exec(PAGE)?.[1] ?? ''
}

/** The command line of the unit, and that of the sidecar's shell. */
const COMMANDS = {
  systemd: /^ExecStart=\/usr\/bin\/(credence .*)$/m.exec(findBlock('ini'))?.[1] ?? '',
  Kubernetes: String(parse(findBlock('yaml')).spec.initContainers[0].args[0]).replace(
    /^.*exec /,
    '',
  ),
}

it.each(Object.entries(COMMANDS))('the example for %s is a command that works', async (_, line) => {
  const tokens = join(directory, 'tokens')
  mkdirSync(tokens, { recursive: true })
  chmodSync(tokens, 0o700)
  const [program, ...words] = line
    .replaceAll(/\/(?:run\/credence-tokens|tokens\/own)(?=\/)/g, tokens)
    .split(' ')
  expect(program).toBe('credence')
  // Nothing listens there: the helper waits for its server, and ends when it is told to.
  using terminal = createFakeTerminal({
    env: {
      AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9',
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    },
  })
  const ended = runCli(words, terminal)
  await Promise.race([terminal.sleepers.untilAsleep(1), ended])
  expect(JSON.parse(terminal.errors())).toMatchObject({ event: 'failed', reason: 'unreachable' })
  terminal.send('SIGTERM')
  expect(await ended).toBe(0)
  expect(existsSync(join(tokens, 'vault'))).toBe(false)
})
