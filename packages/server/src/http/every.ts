/** Runs a task again and again until the returned function is called. Tests pass their own. */
export type Every = (intervalMs: number, task: () => Promise<void>) => () => void

/** By the system's timer; does not keep the process alive. `task` must not reject. */
export const everyInterval: Every = (intervalMs, task) => {
  const timer = setInterval(task, intervalMs).unref()
  return () => clearInterval(timer)
}
