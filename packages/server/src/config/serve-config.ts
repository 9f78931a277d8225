import type { IssuerUrlSetting } from '../principals/issuer-url-setting.ts'
import type { Config } from './config.ts'
import { ConfigError, type ConfigProblem } from './config-error.ts'

/** The configured kind of issuer URL; null when none is configured. */
export function findIssuerUrlSetting({ issuer }: Pick<Config, 'issuer'>): IssuerUrlSetting | null {
  const { allowInsecureHttp: allowInsecure, baseUrl, hostPattern } = issuer
  if (baseUrl !== null) return { baseUrl, allowInsecure }
  if (hostPattern !== null) return { hostPattern, allowInsecure }
  return null
}

/** Where the master key is found. */
export type MasterKeySource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'descriptor'; readonly fd: number }

/** The configured place of the master key; null when none is configured. */
export function findMasterKeySource({ masterKey }: Config): MasterKeySource | null {
  if (masterKey.file !== null) return { kind: 'file', path: masterKey.file }
  if (masterKey.env !== null) return { kind: 'environment', name: masterKey.env }
  if (masterKey.fd !== null) return { kind: 'descriptor', fd: masterKey.fd }
  return null
}

/** The certificate files; null for plain HTTP. */
export function findTlsFiles({
  tls,
}: Config): { readonly certFile: string; readonly keyFile: string } | null {
  const { certFile, keyFile } = tls
  return certFile === null || keyFile === null ? null : { certFile, keyFile }
}

/**
 * What `credence serve` needs besides a valid configuration: nothing that a production server
 * depends on is guessed. @throws ConfigError
 */
export function checkServeConfig(config: Config): void {
  const problems: ConfigProblem[] = []
  if (findIssuerUrlSetting(config) === null) {
    problems.push({ where: 'issuer', message: 'one of baseUrl and hostPattern is needed' })
  }
  if (findMasterKeySource(config) === null) {
    problems.push({ where: 'masterKey', message: 'one of file, env and fd is needed' })
  }
  if (problems.length > 0) throw new ConfigError(problems)
}
