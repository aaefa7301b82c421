// What holds everywhere, page by page.
//
//   dark                  every page, the volunteer's too, and every screen of each course's last lesson
//   languages             the switch changes words and `lang`; a lesson that has a translation shows it
//   the first page        at most 30 kB in at most 3 requests
//   fonts                 every Vietnamese letter is drawn
//   keyboard              a question is found, answered and left without a mouse
//   search                words without marks find the course
//   wrong addresses       an address that leads nowhere, and a form that is too old, are answered kindly
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Kiosk } from './kiosk.mjs'
import { PAGES, addLearner, lookAtVolunteers, lookEverywhere, named } from './steps.mjs'
import { LAPTOP, PHONE, Visitor, launch } from './visitor.mjs'

const FIRST_PAGE_BYTES_MAX = 30_000
const FIRST_PAGE_REQUESTS_MAX = 3
let browser
let kiosk
before(async () => {
  browser = await launch()
  kiosk = await Kiosk.start()
})
after(async () => {
  await browser?.close()
  await kiosk?.end()
})

/** Opens a window with a learner of its own signed in. */
async function open(t, name, options = {}, from = browser) {
  const visitor = await Visitor.open(from, kiosk, options)
  t.after(() => visitor.close())
  await addLearner(visitor, { name })
  return visitor
}

test('every page in dark colours', async (t) => {
  const visitor = await open(t, 'Đào', { size: PHONE, dark: true, label: 'all' })
  await lookEverywhere(visitor)
  await lookAtVolunteers(visitor)
  assert.deepEqual(visitor.faults, [])
})

test('languages: words and `lang` change; a translated lesson shows its translation', async (t) => {
  const visitor = await open(t, 'Tư', { size: LAPTOP, label: 'en' })
  const { page } = visitor
  await visitor.press('English')
  assert.equal(await page.getAttribute('html', 'lang'), 'en')
  for (const path of PAGES) {
    await visitor.go(path)
    await visitor.look(named(path))
  }
  await visitor.go('/course/mat-khau-otp/lesson/ma-otp/1')
  const translated = page.locator('h1')
  assert.ok(await translated.evaluate((h1) => h1.closest('[lang]').lang === 'en'), 'not shown in English')
  // What has no translation stays Vietnamese, and says so to a screen reader.
  await visitor.go('/course/dien-thoai/lesson/cham-vuot/1')
  assert.equal(await page.locator('h1').evaluate((h1) => h1.closest('[lang]').lang), 'vi')
  assert.deepEqual(visitor.faults, [])
})

test('the first page is small', async (t) => {
  const fresh = await Kiosk.start()
  t.after(() => fresh.end())
  const visitor = await Visitor.open(browser, fresh, { size: PHONE })
  t.after(() => visitor.close())
  let bytes = 0
  let requests = 0
  await visitor.devtools.send('Network.enable')
  await visitor.devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
  visitor.devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
    requests += 1
  })
  await visitor.go('/')
  await visitor.page.waitForLoadState('networkidle')
  t.diagnostic(`first page: ${bytes} bytes in ${requests} requests`)
  assert.ok(bytes > 1000 && bytes <= FIRST_PAGE_BYTES_MAX, `${bytes} bytes`)
  assert.ok(requests > 0 && requests <= FIRST_PAGE_REQUESTS_MAX, `${requests} requests`)
})

test('every letter is drawn with a font that has Vietnamese', async (t) => {
  const visitor = await open(t, 'Năm', { size: PHONE })
  await visitor.go('/course/lua-dao')
  const { devtools } = visitor
  await devtools.send('DOM.enable')
  await devtools.send('CSS.enable')
  const { root } = await devtools.send('DOM.getDocument')
  const { nodeIds } = await devtools.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector: 'main *' })
  const used = new Set()
  for (const nodeId of nodeIds) {
    const { fonts } = await devtools.send('CSS.getPlatformFontsForNode', { nodeId })
    for (const { familyName } of fonts) used.add(familyName)
  }
  assert.ok(used.size > 0)
  for (const family of used) assert.match(family, /^(Noto|DejaVu) Sans/)
})

test('a question is found, answered and left by keyboard alone', async (t) => {
  const visitor = await open(t, 'Sáu', { size: LAPTOP, scripts: false, axe: false })
  const { page } = visitor
  await visitor.go('/course/dien-thoai/lesson/bat-tat-sac/3')
  const focused = () => page.evaluate(() => {
    const { activeElement: at } = document
    const box = at.getBoundingClientRect()
    const outline = parseFloat(getComputedStyle(at).outlineWidth)
    return { name: at.name ?? '', text: at.innerText?.trim() ?? '', href: at.getAttribute('href'), seen: box.width > 0, outline }
  })
  await page.keyboard.press('Tab')
  assert.equal((await focused()).href, '#main', 'the first stop is not the link to the content')
  await page.keyboard.press('Enter')
  await tabTo(page, focused, ({ name }) => name === 'a')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  assert.equal(await page.locator('form.question input:checked').count(), 1)
  const button = await tabTo(page, focused, ({ text }) => text === 'Trả lời')
  assert.ok(button.outline >= 2, 'the focus cannot be seen')
  await visitor.keep('keyboard-focus')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/check\//)
  assert.match(await visitor.heading(), /^Đúng rồi|^Chưa đúng/)
  await tabTo(page, focused, ({ text }) => text === 'Xem tiếp')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/lesson\//)
})

/** Presses Tab until the focus is where `is` says. */
async function tabTo(page, focused, is) {
  const passed = []
  for (let stop = 0; stop < 40; stop++) {
    await page.keyboard.press('Tab')
    const at = await focused()
    if (is(at)) return at
    passed.push(at.text || at.name || at.href)
  }
  assert.fail(`never came there, but to: ${passed.join(', ')}`)
}

test('search: words without marks find the course', async (t) => {
  const visitor = await open(t, 'Bảy', { size: PHONE, scripts: false })
  const { page } = visitor
  await visitor.go('/home')
  await visitor.press('Tìm bài')
  await page.getByRole('searchbox').fill('lua dao')
  await visitor.press('Tìm')
  assert.ok(await page.locator('.hits li').count() >= 3)
  assert.match(await page.locator('.hits').innerText(), /Nhận biết lừa đảo qua mạng/)
  assert.match(await page.locator('.hits mark').first().innerText(), /lừa|đảo/i)
  await visitor.look('search-hits')
  await page.locator('.hits a').first().click()
  await page.waitForURL(/\/lesson\//)
  assert.deepEqual(visitor.faults, [])
})

test('an address that leads nowhere, and a form that is too old, are answered kindly', async (t) => {
  const visitor = await open(t, 'Tám', { size: PHONE, scripts: false })
  const { page } = visitor
  await visitor.go('/course/khong-co')
  await visitor.look('not-found')
  assert.equal(await visitor.heading(), 'Không có trang này')
  await visitor.go('/people/new')
  await visitor.context.clearCookies()
  await visitor.press('Xong, vào học')
  assert.equal(await visitor.heading(), 'Trang này mở lâu quá rồi')
  await visitor.look('form-expired')
  assert.deepEqual(visitor.faults, [])
  await page.close()
})
