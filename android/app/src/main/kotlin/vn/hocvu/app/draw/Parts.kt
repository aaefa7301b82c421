package vn.hocvu.app.draw

import android.content.res.ColorStateList
import android.graphics.Color
import android.graphics.Typeface
import android.graphics.drawable.Drawable
import android.graphics.drawable.GradientDrawable
import android.graphics.drawable.RippleDrawable
import android.graphics.drawable.StateListDrawable
import android.os.Build
import android.text.SpannableStringBuilder
import android.text.Spanned
import android.text.style.StyleSpan
import android.util.TypedValue
import android.view.Gravity
import android.view.View
import android.widget.Button
import android.widget.CompoundButton
import android.widget.EditText
import android.widget.LinearLayout
import android.widget.TextView
import vn.hocvu.app.ChecksApiItself
import vn.hocvu.app.core.Line
import vn.hocvu.app.core.Stress

const val BODY_SP = 18
const val SMALL_SP = 16
private const val ROUND_DP = 12
private const val TARGET_DP = 56

/** The parts that pages are made of, all in one look. */
class Parts(val look: Look) {
    private val context = look.context
    private val colours = look.colours

    fun text(words: CharSequence, sizeSp: Int = BODY_SP, colour: Int = colours.ink, bold: Boolean = false) =
        TextView(context).apply {
            text = words
            setTextSize(TypedValue.COMPLEX_UNIT_SP, sizeSp.toFloat())
            setTextColor(colour)
            setLineSpacing(0f, 1.2f)
            if (bold) typeface = Typeface.DEFAULT_BOLD
        }

    @ChecksApiItself
    fun heading(words: CharSequence, sizeSp: Int) = text(words, sizeSp, bold = true).apply {
        if (Build.VERSION.SDK_INT >= 28) isAccessibilityHeading = true
    }

    /** An author's words with what is stressed in them. */
    fun styled(line: Line): CharSequence = SpannableStringBuilder().apply {
        for (run in line.runs) {
            val start = length
            append(run.text)
            val style = when (run.stress) {
                Stress.PLAIN -> continue
                Stress.STRONG -> Typeface.BOLD
                Stress.EMPHASIS -> Typeface.ITALIC
            }
            setSpan(StyleSpan(style), start, length, Spanned.SPAN_EXCLUSIVE_EXCLUSIVE)
        }
    }

    /** The one green button of a page. */
    fun go(words: CharSequence, act: () -> Unit) =
        button(words, colours.onGo, ground(colours.go, colours.go), act)

    /** A second choice. */
    fun plain(words: CharSequence, act: () -> Unit) =
        button(words, colours.go, ground(colours.paper, colours.go), act)

    /** A way that few take: words alone, as tall as a thumb. */
    fun quiet(words: CharSequence, act: () -> Unit) =
        button(words, colours.go, ground(Color.TRANSPARENT, Color.TRANSPARENT), act).apply {
            gravity = Gravity.CENTER_VERTICAL or Gravity.START
            setPadding(0, paddingTop, 0, paddingBottom)
            typeface = Typeface.DEFAULT
            paint.isUnderlineText = true
        }

    private fun button(words: CharSequence, colour: Int, ground: Drawable, act: () -> Unit) = Button(context).apply {
        text = words
        setTextColor(colour)
        typeface = Typeface.DEFAULT_BOLD
        setTextSize(TypedValue.COMPLEX_UNIT_SP, BODY_SP.toFloat())
        dress(this, ground)
        setOnClickListener { act() }
    }

    /** A radio button or box as wide as the page, one target with its words. */
    fun <B : CompoundButton> option(button: B, words: CharSequence) = button.apply {
        text = words
        isSaveEnabled = false
        setTextColor(colours.ink)
        setTextSize(TypedValue.COMPLEX_UNIT_SP, BODY_SP.toFloat())
        gravity = Gravity.CENTER_VERTICAL or Gravity.START
        buttonTintList = ColorStateList.valueOf(colours.go)
        val states = StateListDrawable().apply {
            addState(intArrayOf(android.R.attr.state_checked), shape(colours.goSoft, colours.go, 2))
            addState(intArrayOf(), shape(colours.card, colours.line, 2))
        }
        background = touched(states)
        minHeight = look.dp(TARGET_DP)
        setPadding(look.dp(8), look.dp(8), look.dp(12), look.dp(8))
    }

    /** A line to type in. */
    fun field(said: CharSequence) = EditText(context).apply {
        contentDescription = said
        isSaveEnabled = false
        setTextColor(colours.ink)
        setTextSize(TypedValue.COMPLEX_UNIT_SP, BODY_SP.toFloat())
        background = shape(colours.card, colours.inkSoft, 2)
        // Not `minHeight`: that of a text view is forgotten when it becomes a single line.
        minimumHeight = look.dp(TARGET_DP)
        setPadding(look.dp(12), look.dp(8), look.dp(12), look.dp(8))
    }

    /** What is missing or went wrong; read out when it appears. */
    fun fault(words: CharSequence) = text(words, colour = colours.stop, bold = true).apply {
        background = shape(colours.stopSoft, colours.stop, 2)
        setPadding(look.dp(12), look.dp(8), look.dp(12), look.dp(8))
        accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
    }

    fun column() = LinearLayout(context).apply { orientation = LinearLayout.VERTICAL }

    fun row() = LinearLayout(context).apply {
        gravity = Gravity.CENTER_VERTICAL
        isBaselineAligned = false
    }

    /** A column on a ground of its own. */
    fun panel(fill: Int, edge: Int = fill) = column().apply {
        background = shape(fill, edge, 2)
        setPadding(look.dp(14), look.dp(12), look.dp(14), look.dp(12))
    }

    /** Makes a view one target: a card that can be touched and is read as a button. */
    fun <V : View> card(view: V, said: CharSequence, act: () -> Unit) = view.apply {
        dress(this, ground(colours.card, colours.line))
        contentDescription = said
        isFocusable = true
        accessibilityDelegate = AsButton
        setOnClickListener { act() }
    }

    fun shape(fill: Int, edge: Int, edgeDp: Int) = GradientDrawable().apply {
        setColor(fill)
        cornerRadius = look.dp(ROUND_DP).toFloat()
        setStroke(look.dp(edgeDp), edge)
    }

    private fun ground(fill: Int, edge: Int): Drawable = touched(shape(fill, edge, 2))

    private fun touched(content: Drawable): Drawable =
        RippleDrawable(ColorStateList.valueOf(colours.line), content, null)

    private fun dress(view: View, ground: Drawable) {
        view.background = ground
        view.minimumHeight = look.dp(TARGET_DP)
        view.stateListAnimator = null
        view.setPadding(look.dp(14), look.dp(10), look.dp(14), look.dp(10))
        if (view is Button) view.isAllCaps = false
    }
}
