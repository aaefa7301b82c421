# Search.

search-title = Search the lessons
search-label = What are you looking for?
search-note = It works without diacritics, for example: lua dao.
search-action = Search
search-count = { $count ->
        [one] One lesson
       *[other] { $count } lessons
    } with “{ $words }”
search-none = No lesson has “{ $words }”. Try a shorter word.
search-more = There are more. Add a word to narrow it down.
search-empty = Type a few words and press “Search”.
search-in = In { $course }
