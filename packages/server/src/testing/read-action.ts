import type { WireRequest } from '../wire/message.ts'

/** The action that a request names, in its form or its query; null when it names none. */
export function readAction({ method, target, body }: WireRequest): string | null {
  const text =
    method === 'POST' ? Buffer.from(body).toString('utf8') : target.slice(target.indexOf('?') + 1)
  return new URLSearchParams(text).get('Action')
}
