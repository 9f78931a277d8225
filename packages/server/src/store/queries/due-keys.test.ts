import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { createStoreOn } from '../sqlite/sqlite-store.ts'

/** Every statement that a store runs, with what SQLite looks at for it. */
async function explain(
  work: (store: Awaited<ReturnType<typeof createStoreOn>>) => Promise<unknown>,
) {
  const database = new DatabaseSync(':memory:')
  onTestFinished(() => {
    if (database.isOpen) database.close()
  })
  const store = await createStoreOn(database, 'test')
  const prepare = database.prepare.bind(database)
  const steps: string[] = []
  database.prepare = (text: string) => {
    if (text.includes('issuer_keys')) {
      const plan = prepare(`explain query plan ${text}`).all(
        ...Array(text.split('?').length - 1).fill(0),
      )
      steps.push(...plan.map(({ detail }) => String(detail)))
    }
    return prepare(text)
  }
  await work(store)
  return steps.filter(
    step => step.includes('issuer_keys') || /^SEARCH (active|follower)/.test(step),
  )
}

it('what is due of many keys is found by indices of what is due alone, and they are counted by one', async () => {
  const due = { activatedUntilMs: 1, spreadStepMs: 1, visibleUntilMs: 1, endedUntilMs: 1 }
  expect(await explain(store => store.listDueKeySlots(due, 10))).toEqual([
    expect.stringContaining('issuer_keys_by_end (ended_at_ms<?)'),
    expect.stringContaining('issuer_keys_by_share (<expr>=? AND activated_at_ms<?)'),
    expect.stringContaining('issuer_keys_prepared (account_id=? AND algorithm=?)'),
    expect.stringContaining('issuer_keys_unseen'),
    expect.stringContaining('issuer_keys_wanted'),
  ])
  expect(await explain(store => store.listUnboundIssuerKeys(null, 10))).toEqual([
    expect.stringContaining('issuer_keys_unbound'),
  ])
  expect(await explain(store => store.countIssuerKeys())).toEqual([
    'SCAN issuer_keys USING COVERING INDEX issuer_keys_census',
  ])
})
