// One device, several people: whose turn it is, and what belongs to whom.
//
//   two learners          PIN, switching, export, erasing; each finds her own (four ways)
//   a guest's result      a self-assessment without a profile is attached to a new one
//   a guest with a name   ... or to somebody who is on the device already
//   a guest's check       is answered like anybody's, and nothing is kept
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Kiosk } from './kiosk.mjs'
import { addLearner, fillIn } from './steps.mjs'
import { Visitor, WAYS, launch, nameOf } from './visitor.mjs'

const PIN = '7294'

let browser
before(async () => (browser = await launch()))
after(() => browser?.close())

async function open(t, way) {
  const kiosk = await Kiosk.start()
  t.after(() => kiosk.end())
  const visitor = await Visitor.open(browser, kiosk, way)
  t.after(() => visitor.close())
  return visitor
}

for (const way of WAYS) {
  test(`two learners, ${nameOf(way)}`, async (t) => {
    const visitor = await open(t, way)
    const { page } = visitor
    await addLearner(visitor, { name: 'Lan' })
    await answerOneCheck(visitor)

    await visitor.go('/me')
    await visitor.look('me')
    await visitor.press('Đặt mã PIN 4 số')
    await visitor.look('pin-new')
    await page.getByLabel('Mã PIN mới, 4 số').fill('1234')
    await page.getByLabel('Gõ lại mã PIN mới').fill('1234')
    await visitor.press('Lưu')
    await visitor.look('pin-easy')
    assert.match(await page.locator('.fault').innerText(), /dễ đoán/)
    await page.getByLabel('Mã PIN mới, 4 số').fill(PIN)
    await page.getByLabel('Gõ lại mã PIN mới').fill(PIN)
    await visitor.press('Lưu')
    assert.match(await page.locator('main').innerText(), /Đã đặt mã PIN/)
    for (const [path, name] of [['/me/edit', 'me-edit'], ['/me/consent', 'me-consent']]) {
      await visitor.go(path)
      await visitor.look(name)
    }

    await visitor.press('Đổi người')
    assert.equal(await visitor.heading(), 'Hôm nay ai học?')
    await addLearner(visitor, { name: 'Tư', address: 'Ông', picture: 'con trâu' })
    assert.match(await visitor.heading(), /Chào ông Tư/)
    assert.match(await page.locator('header').innerText(), /Tư/)
    await visitor.go('/progress')
    assert.doesNotMatch(await page.locator('main').innerText(), /Đã trả lời [1-9]/)
    await visitor.look('progress-none')

    await visitor.press('Đổi người')
    await visitor.look('people-two')
    await visitor.press(/^Bà Lan/)
    await visitor.look('pin-ask')
    await page.getByLabel('Gõ 4 số của bà').fill('7295')
    await visitor.press('Vào học')
    assert.match(await page.locator('.fault').innerText(), /Chưa đúng/)
    await visitor.look('pin-wrong')
    await visitor.go('/me')
    assert.equal(await page.locator('header').count(), 0, 'a wrong PIN lets in')
    await visitor.go('/')
    await visitor.press(/^Bà Lan/)
    await page.getByLabel('Gõ 4 số của bà').fill(PIN)
    await visitor.press('Vào học')
    assert.match(await visitor.heading(), /Chào bà Lan/)
    await visitor.go('/progress')
    assert.match(await page.locator('main').innerText(), /Đã trả lời 1 câu/)

    await visitor.go('/me/export')
    await visitor.look('export')
    const loading = page.waitForEvent('download')
    await page.locator('main .go').click()
    const copy = JSON.parse(readFileSync(await (await loading).path(), 'utf8'))
    assert.match(JSON.stringify(copy), /Lan/)
    assert.doesNotMatch(JSON.stringify(copy), /Tư"/, "somebody else's name is in the copy")

    await visitor.go('/me/erase')
    await visitor.look('erase')
    const where = way.scripts ? 'Chỉ xóa khỏi máy này' : 'Xóa ở mọi nơi'
    await page.getByLabel(/^Mã PIN của bà/).fill(PIN)
    await visitor.press('Xóa')
    await visitor.look('erase-where')
    assert.ok(await page.locator('.fault').count() > 0, 'erased without having said where')
    await page.getByRole('radio', { name: where }).check()
    await page.getByLabel(/^Mã PIN của bà/).fill(PIN)
    await visitor.press('Xóa')
    assert.ok(await page.locator('.fault').count() > 0, 'erased without having said that it is understood')
    await page.getByLabel(/^Mã PIN của bà/).fill(PIN)
    await page.getByRole('checkbox', { name: 'Tôi hiểu' }).check()
    await visitor.press('Xóa')
    await visitor.look('erased')
    assert.equal(await page.getByRole('button', { name: /^Bà Lan/ }).count(), 0)
    assert.equal(await page.getByRole('button', { name: /^Ông Tư/ }).count(), 1)
    assert.deepEqual(visitor.faults, [])
  })
}

test("a guest's self-assessment is attached to a new profile", async (t) => {
  const visitor = await open(t, { ...WAYS[0], dark: true })
  const { page } = visitor
  await assessAsGuest(visitor, { look: true })
  await visitor.press('Thêm người mới rồi lưu')
  await fillIn(visitor, { name: 'Mai', address: 'Chị', picture: 'con thuyền' })
  // Somebody else may have taken it: it is asked, not assumed.
  assert.equal(await visitor.heading(), 'Lưu kết quả này?')
  await visitor.press('Lưu cho chị Mai')
  assert.match(await visitor.heading(), /đang ở đâu/)
  await visitor.look('assessment-attached')
  await visitor.go('/progress')
  await visitor.press('Các lần tự đánh giá')
  assert.match(await visitor.heading(), /đang ở đâu/)
  await visitor.go('/assess')
  await visitor.look('assess-done')
  assert.equal(await page.getByRole('button', { name: 'Tự đánh giá lần nữa' }).count(), 1)
  assert.deepEqual(visitor.faults, [])
})

test("a guest's self-assessment is attached to somebody who is known", async (t) => {
  const visitor = await open(t, WAYS[3])
  await addLearner(visitor, { name: 'Lan' })
  await visitor.press('Đổi người')
  await assessAsGuest(visitor, { most: 5 })
  await visitor.press('Tôi đã có tên trên máy')
  await visitor.press(/^Bà Lan/)
  await visitor.look('assessment-attach')
  await visitor.press('Lưu cho bà Lan')
  assert.match(await visitor.heading(), /đang ở đâu/)
  assert.match(await visitor.page.locator('.flash').innerText(), /Đã lưu kết quả cho bà Lan/)
  assert.deepEqual(visitor.faults, [])
})

test('a guest answers a check, and is told that nothing is kept', async (t) => {
  const visitor = await open(t, WAYS[0])
  const { page } = visitor
  await visitor.go('/course/dien-thoai/lesson/bat-tat-sac/3')
  await visitor.look('guest-check')
  await page.locator('form.question label.option').filter({ hasText: 'Đúng' }).click()
  await visitor.press('Trả lời')
  await visitor.look('guest-check-wrong')
  assert.match(await visitor.heading(), /^Chưa đúng/)
  assert.match(await page.locator('main').innerText(), /không ghi lại/)
  await visitor.press('Thử lại')
  await page.locator('form.question label.option').filter({ hasText: 'Sai' }).click()
  await visitor.press('Trả lời')
  assert.match(await visitor.heading(), /^Đúng rồi/)
  assert.deepEqual(visitor.faults, [])
})

/** Answers the first check of the first lesson. */
async function answerOneCheck(visitor) {
  await visitor.go('/home')
  await visitor.goOn()
  while (await visitor.page.locator('form.question').count() === 0) await visitor.press('Xem tiếp')
  await visitor.answerSomehow()
}

/** Takes the self-assessment without a profile, to its result; ends it after `most` answers. */
async function assessAsGuest(visitor, { look = false, most = 200 }) {
  await visitor.go('/')
  await visitor.press('Tự đánh giá')
  if (look) await visitor.look('assess')
  await visitor.press('Bắt đầu tự đánh giá')
  let asked = 0
  while (await visitor.page.locator('form.question').count() > 0) {
    if (asked === most) {
      await visitor.press('Xem kết quả')
      break
    }
    asked += 1
    assert.ok(asked < 200, 'the self-assessment does not end')
    if (look && asked < 3) await visitor.look(`assess-question-${asked}`)
    await visitor.answerSomehow(asked)
  }
  assert.match(await visitor.heading(), /đang ở đâu/)
  if (look) await visitor.look('assess-result-guest')
}
