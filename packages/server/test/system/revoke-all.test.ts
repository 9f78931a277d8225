import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { ACCOUNT_ID, createInstallation, type Installation } from './installation.ts'

/** Comes before the other account wherever accounts are listed. */
const DAMAGED_ACCOUNT = '000000000001'

function damage({ directory }: Installation, accountId: string): void {
  using database = new DatabaseSync(join(directory, 'data', 'credence.db'))
  database
    .prepare('update issuer_keys set public_jwk = ? where account_id = ? and state = ?')
    .run('{', accountId, 'active')
}

it('revokes the keys of all other accounts when those of one cannot be read', async () => {
  using installation = await createInstallation()
  const { credence } = installation
  await credence('account', 'create', DAMAGED_ACCOUNT)
  await credence('federation', 'enable', '--account', DAMAGED_ACCOUNT)
  damage(installation, DAMAGED_ACCOUNT)

  const revoke = ['key', 'revoke', '--every-account', '--json']
  const { exitCode, output, errors } = await credence(...revoke)
  expect(exitCode).toBe(4)
  const { revoked } = JSON.parse(output)
  expect(
    revoked.map((key: Readonly<Record<string, unknown>>) => [key['account'], key['state']]),
  ).toEqual([
    [ACCOUNT_ID, 'revoked'],
    [ACCOUNT_ID, 'revoked'],
  ])
  expect(errors).toContain('Not everything is revoked.')
  expect(errors).toContain(DAMAGED_ACCOUNT)
})

it('says what is wrong when no key at all can be revoked', async () => {
  using installation = await createInstallation()
  damage(installation, ACCOUNT_ID)
  const { exitCode, output, errors } = await installation.credence('key', 'revoke')
  expect(exitCode).not.toBe(0)
  expect(output).toBe('')
  expect(errors).not.toBe('')
})
