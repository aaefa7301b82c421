// Letters as large as somebody needs them.
//
//   200 % text            every page at 320 px with letters twice as large scrolls in one direction,
//                         and its choices keep whole words
//   text size             the switch on each page is remembered
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Kiosk } from './kiosk.mjs'
import { PAGES, addLearner, lookAtVolunteers, lookEverywhere, named } from './steps.mjs'
import { PHONE, Visitor, launch } from './visitor.mjs'

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

test('every page at 320 px with letters twice as large scrolls in one direction', async (t) => {
  // DevTools' font sizes are undone by a picture of the whole page; the browser's own setting is not.
  const large = await launch(['--blink-settings=defaultFontSize=32,defaultFixedFontSize=26'])
  t.after(() => large.close())
  const visitor = await open(t, 'Hai', { size: PHONE, axe: false, label: 'large' }, large)
  const size = await visitor.page.evaluate(() => getComputedStyle(document.querySelector('main')).fontSize)
  assert.equal(size, '36px')
  await lookEverywhere(visitor)
  await lookAtVolunteers(visitor)
  for (const path of ['/people/new', '/me/erase']) {
    await visitor.go(path)
    // Beside its box a text must not be squeezed to a letter a line.
    const narrow = await visitor.page.locator('label.option').evaluateAll((options) =>
      options.filter((option) => option.clientHeight > 8 * option.clientWidth).length)
    assert.equal(narrow, 0, path)
  }
  assert.deepEqual(visitor.faults, [])
})

test('the text size that somebody chose is remembered', async (t) => {
  const visitor = await open(t, 'Ba', { size: PHONE, scripts: false, axe: false, label: 'size-3' })
  const size = () => visitor.page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('main')).fontSize))
  await visitor.go('/course/lua-dao')
  const normal = await size()
  await visitor.press('Chữ rất to')
  assert.equal(new URL(visitor.page.url()).pathname, '/course/lua-dao', 'the switch leads away')
  assert.ok(await size() >= normal * 1.4)
  for (const path of PAGES) {
    await visitor.go(path)
    assert.ok(await size() >= normal * 1.4, path)
    await visitor.look(named(path))
  }
  assert.deepEqual(visitor.faults, [])
})
