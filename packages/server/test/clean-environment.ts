/**
 * The environment without any AWS or Credence setting of the machine. What makes signatures, and what
 * the log says of it, would depend on CPU and libraries, so node:crypto does: `--set` chooses another.
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(AWS|CREDENCE)_/.test(name)),
    ),
    CREDENCE_SIGNER_MULTI_BUFFER: 'off',
    CREDENCE_SIGNER_NETTLE: 'off',
  }
}
