# Words that every page uses.

## Head and foot of a page

app-name = Học vụ số
app-tagline = Learn to use a phone, step by step, without the internet.
page-title = { $title } – Học vụ số
skip-to-content = Skip to the content
nav-label = Main pages
nav-courses = Lessons
nav-progress = My progress
nav-assess = Self-assessment
nav-search = Search
nav-people = Who learns?
nav-me = About me
nav-volunteer = Volunteer
nav-about = About

## Buttons

action-next = Next
action-back = Back
action-continue = Go on learning
action-start = Start
action-save = Save
action-cancel = Not now
action-close = Close
action-yes = Yes
action-no = No
action-change = Change
action-remove = Remove
action-skip = Skip
action-show-all = Show all
action-show-more = Show more
action-download = Download
action-choose-file = Choose a file
action-home = To the first page
saved = Saved.
optional = optional
required = required
form-has-faults = { $count ->
        [one] One field needs another look.
       *[other] { $count } fields need another look.
    }

## Language and text size

language = Language
language-name = English
not-translated = This has not been translated yet, so it is shown in its own language.
text-size = Text size
text-size-normal = Normal text
text-size-large = Large text
text-size-largest = Largest text
currently-chosen = chosen now

## Numbers

count-of = { NUMBER($n) } of { NUMBER($of) }
page-of = Page { NUMBER($n) } of { NUMBER($of) }
page-next = Next page
page-previous = Previous page
count-learners = { $count ->
        [one] One learner
       *[other] { $count } learners
    }
count-lessons = { $count ->
        [one] One lesson
       *[other] { $count } lessons
    }
count-questions = { $count ->
        [one] One question
       *[other] { $count } questions
    }
count-minutes = { $count ->
        [one] One minute
       *[other] { $count } minutes
    }

## Days and sizes

date = { NUMBER($day) } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
} { $year }
size-kb = { NUMBER($amount) } KB
size-mb = { NUMBER($amount) } MB
size-gb = { NUMBER($amount) } GB
