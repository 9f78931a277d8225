/**
 * Mutation testing of rooms, one after the other: `npm run mutation`, or `npm run mutation -- ROOM…`.
 *
 * Exists because a figure for a whole room is only honest when the run came to its end: the table at
 * the end is made from the reports of the runs, and a room below the bound fails the command.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { runCommand } from '../run-command.ts'
import { LOWEST_SCORE, ROOMS } from './rooms.ts'

interface Report {
  readonly files: Readonly<
    Record<string, { readonly mutants: readonly { readonly status: string }[] }>
  >
}

const known: readonly string[] = Object.keys(ROOMS)
const asked = process.argv.slice(2)
const unknown = asked.filter(name => !known.includes(name))
if (unknown.length > 0) {
  console.error(`There is no room ${unknown.join(', ')}. Rooms: ${known.join(', ')}`)
  process.exit(2)
}

const rows: string[] = []
for (const room of asked.length > 0 ? asked : known) {
  const report = `reports/mutation/${room}.json`
  rmSync(report, { force: true })
  const exitCode = await runCommand(['stryker', 'run'], {
    CREDENCE_MUTATION_ROOM: room,
  })
  rows.push(
    existsSync(report) ? formatRow(room, report) : `${room}: the run did not come to its end`,
  )
  if (exitCode !== 0) process.exitCode = 1
}
console.log(rows.join('\n'))

function formatRow(room: string, report: string): string {
  const { files } = JSON.parse(readFileSync(report, 'utf8')) as Report
  const statuses = Object.values(files).flatMap(({ mutants }) =>
    mutants.map(({ status }) => status),
  )
  const count = (status: string) => statuses.filter(each => each === status).length
  const found = count('Killed') + count('Timeout')
  const all = found + count('Survived') + count('NoCoverage')
  const score = ((100 * found) / all).toFixed(2)
  return `${room}: ${score} % of ${all} mutants found (at least ${LOWEST_SCORE}), ${count('Timeout')} of them by time; ${count('Survived')} survived, ${count('NoCoverage')} reached by no test`
}
