package vn.hocvu.app.platform

import android.Manifest
import android.content.Context
import android.content.pm.PackageManager
import android.net.ConnectivityManager
import android.net.Network
import android.net.NetworkCapabilities
import android.net.wifi.WifiManager
import android.os.Build
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.shadows.ShadowConnectivityManager
import org.robolectric.shadows.ShadowNetwork
import org.robolectric.shadows.ShadowNetworkCapabilities

/** The two calls of API 21 and 22 that the library of shadows lacks. */
@Implements(ConnectivityManager::class)
class OldNetworks : ShadowConnectivityManager() {
    companion object {
        var bound: Network? = null

        @JvmStatic
        @Implementation
        fun setProcessDefaultNetwork(network: Network?): Boolean {
            bound = network
            return true
        }
    }
}

/** A phone in the Wi-Fi of a station, which has no internet. */
@RunWith(RobolectricTestRunner::class)
@Config(shadows = [OldNetworks::class])
class NearWifiTest {
    private val context = RuntimeEnvironment.getApplication()
    private val manager = context.getSystemService(Context.CONNECTIVITY_SERVICE) as ConnectivityManager
    private val networks = (shadowOf(manager) as ShadowConnectivityManager).apply { clearAllNetworks() }
    private val near = NearWifi(context)

    private fun network(id: Int, transport: Int, vararg can: Int): Network {
        val network = ShadowNetwork.newInstance(id)
        val capabilities = ShadowNetworkCapabilities.newInstance()
        shadowOf(capabilities).addTransportType(transport)
        can.forEach { shadowOf(capabilities).addCapability(it) }
        @Suppress("DEPRECATION")
        networks.addNetwork(network, manager.activeNetworkInfo)
        networks.setNetworkCapabilities(network, capabilities)
        return network
    }

    private fun bound(): Network? = if (Build.VERSION.SDK_INT >= 23) manager.boundNetworkForProcess else OldNetworks.bound

    /** How many ask the Wi-Fi to pass on what is said to everybody. */
    private fun listeners() = shadowOf(context.getSystemService(Context.WIFI_SERVICE) as WifiManager).activeLockCount

    private fun mobile() = network(7, NetworkCapabilities.TRANSPORT_CELLULAR, *internet())

    private fun internet(): IntArray {
        val meant = intArrayOf(NetworkCapabilities.NET_CAPABILITY_INTERNET)
        return if (Build.VERSION.SDK_INT < 23) meant else meant + NetworkCapabilities.NET_CAPABILITY_VALIDATED
    }

    @Test
    fun `a Wi-Fi is local where it has no internet`() {
        mobile()
        assertFalse(near.isLocal)
        val wifi = network(8, NetworkCapabilities.TRANSPORT_WIFI)
        assertTrue(near.isLocal)
        networks.removeNetwork(wifi)
        network(9, NetworkCapabilities.TRANSPORT_WIFI, *internet())
        assertFalse(near.isLocal)
    }

    @Test
    fun `a near station is asked over its Wi-Fi although mobile data has the internet`() {
        mobile()
        val hub = network(8, NetworkCapabilities.TRANSPORT_WIFI)
        assertNull(bound())
        assertEquals(hub, near.near { bound() })
        assertNull(bound())
    }

    @Test
    fun `the Wi-Fi is let go when the call fails or is stopped`() {
        network(8, NetworkCapabilities.TRANSPORT_WIFI)
        for (end in listOf(IllegalStateException("cut off"), InterruptedException())) {
            val thrown = runCatching { near.near { throw end } }
            assertEquals(end, thrown.exceptionOrNull())
            assertNull(bound())
            assertEquals(0, listeners())
        }
    }

    @Suppress("DEPRECATION")
    @Test
    fun `what a station says to everybody is heard while it is asked, and no longer`() {
        network(8, NetworkCapabilities.TRANSPORT_WIFI)
        assertEquals(1, near.near { listeners() })
        assertEquals(0, listeners())
        val asked = context.packageManager.getPackageInfo(context.packageName, PackageManager.GET_PERMISSIONS).requestedPermissions
        assertTrue(Manifest.permission.CHANGE_WIFI_MULTICAST_STATE in asked.orEmpty())
    }

    @Test
    fun `without a Wi-Fi the platform chooses`() {
        mobile()
        assertEquals("done", near.near { assertNull(bound()); "done" })
    }

    @Test
    fun `of two Wi-Fis the one without the internet is a station's`() {
        network(8, NetworkCapabilities.TRANSPORT_WIFI, *internet())
        val hub = network(9, NetworkCapabilities.TRANSPORT_WIFI)
        assertEquals(hub, near.near { bound() })
    }
}
