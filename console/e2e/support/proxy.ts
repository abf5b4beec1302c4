import { once } from 'node:events'
import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a proxy answers in the server's place. */
export interface Refusal {
  status: number
  headers?: Record<string, string>
  body?: string
}

/** A reverse proxy that puts a server below a path, as people have it in front of their tools. */
export class ReverseProxy {
  private readonly http: HttpServer
  private readonly prefix: string

  private readonly stray: (request: string) => void
  private refusal: Refusal | undefined

  private constructor(prefix: string, port: () => number, stray: (request: string) => void) {
    this.prefix = prefix
    this.stray = stray
    this.http = createServer((asked, answer) => this.pass(asked, answer, port()))
  }

  /** `prefix` begins and ends with a slash. A request that does not begin with it is told to
   * `stray`: it came from an address that is not relative. */
  static async start(
    prefix: string,
    port: () => number,
    stray: (request: string) => void,
  ): Promise<ReverseProxy> {
    const proxy = new ReverseProxy(prefix, port, stray)
    proxy.http.listen(0, '127.0.0.1')
    await once(proxy.http, 'listening')
    return proxy
  }

  get url(): string {
    const { port } = this.http.address() as AddressInfo
    return `http://127.0.0.1:${port}${this.prefix}`
  }

  /** Answers everything so from now on, and cuts what is open, as one does whose session has
   * ended; without an answer it passes requests on again. */
  refuse(refusal?: Refusal): void {
    this.refusal = refusal
    if (refusal) this.http.closeAllConnections()
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections()
    this.http.close()
    await once(this.http, 'close')
  }

  private pass(asked: IncomingMessage, answer: ServerResponse, port: number): void {
    const path = asked.url ?? ''
    if (!path.startsWith(this.prefix)) {
      this.stray(`${asked.method} ${path}`)
      answer.writeHead(404).end('not below the prefix')
      return
    }
    if (this.refusal) {
      const { status, headers, body } = this.refusal
      asked.resume()
      answer.writeHead(status, headers).end(body)
      return
    }
    const onward = request({
      host: '127.0.0.1',
      port,
      method: asked.method,
      path: `/${path.slice(this.prefix.length)}`,
      headers: asked.headers,
    })
    onward.on('response', response => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    onward.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()))
    answer.on('close', () => onward.destroy())
    asked.pipe(onward)
  }
}
