package vn.hocvu.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import vn.hocvu.app.border.AesLock
import vn.hocvu.app.border.PhoneKeys
import vn.hocvu.app.border.RustCore
import vn.hocvu.app.border.openPhone
import vn.hocvu.app.core.Address
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.Group
import vn.hocvu.app.core.Kind
import vn.hocvu.app.core.NewLearner
import vn.hocvu.app.core.Option
import vn.hocvu.app.core.Stage
import vn.hocvu.app.core.Visitor
import vn.hocvu.app.draw.Picture
import java.io.File
import javax.crypto.spec.SecretKeySpec

/** The same screens with the real core behind them: its library, its database, its courses. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class)
class RealCoreTest {
    private fun openCore(): Core {
        val app = RuntimeEnvironment.getApplication()
        val lock = AesLock(SecretKeySpec(ByteArray(16) { 7 }, "AES"))
        return openPhone(app, PhoneKeys(File(app.noBackupFilesDir, "keys")) { lock })
    }

    private fun Shell.addTu() {
        press("Người mới")
        type("Tư")
        press("Tiếp")
        press("Chú")
        press("Tiếp")
        press("con thuyền")
        press("Tiếp")
        press("Người dân")
        press("Tiếp")
        press("Tôi đồng ý để máy này giữ")
        press("Tôi đồng ý gửi kết quả học")
        press("Xong, vào học")
    }

    @Test
    fun `from the first start to a finished lesson and a finished quiz`() {
        val core = openCore()
        val shell = Shell { core }
        shell.addTu()
        assertTrue(shell.title, shell.title.startsWith("Chào chú Tư"))
        val learner = core.people().single().id
        shell.press("Bắt đầu: ")
        var pages = 0
        while (!shell.reads("Xong bài này")) {
            shell.press("Xem tiếp")
            pages++
        }
        shell.press("Xong bài này")
        assertTrue(pages > 0 && shell.reads("đã học xong bài này"))
        assertEquals(1, core.home(learner).courses.sumOf { it.done })
        shell.press("Về danh sách bài")
        shell.press("Bắt đầu: Luyện tập")
        val answered = takeQuiz(shell, core, learner)
        assertTrue(shell.reads("Đúng ") && shell.reads(" trên $answered câu"))
        shell.press("Học tiếp")
        shell.press("Hồ sơ của chú ở đâu")
        assertTrue(shell.reads("Mới chỉ có ở máy này"))
        (core as RustCore).shut()
    }

    /** Answers the first of everything, with the process killed in the middle. */
    private fun takeQuiz(shell: Shell, core: Core, learner: String): Int {
        val course = core.home(learner).courses.first { it.lessons.any { lesson -> lesson.stage != Stage.NEW } }
        var answered = 0
        while (!shell.reads("làm xong rồi")) {
            val attempt = core.startQuiz(Visitor.Known(learner), course.id, course.quizzes.first().id)
            val asked = checkNotNull(attempt.asked) { "the quiz has ended: ${shell.texts()}" }
            someAnswer(shell, asked.question.kind)
            if (answered == 1) shell.kill()
            shell.press("Trả lời")
            answered++
            assertTrue("${shell.texts()}", shell.reads("Vì sao"))
            if (answered == 2) shell.kill()
            shell.press(if (asked.number == asked.of) "Xem kết quả" else "Câu tiếp theo")
        }
        return answered
    }

    private fun someAnswer(shell: Shell, kind: Kind) {
        fun words(options: List<Option>) = options.first().text.plain
        when (kind) {
            is Kind.Single -> shell.press(words(kind.options))
            is Kind.Multiple -> shell.press(words(kind.options))
            is Kind.TrueFalse -> shell.press("Đúng")
            is Kind.Match -> kind.lefts.forEach {
                shell.press("Đi cùng “${it.plain}”")
                shell.press(words(kind.rights))
            }
            is Kind.Order -> Unit
            is Kind.Gap -> kind.gaps.forEachIndexed { i, options ->
                shell.press("Chỗ trống ${i + 1}")
                shell.press(words(options))
            }
            is Kind.Text -> shell.type("không biết")
            is Kind.Number -> shell.type("156")
        }
    }

    @Test
    fun `every picture of every lesson is drawn and every lesson is opened`() {
        val core = openCore()
        val learner = core.add(tu())
        var pictures = 0
        for (course in core.home(learner).courses) {
            for (lesson in course.lessons) {
                val page = core.lesson(Visitor.Known(learner), course.id, lesson.id)
                assertTrue(page.screens.isNotEmpty())
                page.pictures.forEach { (file, svg) ->
                    val drawn = checkNotNull(Picture.read(svg)) { "$file of ${course.id}" }
                    assertTrue(file, drawn.shapes.isNotEmpty())
                    pictures++
                }
            }
        }
        assertTrue("$pictures pictures", pictures > 40)
        (core as RustCore).shut()
    }

    @Test
    @Config(sdk = [34])
    fun `a lesson of every course is read whole, and no page of it is cut`() {
        val core = openCore()
        val home = core.home(core.add(tu()))
        val faults = ArrayList<String>()
        for (scale in listOf(1f, 2f)) {
            RuntimeEnvironment.setFontScale(scale)
            for (course in home.courses) {
                val shell = Shell { core }
                shell.press("Chú Tư")
                shell.press(course.title)
                shell.press(course.lessons.first().title)
                while (shell.reads("Xem lại trang trước")) shell.press("Xem lại trang trước")
                faults += pages(shell, "${course.id}-${scale.toInt()}")
            }
        }
        assertEquals("", faults.joinToString("\n"))
        (core as RustCore).shut()
    }

    private fun pages(shell: Shell, name: String): List<String> {
        val faults = ArrayList<String>()
        var page = 0
        while (true) {
            page++
            shell.shoot("real-$name-$page")
            shell.faults().mapTo(faults) { "$name, page $page: $it" }
            if (!shell.reads("Xem tiếp")) return faults
            shell.press("Xem tiếp")
        }
    }

    @Test
    fun `a code that is none is refused in words and joins nothing`() {
        val core = openCore()
        val learner = core.add(tu())
        val shell = Shell { core }
        shell.press("Chú Tư")
        shell.press("Hồ sơ của chú ở đâu")
        for (hostile in listOf("xin chào", "HOCVU1", "HOCVU1 ABCD EFGH", "HOCVUC ABCD", "\u0000\u202e", "🐃".repeat(500))) {
            shell.press("Nối máy này với trạm")
            shell.type(hostile)
            shell.press("Nối máy này với trạm")
            assertTrue("$hostile: ${shell.texts()}", shell.reads("So lại từng nhóm bốn chữ") || shell.reads("Xin gõ mã"))
            shell.back()
        }
        assertTrue(core.record(learner).stations.isEmpty())
        (core as RustCore).shut()
    }

    @Test
    fun `a name is known again by the next process, and its key is not readable on the disk`() {
        val first = openCore()
        first.add(tu())
        (first as RustCore).shut()
        val second = openCore()
        assertEquals("Tư", second.people().single().name)
        val files = File(RuntimeEnvironment.getApplication().noBackupFilesDir, "keys").listFiles().orEmpty()
        assertTrue(files.isNotEmpty())
        (second as RustCore).shut()
    }

    private fun tu() = NewLearner(
        name = "Tư",
        address = Address.CHU,
        pictogram = 2,
        group = Group.CITIZEN,
        isChild = false,
        guardian = null,
        consentRecord = true,
        consentCount = true,
    )
}
