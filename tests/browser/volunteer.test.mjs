// The volunteer's pages.
//
//   the volunteer's day   passcode, learners and their table, PIN reset, commune, a pack refused,
//                         locking up (four ways)
//   a course from a file  its publisher is unknown: the fingerprint is compared, then it is trusted
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Kiosk } from './kiosk.mjs'
import { addLearner } from './steps.mjs'
import { PHONE, Visitor, WAYS, launch, nameOf } from './visitor.mjs'

/** Makes a course and signs it with keys of its own. */
const SIGNED_PACK = process.env.SIGNED_PACK ?? fileURLToPath(new URL('../../target/debug/signed_pack', import.meta.url))
const PASSCODE = 'trau-sen-tre-88'
const PIN = '7294'

let browser
before(async () => (browser = await launch()))
after(() => browser?.close())

for (const way of WAYS) {
  test(`the volunteer's day, ${nameOf(way)}`, async (t) => {
    const kiosk = await Kiosk.start()
    t.after(() => kiosk.end())
    const visitor = await Visitor.open(browser, kiosk, way)
    t.after(() => visitor.close())
    const { page } = visitor
    // A name that a spreadsheet would compute.
    await addLearner(visitor, { name: '=1+2' })
    await visitor.go('/me/pin')
    await page.getByLabel('Mã PIN mới, 4 số').fill(PIN)
    await page.getByLabel('Gõ lại mã PIN mới').fill(PIN)
    await visitor.press('Lưu')
    await visitor.press('Đổi người')

    await visitor.go('/volunteer/learners')
    assert.equal(new URL(page.url()).pathname, '/volunteer', 'the table opens without a passcode')
    await visitor.look('passcode-new')
    await setPasscode(visitor, 'ngan')
    await visitor.look('passcode-short')
    assert.match(await page.locator('.fault').innerText(), /ngắn quá/)
    await setPasscode(visitor, PASSCODE)
    await visitor.go('/volunteer')
    await visitor.look('volunteer')

    await visitor.press(/^Người học/)
    await visitor.look('volunteer-learners')
    assert.match(await page.locator('table').innerText(), /=1\+2.*có mã PIN/s)
    const loading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Tải bảng (CSV)' }).click()
    const table = readFileSync(await (await loading).path(), 'utf8')
    assert.match(table, /^\ufeff"Tên","Nhóm"/)
    assert.match(table, /^"'=1\+2"|^"Bà =1\+2"/m, 'a name would be computed by a spreadsheet')
    await page.locator('tbody a').click()
    await visitor.look('volunteer-learner')
    await page.getByRole('button', { name: 'Đặt lại mã PIN' }).click()
    await page.waitForLoadState()
    assert.equal(await page.getByRole('button', { name: 'Đặt lại mã PIN' }).count(), 0)

    await visitor.go('/volunteer/commune')
    await page.getByLabel('Gõ tên xã, phường, đặc khu').fill('dong anh')
    await visitor.press('Tìm')
    await visitor.look('commune')
    await page.getByRole('button', { name: /^Xã Đông Anh|^Đông Anh/ }).first().click()
    await page.waitForLoadState()
    await visitor.go('/volunteer')
    assert.match(await page.locator('main').innerText(), /Máy này ở .*Đông Anh/)

    await visitor.go('/volunteer/courses')
    await visitor.look('volunteer-courses')
    assert.match(await page.locator('main').innerText(), /Nhận biết lừa đảo qua mạng/)
    await page.getByLabel('Tệp khóa học').setInputFiles({
      name: 'khoa.hocvu', mimeType: 'application/octet-stream', buffer: Buffer.from('no pack at all'),
    })
    await visitor.press('Cài khóa này')
    await visitor.look('pack-refused')
    assert.match(await page.locator('main').innerText(), /Chưa cài được khóa học này/)

    await visitor.go('/volunteer')
    await visitor.press('Ra khỏi trang này')
    await visitor.go('/volunteer/learners')
    await visitor.look('passcode-enter')
    await page.getByLabel('Mã quản lý').fill('sai-hoan-toan')
    await visitor.press('Mở trang')
    await visitor.look('passcode-wrong')
    assert.match(await page.locator('.fault').innerText(), /Mã chưa đúng|Đợi/)
    await page.getByLabel('Mã quản lý').fill(PASSCODE)
    await visitor.press('Mở trang')
    assert.equal(await visitor.heading(), 'Trang của tình nguyện viên')
    assert.equal(await page.getByLabel('Mã quản lý').count(), 0)

    // The PIN is gone, the learner is not.
    await visitor.go('/')
    await visitor.press(/^Bà =1\+2/)
    assert.match(await visitor.heading(), /Chào bà =1\+2/)
    assert.deepEqual(visitor.faults, [])
  })
}

test("a course from a file is taken in once its publisher's fingerprint was compared", async (t) => {
  const kiosk = await Kiosk.start()
  t.after(() => kiosk.end())
  const visitor = await Visitor.open(browser, kiosk, { size: PHONE, scripts: false, dark: true })
  t.after(() => visitor.close())
  const { page } = visitor
  const file = join(kiosk.folder, 'khoa-moi.hocvu')
  // On paper, as it were: what the publisher says of its key.
  const paper = execFileSync(SIGNED_PACK, [file], { encoding: 'utf8' }).trim()
  await visitor.go('/volunteer')
  await setPasscode(visitor, PASSCODE)
  const upload = async () => {
    await visitor.go('/volunteer/courses')
    await page.getByLabel('Tệp khóa học').setInputFiles(file)
    await visitor.press('Cài khóa này')
  }

  await upload()
  assert.equal(await visitor.heading(), 'Tin nhà phát hành này?')
  await visitor.look('trust')
  assert.equal(await page.locator('.finger').innerText(), `Dấu khóa: ${paper}`)
  await visitor.press('Không tin')
  assert.doesNotMatch(await page.locator('main').innerText(), /Sở Giáo dục/)
  await upload()
  await visitor.press('Giống rồi, tin và cài')
  assert.match(await page.locator('.flash').innerText(), /^Đã cài “.+”, bản 1\.$/)
  assert.match(await page.locator('main').innerText(), /Chữ ký của Sở Giáo dục, đã kiểm tra/)
  await visitor.look('pack-installed')
  // A trusted publisher is not asked about again.
  await upload()
  assert.match(await page.locator('.flash').innerText(), /đã có trên máy rồi/)
  const title = /“(.+)”/.exec(await page.locator('.flash').innerText())[1]
  await visitor.go('/home')
  await page.locator('.courses a').filter({ hasText: title }).click()
  await page.waitForURL(/\/course\//)
  assert.equal(await visitor.heading(), title)
  assert.deepEqual(visitor.faults, [])
})

async function setPasscode(visitor, passcode) {
  await visitor.page.getByLabel(/^Mã mới/).fill(passcode)
  await visitor.page.getByLabel('Gõ lại mã mới').fill(passcode)
  await visitor.press('Lưu')
}
