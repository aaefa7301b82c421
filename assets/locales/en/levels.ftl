# The four bands of the framework, two levels each.

level-basic = Foundation
level-intermediate = Intermediate
level-advanced = Advanced
level-specialised = Highly specialised
level-range = Levels { NUMBER($from) }–{ NUMBER($to) }
