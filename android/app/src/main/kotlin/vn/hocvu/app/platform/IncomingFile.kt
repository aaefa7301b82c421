package vn.hocvu.app.platform

import android.content.Context
import android.content.Intent
import android.net.Uri
import android.provider.OpenableColumns
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.Failure
import vn.hocvu.app.core.FailureKind
import java.io.File
import java.io.FileOutputStream
import java.io.IOException

/** More than any course has: 64 MiB of files, and what stands around them. */
private const val BYTES_MAX = 80L * 1024 * 1024
private const val BUFFER_BYTES = 64 * 1024
private const val NAME_CHARS_MAX = 60

/** Asks the platform for a page on which somebody chooses a file. */
fun chooseFile(): Intent = Intent(Intent.ACTION_OPEN_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE).setType("*/*")

/**
 * Lends a file of another app as one of our own: copied for as long as [use] takes, then gone. Another
 * app may give anything, without end.
 */
fun <T> lend(context: Context, uri: Uri, core: Core, use: (File) -> T): T {
    val folder = File(context.cacheDir, "incoming-${System.nanoTime()}")
    try {
        return use(copied(context, uri, folder, core))
    } finally {
        folder.deleteRecursively()
    }
}

private fun copied(context: Context, uri: Uri, folder: File, core: Core): File = try {
    folder.mkdirs()
    // Where the file is refused, a person is told its name.
    File(folder, name(context, uri)).also { copy(context, uri, it, core) }
} catch (unreadable: IOException) {
    throw gone(core, unreadable)
} catch (unwilling: RuntimeException) {
    // It is another app that answers, and it may throw anything; what it lent is ours until the process ends.
    throw gone(core, unwilling)
}

/** What the other app calls the file; any of it that a file name cannot bear is left out. */
private fun name(context: Context, uri: Uri): String {
    val columns = arrayOf(OpenableColumns.DISPLAY_NAME)
    val called = try {
        context.contentResolver.query(uri, columns, null, null, null)?.use { if (it.moveToFirst()) it.getString(0) else null }
    } catch (unwilling: RuntimeException) {
        // It is another app that answers, and it may throw anything.
        null
    }
    val letters = (called ?: uri.lastPathSegment).orEmpty().substringAfterLast('/').filter { it.isLetterOrDigit() || it in " ._-()" }
    return letters.trim(' ', '.').takeLast(NAME_CHARS_MAX).ifEmpty { "tep.hocvu" }
}

private fun copy(context: Context, uri: Uri, to: File, core: Core) {
    val from = context.contentResolver.openInputStream(uri) ?: throw IOException("$uri gives nothing")
    from.use { input ->
        FileOutputStream(to).use { output ->
            val buffer = ByteArray(BUFFER_BYTES)
            var total = 0L
            while (true) {
                val count = input.read(buffer)
                if (count < 0) break
                total += count
                if (total > BYTES_MAX) throw tooLarge(core)
                output.write(buffer, 0, count)
            }
        }
    }
}

private fun tooLarge(core: Core): Failure {
    val most = core.words().say("size-mb", "amount" to BYTES_MAX / 1_000_000)
    return refused(core, core.words().say("upload-too-large", "max" to most), null)
}

private fun gone(core: Core, cause: Exception) = refused(core, core.words().say("packs-file-gone"), cause)

private fun refused(core: Core, words: String, cause: Exception?) =
    Failure(FailureKind.INVALID, core.words().say("pack-refused-title"), words, cause)
