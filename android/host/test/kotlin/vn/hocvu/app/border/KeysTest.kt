package vn.hocvu.app.border

import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import vn.hocvu.core.PlatformFailure
import java.security.KeyPairGenerator
import java.security.KeyStoreException
import javax.crypto.spec.SecretKeySpec

/** Secrets on the disk, locked as each age of Android can. */
class KeysTest {
    @get:Rule val folder = TemporaryFolder()
    private val secret = ByteArray(4_096) { it.toByte() }

    private fun aes(seed: Byte) = AesLock(SecretKeySpec(ByteArray(16) { seed }, "AES"))

    private fun rsa() = KeyPairGenerator.getInstance("RSA").apply { initialize(2_048) }.generateKeyPair()
        .let { RsaLock(it.public, it.private) }

    @Test
    fun `a secret is read back and does not lie on the disk as it is`() {
        for (lock in listOf(aes(1), rsa())) {
            val keys = PhoneKeys(folder.newFolder()) { lock }
            assertNull(keys.get("people"))
            keys.put("people", ByteArray(3))
            keys.put("people", secret)
            assertArrayEquals(secret, keys.get("people"))
            assertFalse(lock.lock(secret).toList().windowed(16).any { it == secret.toList().take(16) })
        }
    }

    @Test
    fun `what another key locked, or what is cut off, is forgotten`() {
        val (first, second) = folder.newFolder() to folder.newFolder()
        for ((place, locks) in listOf(first to (aes(1) to aes(2)), second to (rsa() to rsa()))) {
            PhoneKeys(place) { locks.first }.put("people", secret)
            assertNull(PhoneKeys(place) { locks.second }.get("people"))
            for (length in listOf(0, 1, 5, 200)) {
                java.io.File(place, "people").apply { writeBytes(locks.first.lock(secret).copyOf(length)) }
                assertNull("$length bytes", PhoneKeys(place) { locks.first }.get("people"))
            }
        }
    }

    @Test
    fun `a key store that does not open is a failure of the platform and forgets nothing`() {
        val place = folder.newFolder()
        PhoneKeys(place) { aes(1) }.put("people", secret)
        val broken = PhoneKeys(place) { throw KeyStoreException("locked") }
        assertThrows(PlatformFailure.Failed::class.java) { broken.get("people") }
        assertArrayEquals(secret, PhoneKeys(place) { aes(1) }.get("people"))
    }
}
