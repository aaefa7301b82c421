// Courses travel: an office publishes, the village's station fetches and hands on.
//
//   a new version in the middle   somebody is in the middle of a lesson and of a quiz while it comes:
//                                 she reads on, and the quiz ends as it began; the next is the new one
//   a stick                       what the village has goes on as a file, to a station without network
import assert from 'node:assert/strict'
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Kiosk } from './kiosk.mjs'
import { addLearner, becomeVolunteer } from './steps.mjs'
import { PHONE, Visitor, launch } from './visitor.mjs'

const COURSE = fileURLToPath(new URL('../../assets/courses/mat-khau-otp', import.meta.url))
const NEW = '(bản mới)'

let browser
before(async () => (browser = await launch()))
after(() => browser?.close())

/** An office that has keys and roots, and serves. Gives it with the fingerprint that stands on paper. */
async function office() {
  let fingerprint
  const kiosk = await Kiosk.start({
    name: 'Tỉnh',
    prepare: (it) => {
      const key = (name) => /\b[0-9a-f]{64}\b/.exec(it.run('keys', 'new', name))[0]
      const [holder, press] = [key('holder.key'), key('press.key')]
      it.run('root', 'new', 'draft', '--name', 'Sở', '--key', holder)
      it.run('root', 'publisher', 'draft', '--id', 'so', '--name', 'Sở Giáo dục', '--key', press)
      it.run('root', 'sign', 'draft', '--key', 'holder.key')
      fingerprint = /fingerprint (.+)$/m.exec(it.run('root', 'finish', 'draft', 'roots'))[1].trim()
      it.run('root', 'trust', 'roots', '--fingerprint', fingerprint, '--data', 'data')
    },
  })
  return { kiosk, fingerprint }
}

/** Publishes the starter course in a newer version, with words of its own in lessons and questions. */
function publish(kiosk) {
  const folder = join(kiosk.folder, 'course')
  cpSync(COURSE, folder, { recursive: true })
  const change = (file, from, to) => {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    assert.match(text, from)
    writeFileSync(path, text.replace(from, to))
  }
  change('course.toml', /^version = 1$/m, 'version = 2')
  for (const file of readdirSync(join(folder, 'quizzes')).filter((name) => name.endsWith('.toml'))) {
    change(join('quizzes', file), /^prompt = "(.*)"$/gm, `prompt = "$1 ${NEW}"`)
  }
  change('lessons/01-chia-khoa-nha.md', /^(Hôm ấy, cô Út.*)$/m, `$1 ${NEW}`)
  return kiosk.run(
    'course', 'publish', 'course', '--to', kiosk.at(), '--key', 'press.key', '--roots', 'roots', '--publisher', 'so',
  )
}

/** Waits until nothing is on its way from the station above, and stands on its page. */
async function settled(visitor) {
  await visitor.go('/volunteer/courses/above/running')
  await visitor.page.getByRole('button', { name: 'Tìm khóa học mới' }).waitFor()
}

test('a new version comes while somebody is in the middle of a lesson and of a quiz', async (t) => {
  const { kiosk: above, fingerprint } = await office()
  t.after(() => above.end())
  const upstream = /HOCVU1-\S+/.exec(above.run('hub', 'code', '--name', 'Tỉnh', '--address', above.at(), '--data', 'data'))[0]
  const village = await Kiosk.start({ name: 'Xóm Trại', upstream })
  t.after(() => village.end())
  const her = await Visitor.open(browser, village, { size: PHONE, label: 'learner' })
  const volunteer = await Visitor.open(browser, village, { size: PHONE, scripts: false, dark: true, label: 'volunteer' })
  t.after(() => Promise.all([her.close(), volunteer.close()]))
  const words = (visitor) => visitor.page.locator('main').innerText()

  await addLearner(her, { name: 'Lan', picture: 'con trâu' })
  await her.go('/course/mat-khau-otp')
  await her.press(/^Bắt đầu ?: Luyện tập: mật khẩu và mã OTP/)
  await her.answerSomehow(1)
  await her.goOn()
  const question = await words(her)
  assert.ok(!question.includes(NEW))
  const attempt = new URL(her.page.url()).pathname
  await her.go('/course/mat-khau-otp/lesson/chia-khoa-nha/1')

  assert.match(publish(above), /catalogue 1/)
  await becomeVolunteer(volunteer)
  await volunteer.go('/volunteer/courses')
  await volunteer.look('courses-of-a-station')
  await volunteer.press(/^Khóa học ở trạm trên/)
  await volunteer.press('Tìm khóa học mới')
  await settled(volunteer)
  const { page } = volunteer
  assert.match(await words(volunteer), /Trạm có khóa của “Sở Giáo dục”/)
  await page.getByText('So dấu khóa của').click()
  await volunteer.look('above-unknown')
  assert.equal(await page.locator('.finger').innerText(), `Dấu khóa: ${fingerprint}`)
  await volunteer.press('Giống rồi, tin nhà phát hành này')
  await volunteer.keep('above-running')
  await settled(volunteer)
  await volunteer.look('above-nothing-new')
  assert.match(await words(volunteer), /Không có gì mới/)
  await volunteer.go('/volunteer/courses')
  assert.match(await words(volunteer), /Chữ ký của Sở Giáo dục, đã kiểm tra/)

  // The lesson goes on, in its new words; the quiz goes on as it began.
  await her.press('Xem tiếp')
  assert.match(await words(her), /Một cuộc gọi lạ/)
  assert.ok((await words(her)).includes(NEW))
  await her.go(attempt)
  assert.equal(await words(her), question)
  for (let asked = 2; await her.page.locator('form.question').count() > 0; asked++) {
    assert.ok(asked < 60, 'the quiz does not end')
    assert.ok(!(await words(her)).includes(NEW), 'a question of the new version in a quiz of the old one')
    await her.answerSomehow(asked)
    await her.goOn()
  }
  assert.equal(await her.heading(), 'Bà làm xong rồi.')
  await her.go('/course/mat-khau-otp')
  await her.press(/Luyện tập: mật khẩu và mã OTP/)
  assert.ok((await words(her)).includes(NEW), 'a quiz that begins now is of the new version')

  // Who has which version: this computer tells it with its record, as phones do.
  await volunteer.go('/volunteer/sync')
  await volunteer.press('Gửi nhận ngay')
  await page.getByRole('button', { name: 'Gửi nhận ngay' }).waitFor()
  await volunteer.go('/volunteer/courses/published')
  await volunteer.look('published')
  assert.match(await words(volunteer), /Sở Giáo dục\s+Theo gốc “Sở”, bản 1\. Không đặt hạn\./)
  assert.match(await words(volunteer), /Bản này: 1 máy\./)

  // What the village has goes on to a station that no network reaches.
  await volunteer.go('/volunteer/courses')
  await volunteer.look('courses-with-stick')
  const loading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Chép ra tệp' }).click()
  const stick = readFileSync(await (await loading).path())
  const hamlet = await Kiosk.start({ name: 'Xóm Núi' })
  t.after(() => hamlet.end())
  const there = await Visitor.open(browser, hamlet, { size: PHONE, scripts: false, label: 'hamlet' })
  t.after(() => there.close())
  await becomeVolunteer(there)
  const upload = async (buffer) => {
    await there.go('/volunteer/courses')
    await there.page.getByLabel('Tệp khóa học').setInputFiles({ name: 'khoa-hoc-hocvu.stick', mimeType: 'application/octet-stream', buffer })
    await there.press('Cài khóa này')
  }
  await upload(stick.subarray(0, stick.length - 20_000))
  await there.press('Giống rồi, tin và cài')
  await there.look('stick-cut')
  assert.match(await words(there), /Tệp trên thẻ nhớ chép chưa đủ/)
  await upload(stick)
  assert.match(await there.page.locator('.flash').innerText(), /^Đã nhận từ thẻ nhớ: Mật khẩu và mã OTP\.$/)
  await there.look('stick-taken')
  await upload(stick)
  assert.match(await there.page.locator('.flash').innerText(), /cũng đã có trên máy rồi/)
  await there.go('/course/mat-khau-otp/lesson/chia-khoa-nha/2')
  assert.ok((await words(there)).includes(NEW))
  await there.go('/volunteer/courses/above')
  await there.look('above-no-station')
  for (const visitor of [her, volunteer, there]) assert.deepEqual(visitor.faults, [])
})
