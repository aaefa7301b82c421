package vn.hocvu.app.border

import java.security.GeneralSecurityException
import java.security.PrivateKey
import java.security.PublicKey
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.SecretKeySpec

private const val IV_BYTES = 12
private const val TAG_BITS = 128

/** AES-GCM: the key store has it from API 23 on. The file is the nonce, then the sealed secret. */
class AesLock(private val key: SecretKey) : Lock {
    override fun lock(secret: ByteArray): ByteArray {
        val cipher = Cipher.getInstance("AES/GCM/NoPadding")
        cipher.init(Cipher.ENCRYPT_MODE, key)
        return cipher.iv + cipher.doFinal(secret)
    }

    override fun unlock(locked: ByteArray): ByteArray {
        if (locked.size < IV_BYTES) throw GeneralSecurityException("the secret is cut off")
        val cipher = Cipher.getInstance("AES/GCM/NoPadding")
        cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BITS, locked, 0, IV_BYTES))
        return cipher.doFinal(locked, IV_BYTES, locked.size - IV_BYTES)
    }
}

/**
 * The key stores of API 21 and 22 know RSA alone, which takes no long secret: a fresh AES key seals
 * the secret, and RSA that key. The file is a length of two bytes, the sealed key, the sealed secret.
 */
class RsaLock(private val public: PublicKey, private val private: PrivateKey) : Lock {
    override fun lock(secret: ByteArray): ByteArray {
        val fresh = KeyGenerator.getInstance("AES").apply { init(128) }.generateKey()
        val rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding")
        rsa.init(Cipher.ENCRYPT_MODE, public)
        val sealedKey = rsa.doFinal(fresh.encoded)
        val length = byteArrayOf((sealedKey.size shr 8).toByte(), sealedKey.size.toByte())
        return length + sealedKey + AesLock(fresh).lock(secret)
    }

    override fun unlock(locked: ByteArray): ByteArray {
        if (locked.size < 2) throw GeneralSecurityException("the secret is cut off")
        val end = 2 + (locked[0].toInt() and 0xff shl 8) + (locked[1].toInt() and 0xff)
        if (locked.size < end) throw GeneralSecurityException("the secret is cut off")
        val rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding")
        rsa.init(Cipher.DECRYPT_MODE, private)
        val fresh = SecretKeySpec(rsa.doFinal(locked, 2, end - 2), "AES")
        return AesLock(fresh).unlock(locked.copyOfRange(end, locked.size))
    }
}
