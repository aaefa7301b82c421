package vn.hocvu.app.draw

import android.content.Context

/** Learners' pictograms in the order of their numbers; files of `assets/pictograms` and keys of texts. */
val PICTOGRAMS = listOf(
    "buffalo", "lotus", "boat", "bamboo", "kite", "hat", "rice", "drum",
    "fish", "well", "bird", "house", "lantern", "teapot", "coconut", "bridge",
)

/** The file of a pictogram; the program carries all of them. */
fun pictogram(context: Context, name: String): Picture {
    val bytes = context.assets.open("$name.svg").use { it.readBytes() }
    return checkNotNull(Picture.read(bytes)) { "the pictogram $name is no picture" }
}
