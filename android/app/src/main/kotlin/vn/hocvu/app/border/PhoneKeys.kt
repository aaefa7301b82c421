package vn.hocvu.app.border

import vn.hocvu.core.DeviceKeys
import vn.hocvu.core.PlatformFailure
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.security.GeneralSecurityException

/** Locks and unlocks a secret with a key that does not leave the platform. */
interface Lock {
    fun lock(secret: ByteArray): ByteArray

    /** Fails with [GeneralSecurityException] where the key is another than the one that locked it. */
    fun unlock(locked: ByteArray): ByteArray
}

/** The core's secrets as locked files of a folder that no backup takes along. */
class PhoneKeys(private val folder: File, makeLock: () -> Lock) : DeviceKeys {
    private val lock by lazy(makeLock)

    /** A secret that the platform's key no longer opens is forgotten: the core asks for names again. */
    override fun get(name: String): ByteArray? {
        val file = File(folder, name)
        if (!file.exists()) return null
        val (lock, locked) = trying { lock to file.readBytes() }
        return try {
            lock.unlock(locked)
        } catch (forgotten: GeneralSecurityException) {
            null
        }
    }

    /** Written whole beside the old one and put in its place, so that no power cut leaves half. */
    override fun put(name: String, secret: ByteArray) = trying {
        folder.mkdirs()
        val fresh = File(folder, "$name.new")
        FileOutputStream(fresh).use { out ->
            out.write(lock.lock(secret))
            out.fd.sync()
        }
        if (!fresh.renameTo(File(folder, name))) throw IOException("cannot replace $name")
    }

    private inline fun <T> trying(work: () -> T): T = try {
        work()
    } catch (error: IOException) {
        throw PlatformFailure.Failed(error.toString())
    } catch (error: GeneralSecurityException) {
        throw PlatformFailure.Failed(error.toString())
    }
}
