/** Runs a task again and again until the returned function is called. Tests pass their own. */
export type StartInterval = (intervalMs: number, task: () => Promise<void>) => () => void

/** By the system's timer; does not keep the process alive. `task` must not reject. */
export const startInterval: StartInterval = (intervalMs, task) => {
  const timer = setInterval(task, intervalMs).unref()
  return () => clearInterval(timer)
}
