/// Learners' pictograms in the order of their numbers; files of `assets/pictograms` and keys of texts.
public let pictograms = [
    "buffalo", "lotus", "boat", "bamboo", "kite", "hat", "rice", "drum",
    "fish", "well", "bird", "house", "lantern", "teapot", "coconut", "bridge",
]

/// The pictogram of a number; the first where there is none.
public func pictogram(_ number: Int) -> String {
    pictograms.indices.contains(number) ? pictograms[number] : pictograms[0]
}
