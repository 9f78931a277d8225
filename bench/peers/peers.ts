import { join } from 'node:path'
import { findFreePort } from '../../packages/server/src/http/free-port.ts'
import { ALGORITHMS, type Algorithm } from '../limits/bare-sign.ts'
import { REGION } from '../load/ask-administrator.ts'
import type { Question } from '../load/load-job.ts'
import type { ServerCommand } from '../servers/start-process.ts'
import { installPeer, type PeerPackage } from './install-peer.ts'

/** A server of somebody else that is measured on the same machine. */
export interface Peer {
  readonly name: string
  /** What one request makes it do, since no two of them do the same. */
  readonly work: string
  /** Null for one that is among the development dependencies. */
  readonly package: PeerPackage | null
  readonly questions: readonly {
    readonly name: string
    readonly algorithm: Algorithm | null
    readonly question: Question
  }[]
  /** @param folder where its package is installed */
  readonly createCommand: (folder: string, port: number) => Omit<ServerCommand, 'name' | 'port'>
}

const CLIENT = {
  kind: 'client-credentials',
  path: '/token',
  clientId: 'bench',
  clientSecret: 'a-secret-for-measuring-only',
} as const

const OIDC_PROVIDER: Peer = {
  name: 'oidc-provider 9.13.3',
  work: 'client secret, client credentials, JWT access token; storage in memory, no audit',
  package: null,
  questions: ALGORITHMS.map(algorithm => ({
    name: 'oidc-provider 9.13.3',
    algorithm,
    question: { ...CLIENT, parameters: { resource: `urn:bench:${algorithm.toLowerCase()}` } },
  })),
  createCommand: (_folder, port) => ({
    file: process.execPath,
    args: [join(import.meta.dirname, 'oidc-provider-server.mjs'), String(port)],
    cwd: import.meta.dirname,
  }),
}

function createOauth2MockServer(algorithm: Algorithm): Peer {
  const name = 'oauth2-mock-server 9.3.0'
  return {
    name,
    work: 'JWT for whoever asks; checks nothing, keeps nothing',
    package: { registry: 'npm', name: 'oauth2-mock-server', version: '9.3.0' },
    questions: [{ name, algorithm, question: { ...CLIENT, parameters: {} } }],
    createCommand: (folder, port) => ({
      file: process.execPath,
      args: [join(import.meta.dirname, 'oauth2-mock-server.mjs'), folder, String(port), algorithm],
      cwd: folder,
    }),
  }
}

const MOTO: Peer = {
  name: 'moto 5.2.5',
  work: 'STS call answered from memory; verifies no signature, evaluates no policy, signs nothing (it has no GetWebIdentityToken)',
  package: { registry: 'pypi', name: 'moto', version: '5.2.5', extra: 'server' },
  questions: [
    {
      name: 'moto 5.2.5, GetCallerIdentity',
      algorithm: null,
      question: askSts({ Action: 'GetCallerIdentity' }),
    },
    {
      name: 'moto 5.2.5, AssumeRole',
      algorithm: null,
      question: askSts({
        Action: 'AssumeRole',
        RoleArn: 'arn:aws:iam::123456789012:role/bench',
        RoleSessionName: 'bench',
      }),
    },
  ],
  createCommand: (folder, port) => ({
    file: join(folder, 'venv', 'bin', 'moto_server'),
    args: ['-H', '127.0.0.1', '-p', String(port)],
    cwd: folder,
  }),
}

/** All peers that the package registries have. */
export const PEERS: readonly Peer[] = [
  OIDC_PROVIDER,
  ...ALGORITHMS.map(createOauth2MockServer),
  MOTO,
]

/** A signed STS call of the user whose credentials AWS's documentation shows. */
function askSts(parameters: Readonly<Record<string, string>>): Question {
  const credentials = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  }
  return { kind: 'sts', region: REGION, callers: { kind: 'one', credentials }, parameters }
}

/** Makes a peer ready to be started. @throws Error when it can't be had */
export async function preparePeer(peer: Peer, installSeconds: number): Promise<ServerCommand> {
  const folder =
    peer.package === null ? import.meta.dirname : await installPeer(peer.package, installSeconds)
  const port = await findFreePort('127.0.0.1')
  return { ...peer.createCommand(folder, port), name: peer.name, port }
}
