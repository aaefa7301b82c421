# Danh sách khóa học và một khóa học.

courses-title = Các khóa học
courses-next = Học tiếp: { $title }
courses-first = Bắt đầu: { $title }
courses-next-quiz = Làm bài: { $title }
courses-resume-quiz = Làm nốt bài đang dở: { $title }
courses-all-done = { $You } đã học xong các khóa hiện có. Muốn ôn khóa nào cũng được.
courses-none = Máy này chưa có khóa học nào. Tình nguyện viên cài thêm được.
course-not-begun = Chưa học
course-done-of = Xong { NUMBER($done) } trên { NUMBER($of) } bài
course-done = Đã xong cả khóa
course-lessons = Các bài trong khóa
course-teaches = Học xong sẽ biết
course-practice = Luyện tập
course-practice-note = { NUMBER($count) } câu, không tính giờ, nghỉ giữa chừng được
course-last-result = Xem kết quả lần trước
course-practice-best = Lần tốt nhất: đúng { NUMBER($correct) } trên { NUMBER($of) } câu
course-version = Bản { NUMBER($version) }
course-licence = Giấy phép: { $licence }
lesson-state-new = Chưa học
lesson-state-open = Đang học dở
lesson-state-done = Đã xong
lesson-state-next = Bài tiếp theo
lesson-minutes = khoảng { NUMBER($minutes) } phút
