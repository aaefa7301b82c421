package vn.hocvu.app.draw

import android.content.Context
import android.content.res.Configuration
import android.util.TypedValue

/** Colours by what they are for; the same as the kiosk's. The contrast on its ground stands behind. */
class Palette(
    val paper: Int,
    val card: Int,
    val line: Int,
    val ink: Int,
    val inkSoft: Int,
    val go: Int,
    val onGo: Int,
    val goSoft: Int,
    val look: Int,
    val lookSoft: Int,
    val stop: Int,
    val stopSoft: Int,
)

internal val DAY = Palette(
    paper = 0xfffbf8f1.toInt(),
    card = 0xffffffff.toInt(),
    line = 0xffd9d2c3.toInt(),
    ink = 0xff1f2a26.toInt(), // 14.0:1 on paper
    inkSoft = 0xff4a5752.toInt(), // 7.1:1 on paper
    go = 0xff0b5d43.toInt(), // 7.9:1 under white, 7.4:1 on paper
    onGo = 0xffffffff.toInt(),
    goSoft = 0xffe3f0ea.toInt(),
    look = 0xff7a4a00.toInt(), // 6.6:1 on lookSoft
    lookSoft = 0xfffdf0d5.toInt(),
    stop = 0xff8f1d1d.toInt(), // 7.6:1 on stopSoft
    stopSoft = 0xfffbe9e7.toInt(),
)

internal val NIGHT = Palette(
    paper = 0xff14201b.toInt(),
    card = 0xff1d2c26.toInt(),
    line = 0xff3b4b44.toInt(),
    ink = 0xfff2efe6.toInt(),
    inkSoft = 0xffc3cdc8.toInt(),
    go = 0xff8fd9b6.toInt(),
    onGo = 0xff0c2a1f.toInt(),
    goSoft = 0xff1f4235.toInt(),
    look = 0xffffd58a.toInt(),
    lookSoft = 0xff43330f.toInt(),
    stop = 0xffffb4ab.toInt(),
    stopSoft = 0xff4a1f1b.toInt(),
)

/** How everything looks on this phone, in the theme and the text size that its owner chose. */
class Look(val context: Context) {
    private val metrics = context.resources.displayMetrics
    private val configuration = context.resources.configuration

    val colours: Palette =
        if (configuration.uiMode and Configuration.UI_MODE_NIGHT_MASK == Configuration.UI_MODE_NIGHT_YES) NIGHT else DAY

    /** Letters so large that two things beside each other would be cut into syllables. */
    val isLarge: Boolean get() = configuration.fontScale >= 1.5f

    fun dp(value: Number): Int = (value.toFloat() * metrics.density + 0.5f).toInt()

    fun sp(value: Number): Float = TypedValue.applyDimension(TypedValue.COMPLEX_UNIT_SP, value.toFloat(), metrics)
}
