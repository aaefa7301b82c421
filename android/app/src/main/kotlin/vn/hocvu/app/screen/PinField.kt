package vn.hocvu.app.screen

import android.text.InputFilter
import android.text.InputType
import android.view.Gravity
import android.widget.EditText
import vn.hocvu.app.draw.Parts

const val PIN_DIGITS = 4

/** Four digits that nobody beside her can read. */
fun Parts.pin(said: CharSequence): EditText = field(said).apply {
    inputType = InputType.TYPE_CLASS_NUMBER or InputType.TYPE_NUMBER_VARIATION_PASSWORD
    filters = arrayOf(InputFilter.LengthFilter(PIN_DIGITS))
    gravity = Gravity.CENTER
    textSize = 28f
}
