/**
 * `oidc-provider` as an issuer of JWT access tokens by client credentials: memory for its storage, one
 * client with a secret, one resource server for each algorithm. Takes the port.
 */
import { generateKeyPairSync } from 'node:crypto'
import Provider from 'oidc-provider'

const [port] = process.argv.slice(2)

const keys = [
  [generateKeyPairSync('rsa', { modulusLength: 2048 }), 'RS256'],
  [generateKeyPairSync('ec', { namedCurve: 'P-384' }), 'ES384'],
].map(([{ privateKey }, alg]) => ({ ...privateKey.export({ format: 'jwk' }), alg, use: 'sig' }))

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys },
  clients: [
    {
      client_id: 'bench',
      client_secret: 'a-secret-for-measuring-only',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
  ],
  ttl: { ClientCredentials: 300 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, resource) => ({
        scope: '',
        audience: resource,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 300,
        jwt: { sign: { alg: resource.endsWith('es384') ? 'ES384' : 'RS256' } },
      }),
    },
  },
})
provider.on('server_error', (_context, error) => console.error(error))
provider.listen(Number(port), '127.0.0.1')
