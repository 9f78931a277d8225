import type { ChildProcess } from 'node:child_process'

/**
 * Ends a child when the process of the tests ends, and returns it. A test that timed out leaves its child
 * behind, and Vitest waits for everybody who holds its standard error.
 */
export function endWithTests<C extends ChildProcess>(child: C): C {
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  return child
}
