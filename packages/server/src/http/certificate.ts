import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'

/** Where the certificate chain and its private key lie, both in PEM. */
export interface CertificateFiles {
  readonly certFile: string
  readonly keyFile: string
}

/**
 * The options that give a TLS server its certificate. They hold the private key and are never logged.
 */
export interface Certificate {
  readonly cert: string
  readonly key: string
  readonly minVersion: 'TLSv1.2'
}

/** A certificate that cannot be used. The text names the file and what is wrong, never its content. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}

/** Reads and checks a pair. @throws CertificateError when it is unreadable or does not belong together */
export async function loadCertificate(files: CertificateFiles): Promise<Certificate> {
  const { certFile, keyFile } = files
  const cert = await readPem(certFile)
  const key = await readPem(keyFile)
  const leaf = parseOr(`${certFile} holds no PEM certificate`, () => new X509Certificate(cert))
  const privateKey = parseOr(`${keyFile} holds no unencrypted PEM private key`, () =>
    createPrivateKey(key),
  )
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new CertificateError(
      `the key in ${keyFile} is not that of the certificate in ${certFile}`,
    )
  }
  const certificate: Certificate = { cert, key, minVersion: 'TLSv1.2' }
  parseOr(`TLS does not accept ${certFile} with ${keyFile}`, () => createSecureContext(certificate))
  return certificate
}

/** A text that changes whenever one of the files is written, replaced or made (un)readable. */
export async function stampFiles({ certFile, keyFile }: CertificateFiles): Promise<string> {
  return `${await stampFile(certFile)} ${await stampFile(keyFile)}`
}

async function stampFile(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return [ino, size, mtimeNs, ctimeNs].join('/')
  } catch {
    return 'unreadable'
  }
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CertificateError(`cannot read ${path}: ${reason}`, { cause })
  }
}

function parseOr<T>(complaint: string, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw new CertificateError(complaint, { cause })
  }
}
