// Steps that several stories take.
import assert from 'node:assert/strict'

/** Adds a learner from the first page and stands on her home page afterwards. */
export async function addLearner(visitor, { name, address, picture, look = false }) {
  const { page } = visitor
  await visitor.go('/')
  await visitor.press('Người mới')
  assert.equal(await page.locator('main input:checked').count(), 0, 'something is chosen beforehand')
  if (look) {
    await visitor.look('add')
    await visitor.press('Xong, vào học')
    await visitor.look('add-faults')
    assert.ok(await page.locator('.fault').count() >= 3, 'too few faults are named')
  }
  await fillIn(visitor, { name, address, picture })
}

/** Fills in the form for a new learner and sends it. */
export async function fillIn(visitor, { name, address = 'Bà', picture = 'hoa sen' }) {
  const { page } = visitor
  await page.getByLabel('Tên gọi hằng ngày').fill(name)
  await page.getByRole('radio', { name: address, exact: true }).check()
  await page.getByRole('radio', { name: picture }).check()
  await page.getByRole('radio', { name: /^Người dân/ }).check()
  await page.getByRole('checkbox', { name: /giữ tên, nhóm và bài làm/ }).check()
  await visitor.press('Xong, vào học')
}

/**
 * Takes the lesson that is open, screen by screen, to its end. Each check is answered wrong and then
 * right, with the options that `checks` gives for words of its prompt.
 */
export async function takeLesson(visitor, { checks, look = false }) {
  const { page } = visitor
  const open = { ...checks }
  for (let screen = 1; screen < 30; screen++) {
    if (look) await visitor.look(`lesson-${screen}`)
    const form = page.locator('form.question')
    const prompt = await form.count() > 0 ? await form.locator('.prompt').innerText() : ''
    const words = Object.keys(open).find((words) => prompt.includes(words))
    if (words) {
      for (const turn of ['wrong', 'right']) {
        for (const option of open[words][turn]) {
          await page.locator('form.question label.option').filter({ hasText: option }).click()
        }
        await visitor.press('Trả lời')
        if (look) await visitor.look(`check-${turn}-${screen}`)
        assert.match(await visitor.heading(), turn === 'right' ? /^Đúng rồi/ : /^Chưa đúng|^Đúng được/)
        if (turn === 'wrong') await visitor.press('Thử lại')
      }
      delete open[words]
    }
    const finish = page.getByRole('button', { name: 'Xong bài này' })
    if (await finish.count() > 0) {
      await finish.click()
      assert.deepEqual(Object.keys(open), [], 'checks that were not asked')
      return
    }
    await visitor.press('Xem tiếp')
  }
  assert.fail('the lesson does not end')
}
