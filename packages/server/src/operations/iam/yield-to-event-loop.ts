/**
 * Lets the requests that wait have their turn: an embedded database works on the same thread, so a long
 * listing would keep them all waiting.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
