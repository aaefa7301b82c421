// The main job: somebody who has never seen the kiosk learns with it, and nothing is lost.
//
//   the whole story     added, a lesson, its check wrong then right, a quiz; the plug is pulled in
//                       the middle and the program is stopped at the end: everything is there
//                       (scripts off and on, 320 px and 1280 px)
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Kiosk } from './kiosk.mjs'
import { addLearner, takeLesson } from './steps.mjs'
import { Visitor, WAYS, launch, nameOf } from './visitor.mjs'

let browser
before(async () => (browser = await launch()))
after(() => browser?.close())

for (const way of WAYS) {
  test(`the whole story, ${nameOf(way)}`, async (t) => {
    const kiosk = await Kiosk.start()
    t.after(() => kiosk.end())
    const her = await Visitor.open(browser, kiosk, way)
    t.after(() => her.close())

    await her.go('/')
    assert.equal(await her.heading(), 'Hôm nay ai học?')
    await her.look('people-nobody')
    await addLearner(her, { name: 'Lan', look: true })
    assert.match(await her.heading(), /Chào bà Lan/)
    await her.look('home-new')

    await her.goOn()
    assert.equal(await her.heading(), 'Bật, tắt, sạc và khóa máy')
    await takeLesson(her, {
      look: true,
      checks: {
        'màn hình tối đi': { wrong: ['Đúng'], right: ['Sai'] },
        'cách sạc nào là an toàn': {
          wrong: ['Nhét máy dưới gối'],
          right: ['Lau khô tay', 'mặt bàn thoáng'],
        },
      },
    })
    await her.look('lesson-done')

    await her.go('/course/dien-thoai')
    await her.look('course')
    await her.press(/^Bắt đầu ?: Luyện tập: chiếc điện thoại/)
    const { asked, question } = await pulledPlugDuring(her, kiosk)
    assert.ok(asked > 3, `${asked} questions`)
    assert.ok(question > 1)
    assert.equal(await her.heading(), 'Bà làm xong rồi.')
    await her.look('quiz-result')

    await her.go('/home')
    await her.look('home-later')
    await her.go('/progress')
    await her.look('progress')
    // A check that is tried again counts once.
    const held = await her.page.locator('main').innerText()
    assert.match(held, /Xong 1 trên 8 bài/)
    assert.match(held, new RegExp(`Đã trả lời ${asked + 2} câu`))
    assert.equal(await kiosk.stop('SIGINT'), 0, kiosk.complaints())
    await kiosk.again()
    await her.go('/progress')
    assert.equal(await her.page.locator('main').innerText(), held)
    assert.deepEqual(her.faults, [])
  })
}

/** Takes the whole quiz; the plug is pulled at its third question, which is then asked again. */
async function pulledPlugDuring(her, kiosk) {
  let asked = 0
  let question = 0
  while (await her.page.locator('form.question').count() > 0) {
    asked += 1
    assert.ok(asked < 60, 'the quiz does not end')
    if (asked <= 4) await her.look(`quiz-question-${asked}`)
    if (asked === 3) {
      const before = await her.page.locator('main').innerText()
      await kiosk.stop('SIGKILL')
      await kiosk.again()
      await her.go('/home')
      await her.look('home-unfinished')
      await her.goOn()
      assert.equal(await her.page.locator('main').innerText(), before)
      question = asked
    }
    await her.answerSomehow(asked)
    if (asked <= 4) await her.look(`quiz-answered-${asked}`)
    await her.goOn()
  }
  return { asked, question }
}
