/** The audit can't be opened, so a server must not start. The text names the file and the reason. */
export class AuditOpenError extends Error {
  override readonly name = 'AuditOpenError'

  constructor(path: string, reason: string, cause: unknown) {
    super(`The audit file ${path} cannot be used: ${reason}.`, { cause })
  }
}
