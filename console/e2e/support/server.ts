import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './port'

const BINARY =
  process.env.STATELINE ?? fileURLToPath(new URL('../../../target/release/stateline', import.meta.url))
const READY_MILLIS = 60_000

/** What a server under test is told before it starts. */
export interface Settings {
  /** The text of stateline.toml. */
  config: string
  /** What SFN_MOCK_CONFIG's file holds. */
  mocks: object
}

/** The binary under test on a loopback port: the same port and data each time it is started. */
export class Server {
  private readonly folder = mkdtempSync(join(tmpdir(), 'stateline-console-'))
  private readonly settings: Settings
  private data = join(this.folder, 'data')
  private process: ChildProcess | undefined
  private number = 0

  constructor(settings: Settings) {
    this.settings = settings
  }

  /** Where the console is, with a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${this.number}/`
  }

  get port(): number {
    return this.number
  }

  get running(): boolean {
    return this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null
  }

  /** Starts it, with the data it had before or that of another folder, and waits until it listens. */
  async start(data?: string): Promise<void> {
    if (this.running) throw new Error('the server runs already')
    if (data) this.data = data
    if (this.number === 0) this.number = await freePort()
    const config = join(this.folder, 'stateline.toml')
    const mocks = join(this.folder, 'mocks.json')
    writeFileSync(config, this.settings.config)
    writeFileSync(mocks, JSON.stringify(this.settings.mocks))
    const child = spawn(
      BINARY,
      ['serve', '--listen', `127.0.0.1:${this.number}`, '--data', this.data, '--config', config],
      { cwd: this.folder, env: surroundings(mocks), stdio: ['ignore', 'pipe', 'pipe'] },
    )
    this.process = child
    child.stderr.on('data', (text: Buffer) => appendFileSync(this.logFile, text))
    await this.ready(child)
  }

  /** Ends it as an operator would, and waits for that. */
  stop(): Promise<void> {
    return this.end('SIGTERM')
  }

  /** Ends it as a power cut would. */
  kill(): Promise<void> {
    return this.end('SIGKILL')
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  /** What it wrote to stderr, in all its runs. */
  log(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : ''
  }

  /** Ends it and removes what it left. */
  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private get logFile(): string {
    return join(this.folder, 'server.log')
  }

  private async ready(child: ChildProcess): Promise<void> {
    let said = ''
    const listening = new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (text: Buffer) => {
        said += text.toString()
        if (said.includes('listening on http://')) resolve()
      })
      child.once('error', reject)
      child.once('exit', () => reject(new Error(`the server ended; ${this.log()}`)))
      setTimeout(() => reject(new Error(`the server is not ready; ${this.log()}`)), READY_MILLIS).unref()
    })
    await listening
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.process
    if (child && this.running) {
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    }
    this.process = undefined
  }
}

/** Ours, without anything that points at somebody's AWS. */
function surroundings(mocks: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|SFN_|STATELINE)/.test(name))
  return { ...Object.fromEntries(kept), RUST_LOG: 'warn', SFN_MOCK_CONFIG: mocks }
}
