# Questions, answers, results.

quiz-question-of = Question { NUMBER($n) } of { NUMBER($of) }
quiz-answer = Answer
quiz-hint = Hint
quiz-hint-label = Hint:
quiz-reason = Why
quiz-right = That is right.
quiz-partly = { NUMBER($points) } of { NUMBER($of) } parts are right. Let us look again.
quiz-wrong = Not right yet. Let us look again.
quiz-recorded = Your answer is noted.
quiz-mark-right = Right
quiz-mark-wrong = Not right yet
quiz-mark-missed = This one is right too
quiz-yours = Your choice
quiz-yours-typed = You typed: { $typed }
quiz-right-answer = The right answer: { $answer }
quiz-right-order = The right order
quiz-again = Try again
quiz-show-solution = Show the answer
quiz-next = Next question
quiz-to-result = See the result
quiz-back-to-lesson = Back to the lesson
quiz-stop = Stop here
quiz-stop-note = Stop whenever you like. Next time you go on at this very question.
quiz-resume = You stopped at question { NUMBER($n) }. Let us go on.
quiz-kept-version = The course has a new version. This quiz keeps the questions you began with.
quiz-already = You have answered this already. The first answer is kept.
quiz-true = True
quiz-false = False

## How each kind is answered

quiz-do-single = Choose one answer.
quiz-do-multiple = Choose all that are right. There may be more than one.
quiz-do-true-false = Is this true or false?
quiz-do-match = For each line, choose what belongs to it.
quiz-do-order = Put them in order, the first one on top.
quiz-do-gap = Choose a word for each gap.
quiz-do-text = Type the answer, with diacritics.
quiz-do-text-bare = Type the answer. Diacritics are not needed.
quiz-do-number = Type a number.
quiz-choose = Choose…
quiz-gap-n = Gap { NUMBER($n) }
quiz-match-for = Belongs to “{ $words }”
quiz-order-place = Place { NUMBER($n) }
quiz-order-which = Which place has “{ $words }”?
quiz-order-up = Move “{ $words }” up
quiz-order-down = Move “{ $words }” down
quiz-your-answer = Your answer

## The answer could not be taken

quiz-choose-first = Please choose an answer, then press “Answer”.
quiz-type-first = Please type an answer, then press “Answer”.
quiz-fill-all = Something is still open. Please choose, then press “Answer”.
quiz-order-twice = Two items have the same place. Give each its own.
quiz-number-unreadable = This is not readable as a number. Use digits, for example 15 or 1.5.
quiz-typed-long = The answer is too long: { NUMBER($max) } letters at most.

## Result

result-title = You have finished.
result-correct-of = { NUMBER($correct) } of { NUMBER($of) } right
result-all-right = Everything is right. Very well done!
result-most-right = You know this quite well.
result-some-right = You know part of it. The lessons below will help with the rest.
result-few-right = This is new, and everybody needs time. Let us take the lessons one by one.
result-look-again = Worth another look
result-again = Take it again
result-review = Look at each answer
result-next = Next: { $title }
result-saved = The result is kept on this device.
result-not-saved = You are only looking around, so the result is not kept.
