package vn.hocvu.app.core

import java.io.File

/**
 * The core's own Vietnamese texts, read without the core: arguments are put in, and of a text with
 * cases the last one is taken.
 */
class FakeWords : Words {
    private val all = File("../assets/locales/vi").listFiles().orEmpty().flatMap { texts(it.readText()) }.toMap()

    private fun texts(file: String): List<Pair<String, String>> {
        val message = Regex("(?m)^([a-z][a-z0-9-]*) = ?(.*(?:\n .*|\n\\}.*)*)")
        return message.findAll(file).map { it.groupValues[1] to it.groupValues[2].trim() }.toList()
    }

    override fun say(key: String, vararg words: Pair<String, Any>): String {
        if (key == "date") return words.joinToString("/") { it.second.toString().padStart(2, '0') }
        var text = checkNotNull(all[key]) { "there is no text $key" }
        for ((name, word) in words) {
            text = text.replace("{ NUMBER(\$$name) }", "$word").replace("{ \$$name }", "$word")
            val capital = name.replaceFirstChar { it.uppercase() }
            text = text.replace("{ \$$capital }", "$word".replaceFirstChar { it.uppercase() })
        }
        check('{' !in text) { "$key lacks an argument: $text" }
        return text
    }

    override fun readNumber(typed: String): Long? =
        typed.replace(".", "").replace(',', '.').toDoubleOrNull()?.let { (it * 1_000).toLong() }

    override fun showNumber(milli: Long): String = if (milli % 1_000 == 0L) "${milli / 1_000}" else "${milli / 1_000.0}"
}
