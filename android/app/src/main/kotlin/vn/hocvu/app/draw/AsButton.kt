package vn.hocvu.app.draw

import android.view.View
import android.view.accessibility.AccessibilityNodeInfo
import android.widget.Button

/** Tells a screen reader that a card is to be pressed. */
object AsButton : View.AccessibilityDelegate() {
    override fun onInitializeAccessibilityNodeInfo(host: View, info: AccessibilityNodeInfo) {
        super.onInitializeAccessibilityNodeInfo(host, info)
        info.className = Button::class.java.name
    }
}
