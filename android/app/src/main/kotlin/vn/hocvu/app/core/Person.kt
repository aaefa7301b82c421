package vn.hocvu.app.core

/** Who somebody is on this phone. [name] is null when the key store forgot it; only a child has a [guardian]. */
data class Person(val name: String?, val address: Address, val pictogram: Int, val guardian: String?)
