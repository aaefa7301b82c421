// A learner who left without a word. These stories mostly wait, so that they have a file of their own
// and wait at the same time.
//
//   she comes back        is asked whether it is still her; what she chose is not lost
//   somebody else comes   says so, and stands before the first page
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Kiosk } from './kiosk.mjs'
import { addLearner } from './steps.mjs'
import { Visitor, WAYS, launch } from './visitor.mjs'

/** The shortest time that `--idle` takes, and a little. */
const IDLE_S = 30
const AWAY_MS = (IDLE_S + 2) * 1000

let browser
let kiosk
before(async () => {
  browser = await launch()
  kiosk = await Kiosk.start({ idle: IDLE_S })
})
after(async () => {
  await browser?.close()
  await kiosk?.end()
})

async function open(t, name) {
  const visitor = await Visitor.open(browser, kiosk, { ...WAYS[0], axe: false })
  t.after(() => visitor.close())
  await addLearner(visitor, { name })
  return visitor
}

describe('idle', { concurrency: 2 }, () => {
  test('she comes back, and what she chose is not lost', async (t) => {
    const visitor = await open(t, 'Lan')
    const { page } = visitor
    await visitor.go('/course/dien-thoai/lesson/bat-tat-sac/3')
    await page.locator('form.question label.option').filter({ hasText: 'Sai' }).click()
    await page.waitForTimeout(AWAY_MS)
    await visitor.press('Trả lời')
    assert.match(await page.locator('main').innerText(), /Bà Lan/i)
    visitor.axe = true
    await visitor.look('still-her')
    await visitor.press('Đúng, học tiếp')
    assert.match(await visitor.heading(), /^Đúng rồi/)
    assert.deepEqual(visitor.faults, [])
  })

  test('somebody else comes, and says so', async (t) => {
    const visitor = await open(t, 'Mai')
    const { page } = visitor
    await page.waitForTimeout(AWAY_MS)
    await visitor.go('/me')
    await visitor.press('Không, là người khác')
    assert.equal(await visitor.heading(), 'Hôm nay ai học?')
    assert.equal(await page.locator('header').count(), 0)
    assert.deepEqual(visitor.faults, [])
  })
})
