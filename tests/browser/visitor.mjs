// Somebody in front of a browser, and what must hold of every page that is looked at.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const BROWSER = process.env.CHROMIUM ?? '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
]
const PICTURES = process.env.PICTURES
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Nothing that is asked of a page may take longer. */
const WAIT_MS_MAX = 30_000
/** Least height and width of what is pressed, in CSS pixels. */
const TARGET_PX_MIN = 48
/** Least size of running text, and of notes beside it. */
const TEXT_PX_MIN = 18
const NOTE_PX_MIN = 16

export const PHONE = { width: 320, height: 568 }
export const LAPTOP = { width: 1280, height: 800 }
/**
 * Scripts off and on, on a small phone and on the kiosk's own screen. The page is the same each time,
 * and axe is slow, so that it goes one of the four ways; what a width changes is measured in all.
 */
export const WAYS = [
  { scripts: false, size: PHONE },
  { scripts: true, size: PHONE, axe: false },
  { scripts: false, size: LAPTOP, axe: false },
  { scripts: true, size: LAPTOP, axe: false },
]
/** What axe has looked at in this process: name, colours and language of a page. */
const lookedAt = new Set()
export const nameOf = ({ scripts, size }) => `${size.width} px, scripts ${scripts ? 'on' : 'off'}`

export const launch = (more = []) => chromium.launch({ executablePath: BROWSER, args: [...FLAGS, ...more] })

export class Visitor {
  /** Opens a browser window of its own, with cookies of its own. */
  static async open(browser, kiosk, { scripts = true, size = PHONE, axe = true, dark = false, label = '', host } = {}) {
    const visitor = new Visitor()
    const isPhone = size.width < 600
    const context = await browser.newContext({
      viewport: size, locale: 'vi-VN', isMobile: isPhone, hasTouch: isPhone, acceptDownloads: true,
    })
    context.setDefaultTimeout(WAIT_MS_MAX)
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    const origin = kiosk.at(host)
    Object.assign(visitor, { context, origin, page, devtools, kiosk, scripts, size, axe, dark, label, faults: [] })
    page.on('pageerror', (error) => visitor.faults.push(`script: ${error.message}`))
    page.on('console', (said) => {
      // The answer 4xx of a page that names what is missing is written to the console too.
      if (said.type() === 'error' && !said.text().includes('status of 4')) visitor.faults.push(`console: ${said.text()}`)
    })
    page.on('request', (request) => {
      const address = new URL(request.url())
      if (address.protocol !== 'data:' && address.origin !== origin) visitor.faults.push(`asked for ${address}`)
    })
    await visitor.allowScripts(scripts)
    return visitor
  }

  /** Closes the window; a story that broke off still says what it saw. */
  close() {
    for (const fault of this.faults) console.log(`# ${fault}`)
    return this.context.close()
  }

  // Scripts are refused by the developer tools, not by the context, because axe needs them for a moment.
  allowScripts(allowed) {
    return this.devtools.send('Emulation.setScriptExecutionDisabled', { value: !allowed })
  }

  async go(path) {
    await this.page.goto(this.origin + path)
  }

  /** Presses the button or follows the link of this name. */
  async press(name, { exact = true } = {}) {
    const { page } = this
    await page.getByRole('button', { name, exact }).or(page.getByRole('link', { name, exact })).first().click()
    await page.waitForLoadState()
  }

  /** Presses the one thing that goes on: each screen has at most one. */
  async goOn() {
    await this.page.locator('.go').first().click()
    await this.page.waitForLoadState()
  }

  heading() {
    return this.page.locator('h1').first().innerText()
  }

  /** Checks what must hold of every page, and keeps a picture of it. */
  async look(name) {
    const fault = (words) => this.faults.push(`${name}, ${nameOf(this)}: ${words}`)
    for (const words of await this.page.evaluate(measure, { TARGET_PX_MIN, TEXT_PX_MIN, NOTE_PX_MIN })) fault(words)
    if (this.axe) await this.runAxe(name, fault)
    await this.keep(name)
    if (this.dark) await this.page.emulateMedia({ colorScheme: 'light' })
  }

  /** Lets axe look at the page in each of its colours, unless it has seen them. */
  async runAxe(name, fault) {
    const lang = await this.page.getAttribute('html', 'lang')
    const schemes = (this.dark ? ['light', 'dark'] : ['light']).filter((scheme) => {
      const seen = lookedAt.has(`${name} ${scheme} ${lang}`)
      lookedAt.add(`${name} ${scheme} ${lang}`)
      return !seen
    })
    if (schemes.length === 0) return
    await this.allowScripts(true)
    await this.page.evaluate(`${AXE}; undefined`)
    for (const scheme of schemes) {
      await this.page.emulateMedia({ colorScheme: scheme })
      const { violations, passed } = await this.page.evaluate(async (values) => {
        const { violations, passes } = await window.axe.run(document, {
          runOnly: { type: 'tag', values }, resultTypes: ['violations'],
        })
        return { violations: violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 160)) })), passed: passes.length }
      }, RULES)
      if (passed < 10) fault(`axe looked at almost nothing: ${passed} rules`)
      for (const { id, nodes } of violations) fault(`axe, ${scheme}: ${id}: ${nodes.join(' | ')}`)
    }
    await this.allowScripts(this.scripts)
  }

  async keep(name) {
    if (!PICTURES) return
    mkdirSync(PICTURES, { recursive: true })
    const about = [name, this.size.width, this.scripts ? 'scripts' : 'plain', ...(this.dark ? ['dark'] : []), ...(this.label ? [this.label] : [])]
    await this.page.screenshot({ path: join(PICTURES, `${about.join('-')}.png`), fullPage: true })
  }

  /** Answers the question on the page somehow; `turn` changes what is chosen. */
  async answerSomehow(turn = 0) {
    const form = this.page.locator('form.question')
    const radios = form.locator('label.option')
    const count = await radios.count()
    if (count > 0) await radios.nth(turn % count).click()
    const selects = form.locator('select')
    for (let i = 0; i < await selects.count(); i++) {
      const options = await selects.nth(i).locator('option').count() - 1
      await selects.nth(i).selectOption({ index: 1 + ((i + turn) % options) })
    }
    const typed = form.locator('input[type=text]')
    if (await typed.count() > 0) await typed.fill(String(turn + 1))
    await this.press('Trả lời')
  }
}

/** Runs in the page: everything that can be measured without judging. */
function measure({ TARGET_PX_MIN, TEXT_PX_MIN, NOTE_PX_MIN }) {
  const faults = []
  const shown = (element) => {
    const box = element.getBoundingClientRect()
    const style = getComputedStyle(element)
    return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && box.right > 0
  }
  const about = (element) => element.outerHTML.replace(/\s+/g, ' ').slice(0, 120)
  const root = document.documentElement
  if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways: ${root.scrollWidth} px of ${root.clientWidth} px`)
  if (document.querySelectorAll('h1').length !== 1) faults.push(`has ${document.querySelectorAll('h1').length} first headings`)
  if (!root.lang) faults.push('says no language')
  if (!document.title.trim()) faults.push('has no title')
  for (const element of document.querySelectorAll('a, button, input, select, textarea, summary')) {
    if (element.type === 'hidden') continue
    // A radio button or checkbox is pressed by its whole label.
    const target = /^(radio|checkbox)$/.test(element.type) ? element.closest('label') ?? element : element
    if (!shown(target)) continue
    const { width, height } = target.getBoundingClientRect()
    if (height < TARGET_PX_MIN - 0.5 || width < TARGET_PX_MIN - 0.5) {
      faults.push(`target of ${Math.round(width)} x ${Math.round(height)} px: ${about(target)}`)
    }
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const small = new Set()
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !shown(element) || element.closest('svg, .hidden, option')) continue
    const isNote = element.closest('small, footer, .note, .hint, .record, .source, .back, .place')
    const size = parseFloat(getComputedStyle(element).fontSize)
    if (size < (isNote ? NOTE_PX_MIN : TEXT_PX_MIN) - 0.1) small.add(`text of ${size} px: ${about(element)}`)
  }
  faults.push(...small)
  // One thing to do next: what is green is at most one.
  const green = [...document.querySelectorAll('.go')].filter(shown)
  if (green.length > 1) faults.push(`${green.length} green buttons`)
  return faults
}
