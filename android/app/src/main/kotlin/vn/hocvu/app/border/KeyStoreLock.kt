package vn.hocvu.app.border

import android.annotation.TargetApi
import android.content.Context
import android.os.Build
import android.security.KeyPairGeneratorSpec
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import vn.hocvu.app.ChecksApiItself
import java.math.BigInteger
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.util.Calendar
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.security.auth.x500.X500Principal

private const val STORE = "AndroidKeyStore"
private const val ALIAS = "hocvu"
private const val YEARS = 100

/** A lock whose key lives in the phone's key store; made at the first start. */
@ChecksApiItself
fun keyStoreLock(context: Context): Lock =
    if (Build.VERSION.SDK_INT >= 23) AesLock(storedAes()) else storedRsa(context)

private fun store() = KeyStore.getInstance(STORE).apply { load(null) }

@ChecksApiItself
@TargetApi(23)
private fun storedAes(): SecretKey {
    (store().getKey(ALIAS, null) as? SecretKey)?.let { return it }
    val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
    val spec = KeyGenParameterSpec.Builder(ALIAS, purposes)
        .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
        .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
        .build()
    return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, STORE).apply { init(spec) }.generateKey()
}

@Suppress("DEPRECATION")
private fun storedRsa(context: Context): Lock {
    val entry = store().getEntry(ALIAS, null) as? KeyStore.PrivateKeyEntry
    if (entry != null) return RsaLock(entry.certificate.publicKey, entry.privateKey)
    val spec = KeyPairGeneratorSpec.Builder(context)
        .setAlias(ALIAS)
        .setSubject(X500Principal("CN=$ALIAS"))
        .setSerialNumber(BigInteger.ONE)
        .setStartDate(Calendar.getInstance().apply { add(Calendar.YEAR, -1) }.time)
        .setEndDate(Calendar.getInstance().apply { add(Calendar.YEAR, YEARS) }.time)
        .build()
    val pair = KeyPairGenerator.getInstance("RSA", STORE).apply { initialize(spec) }.generateKeyPair()
    return RsaLock(pair.public, pair.private)
}
