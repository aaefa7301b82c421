package vn.hocvu.app.draw

import android.text.Editable
import android.text.TextWatcher
import android.widget.EditText

/** Tells of every change, so that what was typed is kept at every moment. */
fun EditText.onTyped(tell: (String) -> Unit) = addTextChangedListener(object : TextWatcher {
    override fun beforeTextChanged(text: CharSequence, start: Int, count: Int, after: Int) = Unit
    override fun onTextChanged(text: CharSequence, start: Int, before: Int, count: Int) = Unit
    override fun afterTextChanged(text: Editable) = tell(text.toString())
})
