// A record on two devices.
//
//   a courier's way     a learner's card from one kiosk is taken in on another by its picture; a file
//                       is carried there and the answer back, by download and upload; her progress is
//                       there, and at home it says who has received it (320 px, scripts off)
//   stations            the volunteer asks herself, shuts a station out, lets it in again and replaces
//                       the code for stations; also with letters twice as large
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Kiosk } from './kiosk.mjs'
import { addLearner, becomeVolunteer, takeLesson } from './steps.mjs'
import { PHONE, Visitor, launch } from './visitor.mjs'

let browser
before(async () => (browser = await launch()))
after(() => browser?.close())

/** Presses what gives a file, and reads the file. */
async function downloaded(visitor, name) {
  const loading = visitor.page.waitForEvent('download')
  const { page } = visitor
  await page.getByRole('button', { name }).or(page.getByRole('link', { name })).first().click()
  return readFileSync(await (await loading).path())
}

/** Takes a file in on the page of couriers, and gives what is said to it. */
async function bring(visitor, buffer) {
  await visitor.go('/volunteer/courier')
  await visitor.page.getByLabel('Chọn tệp vừa mang tới').setInputFiles({ name: 'tep.hvb', mimeType: 'application/octet-stream', buffer })
  await visitor.press('Đưa tệp vào')
  return visitor.page.locator('main').innerText()
}

/** Opens the page of sending and receiving when nothing is under way. */
async function openSync(visitor) {
  const button = visitor.page.getByRole('button', { name: 'Gửi nhận ngay' })
  await visitor.go('/volunteer/sync/running')
  // The page opens itself again until the round is over.
  await button.waitFor()
}

test("a courier's way: a card, a file and its answer between two kiosks", async (t) => {
  const way = { size: PHONE, scripts: false, dark: true }
  const [home, away] = await Promise.all([
    Kiosk.start({ name: 'Xóm Trên' }), Kiosk.start({ name: 'Xóm Dưới' }),
  ])
  t.after(() => Promise.all([home.end(), away.end()]))
  const here = await Visitor.open(browser, home, { ...way, label: 'home' })
  const there = await Visitor.open(browser, away, { ...way, label: 'away' })
  t.after(() => Promise.all([here.close(), there.close()]))

  await addLearner(here, { name: 'Lan', picture: 'con trâu' })
  await here.go('/me/consent')
  await here.press('Đồng ý')
  await here.go('/course/dien-thoai/lesson/bat-tat-sac/1')
  await takeLesson(here, { checks: {} })
  await here.go('/progress')
  assert.match(await here.page.locator('main').innerText(), /Xong 1 trên/)

  await here.go('/me/card')
  await here.look('card-asked')
  await here.press('Hiện thẻ')
  await here.look('card')
  assert.match(await here.page.locator('.typed-code').innerText(), /^HOCVUC- [A-Z2-7]{4} /)
  const picture = await here.page.locator('.qr').screenshot()

  await there.go('/')
  await there.press('Tôi học ở máy khác rồi')
  await there.look('take-in')
  await there.page.getByLabel(/^Mã trên thẻ/).fill('HOCVUC-ABCD')
  await there.press('Dùng mã này')
  await there.look('take-in-mistyped')
  const photo = (buffer) => there.page.getByLabel('Ảnh chụp hình mã trên thẻ').setInputFiles({ name: 'the.png', mimeType: 'image/png', buffer })
  await photo(Buffer.from('no picture'))
  await there.press('Đọc ảnh này')
  await there.look('take-in-no-picture')
  await photo(picture)
  await there.press('Đọc ảnh này')
  await there.look('take-in-who')
  await there.page.getByLabel('Tên gọi hằng ngày').fill('Lan')
  await there.page.getByRole('radio', { name: 'Bà', exact: true }).check()
  await there.page.getByRole('radio', { name: 'hoa sen' }).check()
  await there.press('Xong, mang sang')
  assert.equal(new URL(there.page.url()).pathname, '/home')
  await there.look('taken-in')
  await there.go('/progress')
  assert.doesNotMatch(await there.page.locator('main').innerText(), /Xong 1 trên/)

  await there.go('/join')
  await there.look('join')
  const forPhones = await there.page.locator('.typed-code').innerText()
  await becomeVolunteer(there)
  await there.go('/volunteer/sync')
  await there.page.getByText('Cho trạm khác nối vào trạm này').click()
  await there.look('hub-code')
  const hubCode = await there.page.locator('.typed-code').innerText()
  assert.notEqual(hubCode, forPhones)
  await becomeVolunteer(here)
  await here.go('/volunteer/courier')
  await here.look('courier')
  const code = here.page.getByLabel(/^Mã dành cho trạm/)
  await code.fill('HOCVU1-ABCD')
  await here.press('Lấy tệp mang đi')
  await here.look('courier-mistyped')
  await code.fill(forPhones)
  await here.press('Lấy tệp mang đi')
  await here.look('courier-for-phones')
  await code.fill(hubCode)
  const file = await downloaded(here, 'Lấy tệp mang đi')
  assert.ok(file.length > 500)

  assert.match(await bring(there, Buffer.from('no bundle')), /không phải tệp gửi nhận/)
  await there.look('courier-no-bundle')
  assert.match(await bring(there, file), /Đã nhận \d+ việc mới/)
  await there.look('courier-taken')
  const answer = await downloaded(there, /^Tệp trả lời/)
  assert.match(await bring(there, file), /không có việc gì mới/, 'the same file twice')
  await there.go('/progress')
  await there.page.getByText('Máy nào đang giữ hồ sơ').click()
  await there.look('progress-away')
  assert.match(await there.page.locator('main').innerText(), /Xong 1 trên/)
  assert.equal(await there.page.locator('main details li').count(), 2)

  assert.match(await bring(here, answer), /Xóm Dưới đã trả lời/)
  await here.look('courier-came-back')
  await here.go('/progress')
  await here.look('progress-home')
  assert.match(await here.page.locator('main').innerText(), /Nơi tính kết quả đã nhận: \d+/)

  await openSync(here)
  await here.page.getByText('Đổi trạm trên').click()
  await here.page.getByText('Khi thay máy').click()
  await here.look('sync')
  await here.page.getByLabel(/^Mức mỗi tháng/).fill('ít thôi')
  await here.press('Lưu')
  await here.look('sync-limit-fault')
  await openSync(here)
  await here.press('Gửi nhận ngay')
  // The other kiosk serves itself only, so that nobody can reach it.
  await openSync(here)
  await here.look('sync-trouble')
  assert.match(await here.page.locator('.warn').innerText(), /Chưa gặp được trạm kia/)
  assert.deepEqual([...here.faults, ...there.faults], [])
})

for (const [letters, flags] of [['', []], ['large', ['--blink-settings=defaultFontSize=32,defaultFixedFontSize=26']]]) {
  test(`stations: one is shut out and let in again, and the code replaced ${letters}`, async (t) => {
    const own = await launch(flags)
    t.after(() => own.close())
    const way = { size: PHONE, scripts: false, axe: letters === '', dark: letters === '' }
    const [below, above] = await Promise.all([
      Kiosk.start({ name: 'Xóm Trên' }), Kiosk.start({ name: 'Xã' }),
    ])
    t.after(() => Promise.all([below.end(), above.end()]))
    const here = await Visitor.open(own, below, { ...way, label: `below${letters}` })
    const there = await Visitor.open(own, above, { ...way, label: `above${letters}` })
    t.after(() => Promise.all([here.close(), there.close()]))
    await Promise.all([becomeVolunteer(here), becomeVolunteer(there)])
    const words = () => there.page.locator('main').innerText()
    const code = async () => (await there.page.locator('.typed-code').innerText()).replace(/\s/g, '')

    await openSync(there)
    assert.match(await words(), /Chưa có trạm nào nối vào đây/)
    await there.page.getByText('Cho trạm khác nối vào trạm này').click()
    const leaked = await code()
    await here.go('/volunteer/courier')
    await here.page.getByLabel(/^Mã dành cho trạm/).fill(leaked)
    const file = await downloaded(here, 'Lấy tệp mang đi')
    await bring(there, file)

    await openSync(here)
    const id = /Mã của trạm này: ([0-9a-f]{4}-[0-9a-f]{4})\./.exec(await here.page.locator('main').innerText())[1]
    await openSync(there)
    assert.match(await words(), new RegExp(`Trạm mã ${id}`))
    await there.page.locator('summary').filter({ hasText: 'Không nhận từ trạm này nữa' }).click()
    await there.look('hub-shut-out-asked')
    assert.match(await words(), /vẫn còn và vẫn tính/)
    await there.page.getByRole('button', { name: 'Đúng, không nhận nữa' }).click()
    await there.page.getByRole('button', { name: 'Nhận lại' }).waitFor()
    await there.look('hub-shut-out')
    assert.match(await words(), new RegExp(`Không nhận từ trạm mã ${id} nữa`))
    assert.match(await bring(there, file), /một trạm mà trạm mình đang không nhận/)
    await there.look('courier-shut-out')
    await openSync(there)
    await there.page.getByRole('button', { name: 'Nhận lại' }).click()
    await there.page.getByText('Đúng, không nhận nữa').waitFor({ state: 'attached' })
    assert.match(await words(), new RegExp(`Đã nhận lại trạm mã ${id}`))
    assert.match(await bring(there, file), /không có việc gì mới/)

    await openSync(there)
    await there.page.getByText('Cho trạm khác nối vào trạm này').click()
    assert.equal(await code(), leaked)
    await there.press('Làm mã mới')
    await there.look('hub-code-new')
    assert.match(await words(), /Đã làm mã mới/)
    assert.notEqual(await code(), leaked)
    assert.deepEqual([...here.faults, ...there.faults], [])
  })
}
