package vn.hocvu.app.border

import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import android.os.BatteryManager
import android.os.Build
import vn.hocvu.app.ChecksApiItself
import vn.hocvu.core.NetworkView
import vn.hocvu.core.PlatformSurroundings
import vn.hocvu.core.SurroundingsView

/** What the phone tells of its networks and its battery. */
class PhoneSurroundings(private val context: Context) : PlatformSurroundings {
    override fun now(): SurroundingsView {
        val battery = context.registerReceiver(null, IntentFilter(Intent.ACTION_BATTERY_CHANGED))
        val level = battery?.getIntExtra(BatteryManager.EXTRA_LEVEL, -1) ?: -1
        val scale = battery?.getIntExtra(BatteryManager.EXTRA_SCALE, -1) ?: -1
        val percent = if (level < 0 || scale <= 0) null else (100 * level / scale).coerceIn(0, 100).toUByte()
        val plugged = battery?.getIntExtra(BatteryManager.EXTRA_PLUGGED, 0) ?: 0
        return SurroundingsView(network(), percent, plugged != 0)
    }

    private fun network(): NetworkView {
        val manager = context.getSystemService(Context.CONNECTIVITY_SERVICE) as ConnectivityManager
        val known = manager.allNetworks.mapNotNull { manager.getNetworkCapabilities(it) }
        return when {
            known.isEmpty() -> NetworkView.NOTHING
            known.none { it.reachesInternet() } -> NetworkView.LOCAL
            manager.isActiveNetworkMetered -> NetworkView.METERED
            else -> NetworkView.FREE
        }
    }

    /** From API 23 on the platform has tried it; before, it only says what the network is meant for. */
    @ChecksApiItself
    private fun NetworkCapabilities.reachesInternet(): Boolean {
        val meant = hasCapability(NetworkCapabilities.NET_CAPABILITY_INTERNET)
        return meant && (Build.VERSION.SDK_INT < 23 || hasCapability(NetworkCapabilities.NET_CAPABILITY_VALIDATED))
    }
}
