/** The server can't listen on the address, because it is taken, unknown or not permitted. */
export class ListenError extends Error {
  override readonly name = 'ListenError'

  constructor(address: { readonly host: string; readonly port: number }, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const hint = /EADDRINUSE/.test(reason) ? ' Another program uses the port.' : ''
    super(`Cannot listen on ${address.host}:${address.port}.${hint} (${reason})`, { cause })
  }
}
