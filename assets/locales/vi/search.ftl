# Tìm bài.

search-title = Tìm bài học
search-label = { $You } muốn tìm gì?
search-note = Gõ không dấu cũng được, ví dụ: lua dao.
search-action = Tìm
search-count = Thấy { NUMBER($count) } bài có “{ $words }”
search-none = Chưa thấy bài nào có “{ $words }”. Thử một từ ngắn hơn nhé.
search-more = Còn nhiều bài nữa. Thêm một từ để tìm kỹ hơn.
search-empty = Gõ một vài từ rồi bấm “Tìm”.
search-in = Trong khóa { $course }
