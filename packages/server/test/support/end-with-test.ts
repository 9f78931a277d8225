import type { ChildProcess } from 'node:child_process'
import { onTestFinished, TestRunner } from 'vitest'

/**
 * Ends a child with the test that starts it, and returns it. A test that timed out leaves its child
 * behind, and Vitest waits for everybody who holds its standard error. What a hook starts, a hook ends.
 */
export function endWithTest<C extends ChildProcess>(child: C): C {
  if (TestRunner.getCurrentTest() !== undefined) onTestFinished(() => void child.kill('SIGKILL'))
  return child
}
