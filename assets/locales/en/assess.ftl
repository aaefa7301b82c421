# Self-assessment.

assess-title = Self-assessment
assess-intro = A few questions to see where you are and what to learn next. Nobody marks it; there is no pass or fail.
assess-length = { $count ->
        [one] One question
       *[other] { $count } questions
    }, about { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }, no time limit.
assess-no-feedback = You see the result at the end. If you are not sure, choose what seems best.
assess-start = Start
assess-resume = Go on at question { NUMBER($n) }
assess-restart = Start anew
assess-again = Assess yourself again
assess-none = There is no self-assessment on this device yet.
assess-choose = Choose what you want to know about
assess-all = Everything
assess-part-of = Part { NUMBER($n) } of { NUMBER($of) }: { $title }
assess-result-title = Where are you now?
assess-word-0 = Just beginning
assess-word-1 = Know a little
assess-word-2 = Know a fair part
assess-word-3 = Quite sure
assess-word-4 = Sure
assess-dots = { NUMBER($n) } of { NUMBER($of) } dots
assess-before = Before: { $word }
assess-now = Now: { $word }
assess-before-on = Last time, { $day }
assess-change-much = Great progress.
assess-change-some = Progress.
assess-change-same = Still there.
assess-change-less = A little less than last time, which is normal. One lesson brings it back.
assess-first-time = This is the first time. Next time you will see how you have come on.
assess-too-few = not enough to say
assess-too-few-more = { $count ->
        [one] Answer one more question
       *[other] Answer { $count } more questions
    } to know.
assess-bank-empty = You have seen all questions on this, so some come again.
assess-help = Lessons that would help most
assess-help-one = Worth learning: { $title }
assess-help-none = No lesson is needed now. Choose what you like.
assess-policy = Thresholds and lengths here are hocvu's own, version { $version }, not confirmed. This is no certificate of the state.
assess-unconfirmed = not confirmed
assess-guest-note = No name is needed. Afterwards you can keep the result under your name.
assess-attach-title = Keep this result?
assess-attach-note = If it is kept, you can compare before and after next time.
assess-attach-to = Keep it for { $name }
assess-attach-new = Add someone new and keep it
assess-attach-known = I already have a name here
assess-attach-no = Do not keep it
assess-attached = The result is kept for { $name }.
assess-discarded = Nothing was kept.
