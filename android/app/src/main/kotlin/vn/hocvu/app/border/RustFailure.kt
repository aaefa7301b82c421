package vn.hocvu.app.border

import vn.hocvu.app.core.Failure
import vn.hocvu.app.core.FailureKind
import vn.hocvu.app.core.UnknownPublisher
import vn.hocvu.core.HocvuFailure
import vn.hocvu.core.ToldView

/** What the core says went wrong, as screens know it. */
fun HocvuFailure.toScreen(): Failure = when (this) {
    is HocvuFailure.NotFound -> told.failure(FailureKind.NOT_FOUND, this)
    is HocvuFailure.Invalid -> told.failure(FailureKind.INVALID, this)
    is HocvuFailure.CodeRefused -> told.failure(FailureKind.CODE_REFUSED, this)
    is HocvuFailure.DiskFull -> told.failure(FailureKind.DISK_FULL, this)
    is HocvuFailure.CannotOpen -> told.failure(FailureKind.OTHER, this)
    is HocvuFailure.Damaged -> told.failure(FailureKind.OTHER, this)
    is HocvuFailure.PackRefused -> told.failure(FailureKind.OTHER, this)
    is HocvuFailure.UnknownRoot -> UnknownPublisher(publisher, fingerprint, roots, told.title, told.words, this)
    is HocvuFailure.BackupRefused -> told.failure(FailureKind.OTHER, this)
    is HocvuFailure.Platform -> told.failure(FailureKind.OTHER, this)
    is HocvuFailure.Shut -> told.failure(FailureKind.OTHER, this)
    is HocvuFailure.Internal -> told.failure(FailureKind.OTHER, this)
}

private fun ToldView.failure(kind: FailureKind, cause: HocvuFailure) =
    Failure(kind, title, words, cause)

/** Asks the border; what it says went wrong is thrown as screens know it. */
internal inline fun <T> asking(call: () -> T): T = try {
    call()
} catch (failure: HocvuFailure) {
    throw failure.toScreen()
}
