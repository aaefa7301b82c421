package vn.hocvu.app.border

import android.content.Context
import vn.hocvu.app.core.Core
import vn.hocvu.app.platform.NearWifi
import vn.hocvu.core.DeviceKeys
import vn.hocvu.core.Hocvu
import vn.hocvu.core.HocvuFailure
import vn.hocvu.core.OpenRequest
import java.io.File

/**
 * Opens this phone's data folder and puts the program's own courses in. The marker and the keys lie
 * where no backup takes them along.
 */
fun openPhone(context: Context): Core =
    openPhone(context, PhoneKeys(File(context.noBackupFilesDir, "keys")) { keyStoreLock(context) })

/** The same with other keys, for a machine that has no key store. */
fun openPhone(context: Context, keys: DeviceKeys): Core = try {
    val request = OpenRequest(
        data = File(context.filesDir, "hocvu").path,
        marker = File(context.noBackupFilesDir, "marker").path,
    )
    val hocvu = Hocvu.open(request, keys, PhoneSurroundings(context))
    hocvu.packs().installStarters()
    RustCore(hocvu, RustPhone(hocvu, NearWifi(context)))
} catch (failure: HocvuFailure) {
    throw failure.toScreen()
}
