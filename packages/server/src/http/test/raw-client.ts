import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type PeerCertificate, TLSSocket } from 'node:tls'

/** An answer as it stood on the wire. */
export interface RawResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A client that sends exactly what it is told, well-formed or not. */
export class RawClient {
  readonly socket: Socket
  /** Settles when the connection is gone, however it ended. */
  readonly closed: Promise<void>
  #received = ''
  #wake: () => void = () => undefined
  #isClosed = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1').on('data', chunk => {
      this.#received += String(chunk)
      this.#wake()
    })
    socket.on('error', () => undefined)
    this.closed = new Promise(resolve => {
      socket.once('close', () => {
        this.#isClosed = true
        this.#wake()
        resolve()
      })
    })
  }

  /** Sends bytes; text is one byte per character. */
  send(bytes: string | Uint8Array): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  }

  /** The next answer. `bodiless`: the request was a HEAD. Null when the connection ends before it. */
  async readAnswer({ bodiless = false } = {}): Promise<RawResponse | null> {
    for (;;) {
      const answer = this.#takeAnswer(bodiless)
      if (answer !== null || this.#isClosed) return answer
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  /** What was received and is no whole answer. */
  get rest(): string {
    return this.#received
  }

  /** The certificate that the server showed. */
  get peerCertificate(): PeerCertificate {
    if (!(this.socket instanceof TLSSocket)) throw new TypeError('not a TLS connection')
    return this.socket.getPeerCertificate()
  }

  #takeAnswer(bodiless: boolean): RawResponse | null {
    const headEnd = this.#received.indexOf('\r\n\r\n')
    if (headEnd === -1) return null
    const [statusLine = '', ...lines] = this.#received.slice(0, headEnd).split('\r\n')
    const headers = Object.fromEntries(
      lines.map(line => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }),
    )
    const length = bodiless ? 0 : Number(headers['content-length'] ?? 0)
    const end = headEnd + 4 + length
    if (this.#received.length < end) return null
    const body = this.#received.slice(headEnd + 4, end)
    this.#received = this.#received.slice(end)
    return { status: Number(statusLine.split(' ')[1]), headers, body }
  }
}

/** Connects in clear. */
export async function connectRaw(port: number): Promise<RawClient> {
  const socket = connectTcp({ host: '127.0.0.1', port, noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return new RawClient(socket)
}

/** Connects by TLS, trusting any certificate. Rejects when the handshake fails. */
export async function connectSecurely(
  port: number,
  options: { readonly protocols?: readonly string[] } = {},
): Promise<RawClient> {
  const socket = connectTls({
    host: '127.0.0.1',
    port,
    rejectUnauthorized: false,
    ALPNProtocols: [...(options.protocols ?? ['http/1.1'])],
  })
  await new Promise((resolve, reject) =>
    socket.once('secureConnect', resolve).once('error', reject),
  )
  return new RawClient(socket)
}

/** Sends one request on a connection of its own, and gives the one answer to it. */
export async function ask(
  port: number,
  bytes: string | Uint8Array,
  options: { readonly bodiless?: boolean } = {},
): Promise<RawResponse | null> {
  const client = await connectRaw(port)
  client.send(bytes)
  const answer = await client.readAnswer(options)
  client.socket.destroy()
  return answer
}
