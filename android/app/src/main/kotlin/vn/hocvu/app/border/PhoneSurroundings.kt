package vn.hocvu.app.border

import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import android.os.BatteryManager
import vn.hocvu.app.platform.reachesInternet
import vn.hocvu.core.NetworkView
import vn.hocvu.core.PlatformSurroundings
import vn.hocvu.core.SurroundingsView

/** What the phone tells of its networks, its battery and its room. */
class PhoneSurroundings(private val context: Context) : PlatformSurroundings {
    override fun now(): SurroundingsView {
        val battery = context.registerReceiver(null, IntentFilter(Intent.ACTION_BATTERY_CHANGED))
        val level = battery?.getIntExtra(BatteryManager.EXTRA_LEVEL, -1) ?: -1
        val scale = battery?.getIntExtra(BatteryManager.EXTRA_SCALE, -1) ?: -1
        val percent = if (level < 0 || scale <= 0) null else (100 * level / scale).coerceIn(0, 100).toUByte()
        val plugged = battery?.getIntExtra(BatteryManager.EXTRA_PLUGGED, 0) ?: 0
        val (network, isLocalToo) = networks()
        return SurroundingsView(network, percent, plugged != 0, isLocalToo, context.filesDir.usableSpace.toULong())
    }

    private fun networks(): Pair<NetworkView, Boolean> {
        val manager = context.getSystemService(Context.CONNECTIVITY_SERVICE) as ConnectivityManager
        val known = manager.allNetworks.mapNotNull { manager.getNetworkCapabilities(it) }
        val local = known.filter { !it.reachesInternet() && it.hasTransport(NetworkCapabilities.TRANSPORT_WIFI) }
        val network = when {
            known.isEmpty() -> NetworkView.NOTHING
            known.none { it.reachesInternet() } -> NetworkView.LOCAL
            manager.isActiveNetworkMetered -> NetworkView.METERED
            else -> NetworkView.FREE
        }
        return network to local.isNotEmpty()
    }
}
