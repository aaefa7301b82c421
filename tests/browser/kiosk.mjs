// The real program on a data folder of its own: start, kill, start again.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROGRAM = process.env.HOCVU ?? fileURLToPath(new URL('../../target/release/hocvu', import.meta.url))
const START_MS_MAX = 60_000

export class Kiosk {
  /**
   * Starts the program on a new data folder. `idle` is in seconds; `open` lets other devices in;
   * `name` is what other devices call this station, `upstream` the hub code of the one above it;
   * `prepare` is called with the kiosk before it serves.
   */
  static async start({ idle, open = false, name, upstream, prepare } = {}) {
    const kiosk = new Kiosk()
    kiosk.folder = mkdtempSync(join(tmpdir(), 'hocvu-browser-'))
    const option = (word, value) => (value ? [word, String(value)] : [])
    kiosk.more = [...option('--idle', idle), ...option('--name', name), ...option('--upstream', upstream)]
    prepare?.(kiosk)
    await kiosk.serve(open ? '0.0.0.0:0' : '127.0.0.1:0')
    return kiosk
  }

  /** Runs another command of the program on this computer, and gives what it printed. */
  run(...args) {
    return execFileSync(PROGRAM, args, { env: this.env(), cwd: this.folder, encoding: 'utf8' })
  }

  env() {
    return { ...process.env, XDG_STATE_HOME: join(this.folder, 'state'), RUST_LOG: 'warn' }
  }

  /** The address that a browser on the machine `host` types. */
  at(host = '127.0.0.1') {
    return `http://${host}:${this.port}`
  }

  async serve(listen) {
    const args = ['serve', '--data', join(this.folder, 'data'), '--listen', listen, ...this.more]
    this.process = spawn(PROGRAM, args, { env: this.env(), stdio: ['ignore', 'pipe', 'pipe'] })
    this.ended = new Promise((done) => this.process.once('exit', done))
    let said = ''
    let complained = ''
    this.process.stderr.on('data', (words) => (complained += words))
    this.complaints = () => complained
    this.printed = () => said
    let late
    this.port = await new Promise((done, fail) => {
      const refuse = (what) => fail(new Error(`${what}: ${said}${complained}`))
      late = setTimeout(refuse, START_MS_MAX, 'no address in time')
      this.process.stdout.on('data', (words) => {
        said += words
        const address = /^hocvu: http:\/\/127\.0\.0\.1:(\d+)$/m.exec(said)
        if (address) done(Number(address[1]))
      })
      this.process.once('error', (error) => refuse(error.message))
      this.process.once('exit', (code) => refuse(`ended with ${code}`))
    }).finally(() => clearTimeout(late))
  }

  /** Ends the program: SIGKILL pulls the plug, SIGTERM and SIGINT ask. Gives the exit code. */
  async stop(signal = 'SIGTERM') {
    this.process.kill(signal)
    return this.ended
  }

  /** Starts it again on the same folder and port, so that open pages still lead to it. */
  async again() {
    await this.serve(`127.0.0.1:${this.port}`)
  }

  /** Ends the program and removes its folder. */
  async end() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.stop('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }
}
