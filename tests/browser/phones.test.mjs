// Phones on the village's network use the kiosk's own pages.
//
//   whose names            a phone lists only who has learned on it, unless the volunteer opens the list
//   the console's code     from a phone the passcode is set only with what the console printed
import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { after, before, test } from 'node:test'
import { Kiosk } from './kiosk.mjs'
import { addLearner } from './steps.mjs'
import { LAPTOP, PHONE, Visitor, launch } from './visitor.mjs'

const PASSCODE = 'trau-sen-tre-88'
/** An address of this machine that is not loopback, by which its browser is a phone to the kiosk. */
const HOST = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === 'IPv4' && !internal)?.address
const skip = HOST ? false : 'this machine has no network address but loopback'

let browser
let kiosk
before(async () => {
  browser = await launch()
  kiosk = await Kiosk.start({ open: true })
})
after(async () => {
  await browser?.close()
  await kiosk?.end()
})

async function open(t, options) {
  const visitor = await Visitor.open(browser, kiosk, options)
  t.after(() => visitor.close())
  return visitor
}

/** Whom the first page offers. */
async function listed(visitor) {
  await visitor.go('/')
  return visitor.page.locator('button.person .name').allInnerTexts()
}

test("from a phone the passcode is set only with the console's code", { skip }, async (t) => {
  const phone = await open(t, { size: PHONE, host: HOST, scripts: false, label: 'phone' })
  const { page } = phone
  const code = /set the volunteer's passcode from another device: (\S+)/.exec(kiosk.printed())[1]
  await phone.go('/volunteer')
  await phone.look('passcode-code')
  for (const [typed, heading] of [['0000-0000', /Đặt mã quản lý/], [code, /Máy này ở xã, phường nào/]]) {
    await page.getByLabel('Mã in ở cửa sổ đang chạy hocvu').fill(typed)
    await page.getByLabel(/^Mã mới/).fill(PASSCODE)
    await page.getByLabel('Gõ lại mã mới').fill(PASSCODE)
    await phone.press('Lưu')
    assert.match(await phone.heading(), heading)
  }
  assert.deepEqual(phone.faults, [])
})

test('a phone lists only who has learned on it, unless the volunteer opens the list', { skip }, async (t) => {
  const hers = await open(t, { size: PHONE, host: HOST, scripts: false, label: 'phone' })
  const his = await open(t, { size: PHONE, host: HOST, label: 'phone' })
  const here = await open(t, { size: LAPTOP, axe: false })
  await addLearner(hers, { name: 'Mai' })
  assert.deepEqual(await listed(his), [], 'a phone sees the name of somebody it does not know')
  await his.look('people-phone-nobody')
  await addLearner(his, { name: 'Tư', address: 'Ông', picture: 'con trâu' })
  assert.deepEqual(await listed(his), ['Ông Tư'])
  assert.deepEqual(await listed(hers), ['Bà Mai'])
  await hers.look('people-phone')
  assert.deepEqual(await listed(here), ['Bà Mai', 'Ông Tư'])

  await here.go('/volunteer')
  await here.page.getByLabel('Mã quản lý').fill(PASSCODE)
  await here.press('Mở trang')
  await here.press(/^Mở danh sách/)
  assert.deepEqual(await listed(hers), ['Bà Mai', 'Ông Tư'])
  await hers.look('people-phone-open')
  await here.go('/volunteer')
  await here.press('Đóng danh sách')
  assert.deepEqual(await listed(hers), ['Bà Mai'])
  for (const visitor of [hers, his, here]) assert.deepEqual(visitor.faults, [])
})
