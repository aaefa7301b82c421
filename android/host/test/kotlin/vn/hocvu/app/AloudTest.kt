package vn.hocvu.app

import android.media.MediaPlayer
import android.os.Bundle
import android.os.Looper
import android.speech.tts.TextToSpeech
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.shadows.ShadowMediaPlayer
import org.robolectric.shadows.ShadowTextToSpeech
import org.robolectric.shadows.util.DataSource
import vn.hocvu.app.core.COURSE_TITLE
import vn.hocvu.app.core.FakeCore
import vn.hocvu.app.core.LESSON_TITLE
import java.util.Locale

/** A voice that takes its time: the library's own is done as soon as it is asked. */
@Implements(TextToSpeech::class)
class LongVoice : ShadowTextToSpeech() {
    var isSpeaking = false
        private set

    @Implementation
    public override fun speak(text: CharSequence, mode: Int, parameters: Bundle?, id: String?): Int {
        isSpeaking = true
        return TextToSpeech.SUCCESS
    }

    @Implementation
    public override fun stop(): Int {
        isSpeaking = false
        return super.stop()
    }
}

/** What is heard: pages read by the phone's voice, and saved sounds. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class)
class AloudTest {
    private val core = FakeCore().apply { addLan() }

    @After
    fun forgetVoices() = ShadowTextToSpeech.reset()

    private fun voice(): ShadowTextToSpeech = shadowOf(ShadowTextToSpeech.getLastTextToSpeechInstance())

    /** A phone whose voice has answered that it speaks these languages. */
    private fun speaking(vararg languages: String): Shell {
        languages.forEach { ShadowTextToSpeech.addLanguageAvailability(Locale(it)) }
        val shell = Shell { core }
        voice().onInitListener.onInit(TextToSpeech.SUCCESS)
        shell.settle()
        return shell
    }

    private fun Shell.spoken(): List<String> {
        shadowOf(Looper.getMainLooper()).idle()
        return voice().spokenTextList
    }

    @Test
    fun `a page is read from top to bottom, pictures by their words`() {
        val shell = speaking("vi")
        shell.press("Bà Lan")
        shell.press("Bắt đầu: $LESSON_TITLE")
        shell.press("Đọc to")
        val read = shell.spoken()
        val expected = listOf(LESSON_TITLE, "Bà Lan nhận được tin nhắn", "Màn hình điện thoại", "Không bấm vào đường", "Xem tiếp")
        val places = expected.map { words -> read.indexOfFirst { words in it } }
        assertTrue("$read", places.all { it >= 0 } && places == places.sorted())
        assertFalse("the button does not read itself", read.any { it == "Đọc to" || it == "Thôi đọc" })
    }

    @Test
    fun `a phone without a voice for the language offers none`() {
        val shell = speaking("en")
        assertFalse(shell.reads("Đọc to"))
        core.phone.settings = core.phone.settings.copy(language = "en")
        shell.kill()
        voice().onInitListener.onInit(TextToSpeech.SUCCESS)
        shell.settle()
        assertTrue(shell.reads("Đọc to"))
        assertFalse("a voice that failed is none", Shell { core }.apply {
            voice().onInitListener.onInit(TextToSpeech.ERROR)
            settle()
        }.reads("Đọc to"))
    }

    @Test
    fun `a card is not read aloud, whenever the voice answers`() {
        val shell = speaking("vi")
        shell.press("Bà Lan")
        shell.press("Thông tin của tôi")
        shell.press("Thẻ của tôi")
        shell.press("Hiện thẻ")
        assertTrue(shell.reads("HOCVUC"))
        assertFalse(shell.reads("Đọc to"))
        voice().onInitListener.onInit(TextToSpeech.SUCCESS)
        shell.settle()
        assertFalse(shell.reads("Đọc to"))
        shell.press("Cất thẻ")
        assertTrue(shell.reads("Đọc to"))
    }

    @Test
    @Config(shadows = [LongVoice::class])
    fun `the voice is silent when somebody says so, goes on, or puts the phone away`() {
        val shell = speaking("vi")
        val voice = voice() as LongVoice
        shell.press("Đọc to")
        assertTrue(voice.isSpeaking)
        shell.press("Thôi đọc")
        assertFalse(voice.isSpeaking)
        shell.press("Đọc to")
        shell.press("Bà Lan")
        assertFalse(voice.isSpeaking)
        shell.press("Đọc to")
        shell.kill()
        assertTrue(!voice.isSpeaking && voice.isShutdown)
    }

    private fun atSound(): Shell = Shell { core }.apply {
        press("Bà Lan")
        press(COURSE_TITLE)
        press(LESSON_TITLE)
    }

    @Test
    fun `a saved sound is played and stopped, and is silent on the next page`() {
        core.phone.sound = "OggS".toByteArray()
        val players = ArrayList<ShadowMediaPlayer>()
        ShadowMediaPlayer.setMediaInfoProvider { ShadowMediaPlayer.MediaInfo(5_000, 0) }
        ShadowMediaPlayer.setCreateListener { _: MediaPlayer, shadow: ShadowMediaPlayer -> players.add(shadow) }
        val shell = atSound()
        shell.press("Nghe")
        assertTrue(shell.reads("Dừng"))
        assertTrue(players.last().state.name, players.last().isReallyPlaying)
        shell.press("Dừng")
        assertEquals(ShadowMediaPlayer.State.END, players.last().state)
        shell.press("Nghe")
        shell.press("Xem tiếp")
        assertEquals(ShadowMediaPlayer.State.END, players.last().state)
        assertFalse(shell.reads("Dừng"))
    }

    @Test
    fun `a sound that is not held or that the phone cannot play is told`() {
        val shell = atSound()
        shell.press("Nghe")
        assertTrue("${shell.texts()}", shell.reads("chưa mở được tiếng"))
        core.phone.sound = "no sound".toByteArray()
        ShadowMediaPlayer.setMediaInfoProvider { _: DataSource -> throw java.io.IOException("no sound") }
        shell.press("Nghe")
        assertEquals(1, shell.texts().count { "chưa mở được tiếng" in it })
        assertTrue(shell.reads("Nghe"))
    }
}
