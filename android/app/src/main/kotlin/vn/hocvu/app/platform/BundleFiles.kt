package vn.hocvu.app.platform

import android.content.ClipData
import android.content.ContentProvider
import android.content.ContentValues
import android.content.Context
import android.content.Intent
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.Failure
import vn.hocvu.app.core.FailureKind
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.FileNotFoundException
import java.io.IOException

/** What other apps take any file for. */
const val BUNDLE_TYPE = "application/octet-stream"
private const val AUTHORITY = "vn.hocvu.app.bundles"
private const val BUFFER_BYTES = 64 * 1024
private val NAME = Regex("[a-z0-9-]+\\.hvb")

private fun folder(context: Context) = File(context.cacheDir, "bundles")

/** The name of the file for a station: its number keeps two of them apart. */
fun bundleName(station: Long) = "hocvu-gui-di-$station.hvb"

/** Keeps a bundle where [BundleFiles] lends it from, and says how another app is asked to carry it. */
fun share(context: Context, station: Long, bytes: ByteArray, core: Core): Intent {
    val name = bundleName(station)
    touching(core, "phone-courier-unmade") {
        folder(context).mkdirs()
        File(folder(context), name).writeBytes(bytes)
    }
    val uri = Uri.parse("content://$AUTHORITY/$name")
    val send = Intent(Intent.ACTION_SEND).setType(BUNDLE_TYPE).putExtra(Intent.EXTRA_STREAM, uri)
    // The right to read goes along with the clip, through the list of apps to the one that is chosen.
    send.clipData = ClipData.newRawUri(name, uri)
    send.addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
    return Intent.createChooser(send, null)
}

/** Asks the platform for a page on which somebody chooses where a bundle is kept. */
fun choosePlace(station: Long): Intent = Intent(Intent.ACTION_CREATE_DOCUMENT)
    .addCategory(Intent.CATEGORY_OPENABLE)
    .setType(BUNDLE_TYPE)
    .putExtra(Intent.EXTRA_TITLE, bundleName(station))

/** The same for a copy of everything about somebody. */
fun choosePlaceForCopy(): Intent = Intent(Intent.ACTION_CREATE_DOCUMENT)
    .addCategory(Intent.CATEGORY_OPENABLE)
    .setType("application/json")
    .putExtra(Intent.EXTRA_TITLE, "hocvu.json")

/** Writes a file where somebody chose. */
fun save(context: Context, uri: Uri, bytes: ByteArray, core: Core) = touching(core, "phone-courier-unsaved") {
    // Without the "t" a longer file that was there before keeps its end.
    val stream = context.contentResolver.openOutputStream(uri, "wt") ?: throw IOException("$uri takes nothing")
    stream.use { it.write(bytes) }
}

/** Reads a file that another app lent, whatever it is, but never much more than a bundle has. */
fun read(context: Context, uri: Uri, core: Core): ByteArray {
    val bytesMax = core.bundleBytesMax
    return touching(core, "packs-file-gone") {
        val stream = context.contentResolver.openInputStream(uri) ?: throw IOException("$uri gives nothing")
        stream.use { input ->
            val bytes = ByteArrayOutputStream()
            val buffer = ByteArray(BUFFER_BYTES)
            while (bytes.size() <= bytesMax) {
                val count = input.read(buffer)
                if (count < 0) break
                bytes.write(buffer, 0, count)
            }
            bytes.toByteArray()
        }
    }
}

/** The file that another app opened with this one or shared to it. */
@Suppress("DEPRECATION")
fun brought(intent: Intent?): Uri? = when (intent?.action) {
    Intent.ACTION_VIEW -> intent.data
    Intent.ACTION_SEND -> intent.getParcelableExtra(Intent.EXTRA_STREAM)
    else -> null
}

/** Makes no call of the core, whose faults are not another app's. */
private inline fun <T> touching(core: Core, key: String, work: () -> T): T = try {
    work()
} catch (unusable: IOException) {
    throw failure(core, key, unusable)
} catch (unwilling: RuntimeException) {
    // It is another app that answers, and it may throw anything; what it lent is ours until the process ends.
    throw failure(core, key, unwilling)
}

private fun failure(core: Core, key: String, cause: Exception): Failure {
    val words = core.words()
    return Failure(FailureKind.INVALID, words.say("courier-refused-title"), words.say(key), cause)
}

/** Lends bundles, and nothing else, to the app that was asked to carry one. They are sealed to their station. */
class BundleFiles : ContentProvider() {
    override fun onCreate() = true

    override fun getType(uri: Uri) = BUNDLE_TYPE

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
        if (mode != "r") throw FileNotFoundException("$uri is only read")
        return ParcelFileDescriptor.open(file(uri), ParcelFileDescriptor.MODE_READ_ONLY)
    }

    override fun query(
        uri: Uri,
        projection: Array<String>?,
        selection: String?,
        arguments: Array<String>?,
        order: String?,
    ): Cursor? {
        val file = try {
            file(uri)
        } catch (none: FileNotFoundException) {
            return null
        }
        val known = mapOf<String, Any>(OpenableColumns.DISPLAY_NAME to file.name, OpenableColumns.SIZE to file.length())
        val columns = (projection ?: known.keys.toTypedArray()).filter { it in known }
        return MatrixCursor(columns.toTypedArray(), 1).apply { addRow(columns.map { known[it] }) }
    }

    /** Only a name of ours leads to a file: no path out of the folder is one. */
    private fun file(uri: Uri): File {
        val name = uri.pathSegments.singleOrNull()?.takeIf { NAME.matches(it) }
        val context = context
        val file = if (name == null || context == null) null else File(folder(context), name)
        return file?.takeIf { it.isFile } ?: throw FileNotFoundException("$uri is no file")
    }

    override fun insert(uri: Uri, values: ContentValues?): Uri? = null
    override fun update(uri: Uri, values: ContentValues?, selection: String?, arguments: Array<String>?) = 0
    override fun delete(uri: Uri, selection: String?, arguments: Array<String>?) = 0
}
