# The list of courses, and one course.

courses-title = Courses
courses-next = Go on: { $title }
courses-first = Start: { $title }
courses-next-quiz = Next: { $title }
courses-resume-quiz = Finish what you began: { $title }
courses-all-done = You have finished all courses here. Any of them can be taken again.
courses-none = There is no course on this device yet. The volunteer can install one.
course-not-begun = Not begun
course-done-of = { NUMBER($done) } of { NUMBER($of) } lessons done
course-done = Course finished
course-lessons = Lessons in this course
course-teaches = What you will know
course-practice = Practice
course-practice-note = { $count ->
        [one] One question
       *[other] { $count } questions
    }, no time limit, stop whenever you like
course-practice-best = Best so far: { NUMBER($correct) } of { NUMBER($of) } right
course-version = Version { NUMBER($version) }
course-licence = Licence: { $licence }
lesson-state-new = Not begun
lesson-state-open = Begun
lesson-state-done = Done
lesson-state-next = Next lesson
lesson-minutes =
    about { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }
course-last-result = See the last result
