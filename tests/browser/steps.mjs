// Steps that several stories take.
import assert from 'node:assert/strict'

/** Addresses of pages that a learner comes to without having answered anything. */
export const PAGES = [
  '/', '/people/new', '/home', '/course/dien-thoai', '/course/lua-dao', '/course/mat-khau-otp',
  '/course/dich-vu-cong', '/assess', '/progress', '/search', '/search?q=lua+dao', '/search?q=zzz',
  '/me', '/me/edit', '/me/pin', '/me/consent', '/me/export', '/me/erase', '/volunteer', '/about',
  '/join', '/people/card', '/me/card',
]
/** Pages that only the volunteer opens. */
export const VOLUNTEER_PAGES = [
  '/volunteer', '/volunteer/learners', '/volunteer/courses', '/volunteer/commune', '/volunteer/backup',
  '/volunteer/sync', '/volunteer/courier', '/volunteer/courses/above',
  '/volunteer/courses/published',
]
const PASSCODE = 'trau-sen-tre-88'
const SCREENS_MAX = 30

/** An address as part of a picture's name. */
export const named = (path) => path.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'people'

/** Opens every page and every screen of a lesson of each course, and looks at it. */
export async function lookEverywhere(visitor) {
  for (const path of PAGES) {
    await visitor.go(path)
    await visitor.look(named(path))
  }
  for (const course of ['dien-thoai', 'mat-khau-otp', 'lua-dao', 'dich-vu-cong']) {
    await visitor.go(`/course/${course}`)
    await visitor.page.locator('.lessons a').last().click()
    await visitor.page.waitForLoadState()
    for (let screen = 1; screen <= SCREENS_MAX; screen++) {
      await visitor.look(`${course}-last-lesson-${screen}`)
      const next = visitor.page.getByRole('link', { name: 'Xem tiếp' })
      if (await next.count() === 0) break
      await next.click()
      await visitor.page.waitForLoadState()
    }
  }
}

/** Opens the volunteer's page: sets the passcode, or types it in where it is set. */
export async function becomeVolunteer(visitor) {
  const { page } = visitor
  await visitor.go('/volunteer')
  const fresh = page.getByLabel(/^Mã mới/)
  if (await fresh.count() > 0) {
    await fresh.fill(PASSCODE)
    await page.getByLabel('Gõ lại mã mới').fill(PASSCODE)
  } else {
    await page.getByLabel('Mã quản lý').fill(PASSCODE)
  }
  await visitor.goOn()
}

/** Opens each page of the volunteer with everything on it unfolded, and looks at it. */
export async function lookAtVolunteers(visitor) {
  await becomeVolunteer(visitor)
  for (const path of VOLUNTEER_PAGES) {
    await visitor.go(path)
    await visitor.page.locator('main details:not([open]) > summary').evaluateAll((all) => all.forEach((it) => it.click()))
    await visitor.look(named(path))
  }
}

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
    await visitor.press('Việc hằng ngày')
    assert.ok(await page.locator('#group').evaluate((group) => Math.abs(group.getBoundingClientRect().top) < 40), 'the summary does not lead to the field')
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
        const told = await page.getByText('Vì sao').count()
        assert.equal(told, turn === 'right' ? 1 : 0, 'the reason gives a wrong answer away, or is missing')
        if (turn === 'right') continue
        if (look) {
          await visitor.press('Xem lời giải')
          await visitor.look(`check-solution-${screen}`)
          assert.equal(await page.getByText('Vì sao').count(), 1)
        }
        await visitor.press('Thử lại')
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
