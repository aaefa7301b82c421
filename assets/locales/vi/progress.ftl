# Tôi đã học đến đâu.

progress-title = { $You } { $name } đã học đến đâu
progress-none = { $You } chưa học bài nào. Mình bắt đầu từ bài đầu tiên nhé.
progress-lessons-done = Đã xong { NUMBER($done) } trên { NUMBER($of) } bài
progress-answers = Đã trả lời { NUMBER($count) } câu
progress-where = Đang dở ở đây
progress-next = Việc tiếp theo
progress-skills = Những việc { $you } đã biết làm
progress-skill-none = chưa học tới
progress-skill-begun = đang học
progress-skill-growing = biết kha khá
progress-skill-firm = vững
progress-skill-evidence = Dựa trên { NUMBER($count) } câu, gần nhất ngày { $day }
progress-too-few = chưa đủ để nói
progress-rule = Tính thế nào?
progress-rule-text = Mỗi việc chỉ tính từ những câu { $you } đã trả lời về việc đó. Cách tính viết công khai, ai cũng xem được.
progress-courses = Từng khóa học
progress-quizzes = Các lần luyện tập
progress-quiz-line = { $title }: đúng { NUMBER($correct) } trên { NUMBER($of) } câu, ngày { $day }
progress-assessments = Các lần tự đánh giá
progress-private = Chỉ { $you } và tình nguyện viên xem được trang này. Không có xếp hạng.
