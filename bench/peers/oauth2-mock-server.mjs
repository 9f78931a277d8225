/**
 * `oauth2-mock-server` with one key. Takes the folder where it is installed, the port and the
 * algorithm of the key, with which it signs everything.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder, port, algorithm] = process.argv.slice(2)
const entry = createRequire(join(folder, 'package.json')).resolve('oauth2-mock-server')
const { OAuth2Server } = await import(pathToFileURL(entry).href)

const server = new OAuth2Server()
await server.issuer.keys.generate(algorithm)
await server.start(Number(port), '127.0.0.1')
