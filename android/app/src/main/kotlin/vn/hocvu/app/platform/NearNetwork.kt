package vn.hocvu.app.platform

import android.annotation.TargetApi
import android.content.Context
import android.net.ConnectivityManager
import android.net.Network
import android.net.NetworkCapabilities
import android.net.wifi.WifiManager
import android.os.Build
import vn.hocvu.app.ChecksApiItself

/** The way to a station in the same house. */
interface NearNetwork {
    /** Whether a Wi-Fi without the internet is there. */
    val isLocal: Boolean

    /** Makes a call while all connections of this process go over the network of this place. */
    fun <T> near(call: () -> T): T
}

/** Leaves the choice to the platform. */
object AnyNetwork : NearNetwork {
    override val isLocal = false

    override fun <T> near(call: () -> T): T = call()
}

/**
 * A station's Wi-Fi has no internet, so a phone with mobile data sends everything past it. While a call
 * is made, this process is bound to the Wi-Fi, native code included, and hears what is said to everybody
 * there: a station that has moved says so in a broadcast, which most phones' Wi-Fi drops unless it is asked
 * not to. Both are released whatever happens.
 */
class NearWifi(private val context: Context) : NearNetwork {
    private val manager = context.getSystemService(Context.CONNECTIVITY_SERVICE) as ConnectivityManager

    override val isLocal: Boolean
        get() = wifi()?.let(manager::getNetworkCapabilities)?.reachesInternet() == false

    override fun <T> near(call: () -> T): T {
        val wifi = wifi() ?: return call()
        val ears = ears()
        try {
            ears.acquire()
            bind(wifi)
            return call()
        } finally {
            if (ears.isHeld) ears.release()
            bind(null)
        }
    }

    /** Of the application: older platforms never let go of what an activity asked for. */
    private fun ears(): WifiManager.MulticastLock {
        val radio = context.applicationContext.getSystemService(Context.WIFI_SERVICE) as WifiManager
        return radio.createMulticastLock("hocvu")
    }

    @Suppress("DEPRECATION")
    private fun wifi(): Network? {
        val known = manager.allNetworks.mapNotNull { network ->
            manager.getNetworkCapabilities(network)?.let { network to it }
        }
        val wifis = known.filter { (_, can) -> can.hasTransport(NetworkCapabilities.TRANSPORT_WIFI) }
        return wifis.minByOrNull { (_, can) -> if (can.reachesInternet()) 1 else 0 }?.first
    }

    @ChecksApiItself
    private fun bind(network: Network?): Boolean =
        if (Build.VERSION.SDK_INT >= 23) bindNew(network) else bindOld(network)

    @TargetApi(23)
    @ChecksApiItself
    private fun bindNew(network: Network?) = manager.bindProcessToNetwork(network)

    @Suppress("DEPRECATION")
    private fun bindOld(network: Network?) = ConnectivityManager.setProcessDefaultNetwork(network)
}

/** From API 23 on the platform has tried it; before, it only says what the network is meant for. */
@ChecksApiItself
fun NetworkCapabilities.reachesInternet(): Boolean {
    val meant = hasCapability(NetworkCapabilities.NET_CAPABILITY_INTERNET)
    return meant && (Build.VERSION.SDK_INT < 23 || hasCapability(NetworkCapabilities.NET_CAPABILITY_VALIDATED))
}
