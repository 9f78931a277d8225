import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { reportPinnedRoles } from '../../src/composition/report-pinned-roles.ts'
import { type OpenData, openData, SYSTEM_RANDOM } from '../../src/composition.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { createTestClock } from '../support/clock.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'
import { formatTrust } from '../support/policies.ts'
import { ACCOUNT, type IamWorld, startIamWorld } from '../support/worlds/iam.ts'
import {
  createRole,
  createUser,
  deleteUser,
  mayAssume,
  putTrust,
  showTrust,
} from './trust-world.ts'

const EVE = `arn:aws:iam::${ACCOUNT}:user/eve`

/** As an older program has left it: names alone. */
async function forgetPins({ store }: Pick<OpenData, 'store'>, names: readonly string[]) {
  const { items } = await store.listAccounts({ marker: null, maxItems: 1 })
  for (const name of names) {
    const role = items[0] === undefined ? null : await store.findRole(items[0].id, name)
    if (role === null) throw new Error(`no role ${name}`)
    await store.saveRole({ ...role, trustPins: null })
  }
}

describe('trust policies that were stored by name', () => {
  let world: IamWorld
  beforeEach(async () => {
    world = await startIamWorld()
  })
  afterEach(() => world[Symbol.asyncDispose]())

  it('mean whoever has the name when they are first opened, and nobody else later', async () => {
    const user = await createUser(world, 'nat')
    await createRole(world, 'of-nat', formatTrust({ AWS: user.arn }))
    await forgetPins(world.server.data, ['of-nat'])
    expect(await mayAssume(world, user.credentials, 'of-nat')).toBe(false)

    const { pinnedRoles, close } = await world.server.openDataBeside()
    await close()
    expect(pinnedRoles).toHaveLength(1)
    expect(await mayAssume(world, user.credentials, 'of-nat')).toBe(true)

    await deleteUser(world, 'nat', user)
    const second = await createUser(world, 'nat')
    expect(await mayAssume(world, second.credentials, 'of-nat')).toBe(false)
    expect(await showTrust(world, 'of-nat')).toBe(formatTrust({ AWS: user.id }))
  })

  it('trust nobody by a name that nobody has, until they are put again', async () => {
    const gone = await createUser(world, 'eve')
    await createRole(world, 'of-eve', formatTrust({ AWS: EVE }))
    await deleteUser(world, 'eve', gone)
    await forgetPins(world.server.data, ['of-eve'])
    await (await world.server.openDataBeside()).close()

    const eve = await createUser(world, 'eve')
    expect(await mayAssume(world, eve.credentials, 'of-eve')).toBe(false)
    expect(await showTrust(world, 'of-eve')).toBe(formatTrust({ AWS: EVE }))
    await putTrust(world, 'of-eve', formatTrust({ AWS: EVE }))
    expect(await mayAssume(world, eve.credentials, 'of-eve')).toBe(true)
  })

  it('go on denying a name that nobody has', async () => {
    const gone = await createUser(world, 'eve')
    const Statement = [
      { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
      { Effect: 'Deny', Principal: { AWS: EVE }, Action: 'sts:AssumeRole' },
    ]
    await createRole(world, 'but-eve', JSON.stringify({ Version: '2012-10-17', Statement }))
    await deleteUser(world, 'eve', gone)
    await forgetPins(world.server.data, ['but-eve'])
    await (await world.server.openDataBeside()).close()

    const [eve, ann] = [await createUser(world, 'eve'), await createUser(world, 'ann')]
    expect(await mayAssume(world, eve.credentials, 'but-eve')).toBe(false)
    expect(await mayAssume(world, ann.credentials, 'but-eve')).toBe(true)
  })
})

describe('what an upgrade tells', () => {
  const home = process.cwd()
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'credence-upgrade-'))
    process.chdir(directory)
  })
  afterEach(() => {
    process.chdir(home)
    rmSync(directory, { recursive: true })
  })

  async function run(text: string, input = '') {
    using terminal = createFakeTerminal({ input })
    const exitCode = await runCli(text.split(' '), terminal)
    return { exitCode, errors: terminal.errors() }
  }

  async function open(): Promise<OpenData> {
    const { config } = loadConfig({ file: null, env: {}, flags: [], readFile: () => '' })
    return openData(config, { clock: createTestClock(), random: SYSTEM_RANDOM, env: {} })
  }

  async function storeOldTrust(): Promise<void> {
    const policy = formatTrust({ AWS: EVE })
    const declaration = {
      accounts: [
        {
          id: ACCOUNT,
          users: [{ name: 'eve' }],
          roles: [{ name: 'of-eve', trustPolicy: JSON.parse(policy) }],
        },
      ],
    }
    await run('init')
    await run('apply -f -', JSON.stringify(declaration))
    const data = await open()
    await forgetPins(data, ['of-eve'])
    await data.close()
  }

  test('the command line names whom nobody is any more, once', async () => {
    await storeOldTrust()
    const { errors } = await run('user delete eve')
    expect(errors).toBe('')
    const data = await open()
    await forgetPins(data, ['of-eve'])
    await data.close()
    const { errors: told } = await run('role list')
    expect(told).toBe(
      `warning: arn:aws:iam::${ACCOUNT}:role/of-eve, ${EVE}: a trust policy names a principal that is not there: the name stands for nobody until the policy is put again\n`,
    )
    expect((await run('role list')).errors).toBe('')
  })

  test('a server logs each name', async () => {
    await storeOldTrust()
    const data = await open()
    await data.close()
    const logged: (readonly [level: string, fields: object, message: string])[] = []
    const log = (level: string) => (fields: object, message: string) => {
      logged.push([level, fields, message])
    }
    const logger = {
      debug: log('debug'),
      info: log('info'),
      warn: log('warn'),
      error: log('error'),
    }
    reportPinnedRoles(data, logger)
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/of-eve`
    expect(logged).toEqual([
      [
        'info',
        { roleArn, principal: EVE, id: expect.stringMatching(/^AIDA/) },
        'a trust policy names a principal: from now on the name stands for its id',
      ],
    ])
  })
})
