package vn.hocvu.app.platform

import android.content.Context
import android.os.Handler
import android.os.Looper
import android.speech.tts.TextToSpeech
import android.speech.tts.UtteranceProgressListener
import android.view.View
import android.view.ViewGroup
import android.widget.EditText
import android.widget.TextView
import java.util.Locale

/** More than the platform takes at once would not be read at all; API 21 has the figure too. */
private val CHARS_MAX = TextToSpeech.getMaxSpeechInputLength()

/** The phone's own voice. There is none until it has said that it speaks the language of the words. */
class Aloud(private val context: Context) {
    private val main = Handler(Looper.getMainLooper())
    private var voice: TextToSpeech? = null
    private var isWilling = false
    private var ended: (() -> Unit)? = null
    private var last = ""

    /** Asks the platform for a voice; [ready] is called if there is one, once. */
    fun wake(ready: () -> Unit) {
        if (voice != null) return
        // The activity may be gone before the voice has answered.
        voice = TextToSpeech(context.applicationContext) { status ->
            main.post {
                isWilling = status == TextToSpeech.SUCCESS && voice != null
                if (isWilling) {
                    voice?.setOnUtteranceProgressListener(listener)
                    ready()
                }
            }
        }
    }

    fun speaks(language: String): Boolean =
        isWilling && (voice?.isLanguageAvailable(Locale(language)) ?: -1) >= TextToSpeech.LANG_AVAILABLE

    /** Reads texts one after the other; [ended] is called when all are read or something stops it. */
    fun read(texts: List<String>, language: String, ended: () -> Unit) {
        val voice = voice ?: return ended()
        stop()
        this.ended = ended
        voice.setLanguage(Locale(language))
        last = "${texts.lastIndex}"
        texts.forEachIndexed { i, text ->
            val mode = if (i == 0) TextToSpeech.QUEUE_FLUSH else TextToSpeech.QUEUE_ADD
            voice.speak(text.take(CHARS_MAX), mode, null, "$i")
        }
    }

    /** Is silent at once. */
    fun stop() {
        if (ended == null) return
        voice?.stop()
        end()
    }

    fun shut() {
        stop()
        voice?.shutdown()
        voice = null
        isWilling = false
    }

    private fun end() {
        val told = ended
        ended = null
        told?.invoke()
    }

    private val listener = object : UtteranceProgressListener() {
        override fun onStart(id: String) = Unit

        override fun onDone(id: String) {
            main.post { if (id == last) end() }
        }

        @Deprecated("Newer platforms say why as well.")
        override fun onError(id: String) {
            main.post { end() }
        }
    }
}

/** "Đọc to": what a page needs to be read aloud, in the language of the words. */
class ReadingAloud(private val voice: Aloud, private val language: String, val read: String, val stop: String) {
    fun read(texts: List<String>, ended: () -> Unit) = voice.read(texts, language, ended)

    fun stop() = voice.stop()
}

/**
 * What can be read on a page, from top to bottom, as somebody would read it out: what describes a
 * picture or a card stands for it.
 */
fun readable(view: View): List<String> {
    if (view.visibility != View.VISIBLE) return emptyList()
    val said = view.contentDescription
    val text = when {
        !said.isNullOrBlank() -> said
        view is EditText -> null
        view is TextView -> view.text
        view is ViewGroup -> return (0 until view.childCount).flatMap { readable(view.getChildAt(it)) }
        else -> null
    }
    return listOfNotNull(text?.toString()?.takeIf { it.isNotBlank() })
}
