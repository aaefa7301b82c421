# My progress.

progress-title = What { $name } has learned
progress-none = You have not begun yet. Let us start with the first lesson.
progress-lessons-done = { NUMBER($done) } of { NUMBER($of) } lessons done
progress-answers = { $count ->
        [one] One question
       *[other] { $count } questions
    } answered
progress-where = Where you stopped
progress-next = What comes next
progress-skills = What you can do
progress-skill-none = not reached yet
progress-skill-begun = learning
progress-skill-growing = know a fair part
progress-skill-firm = sure
progress-skill-evidence =
    From { $count ->
        [one] one answer
       *[other] { $count } answers
    }, the latest on { $day }
progress-too-few = not enough to say
progress-rule = How is this worked out?
progress-rule-text = Each skill is worked out only from your own answers about it, by a rule that anybody can read.
progress-courses = Course by course
progress-quizzes = Practice so far
progress-quiz-line = { $title }: { NUMBER($correct) } of { NUMBER($of) } right, { $day }
progress-assessments = Self-assessments so far
progress-private = Only you and the volunteer can see this page. There are no ranks.
