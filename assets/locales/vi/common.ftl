# Những chữ dùng ở mọi trang.

## Đầu trang và chân trang

app-name = Học vụ số
app-tagline = Học dùng điện thoại, từng bước một, không cần mạng.
page-title = { $title } – Học vụ số
skip-to-content = Đến thẳng nội dung
nav-label = Các trang chính
nav-courses = Bài học
nav-progress = Tôi đã học
nav-assess = Tự đánh giá
nav-search = Tìm bài
nav-people = Ai học?
nav-me = Thông tin của tôi
nav-volunteer = Tình nguyện viên
nav-about = Giới thiệu

## Nút

action-next = Tiếp
action-back = Quay lại
action-continue = Học tiếp
action-start = Bắt đầu
action-save = Lưu
action-cancel = Thôi, để sau
action-close = Đóng
action-yes = Đúng vậy
action-no = Không
action-change = Đổi
action-remove = Gỡ
action-skip = Bỏ qua
action-show-all = Xem tất cả
action-show-more = Xem thêm
action-download = Tải về
action-choose-file = Chọn tệp
action-home = Về trang đầu
saved = Đã lưu.
optional = không bắt buộc
required = cần điền
form-has-faults = Còn { NUMBER($count) } chỗ cần xem lại.

## Ngôn ngữ và cỡ chữ

language = Ngôn ngữ
language-name = Tiếng Việt
not-translated = Bài này chưa có bản dịch, nên hiện bằng ngôn ngữ gốc.
text-size = Cỡ chữ
text-size-normal = Chữ vừa
text-size-large = Chữ to
text-size-largest = Chữ rất to
currently-chosen = đang chọn

## Số lượng

count-of = { NUMBER($n) } trên { NUMBER($of) }
page-of = Trang { NUMBER($n) } trên { NUMBER($of) }
page-next = Trang sau
page-previous = Trang trước
count-learners = { NUMBER($count) } người học
count-lessons = { NUMBER($count) } bài
count-questions = { NUMBER($count) } câu
count-minutes = { NUMBER($count) } phút

## Ngày và dung lượng

date = { $day ->
    [1] 01
    [2] 02
    [3] 03
    [4] 04
    [5] 05
    [6] 06
    [7] 07
    [8] 08
    [9] 09
   *[other] { $day }
}/{ $month ->
    [1] 01
    [2] 02
    [3] 03
    [4] 04
    [5] 05
    [6] 06
    [7] 07
    [8] 08
    [9] 09
   *[other] { $month }
}/{ $year }
size-kb = { NUMBER($amount) } KB
size-mb = { NUMBER($amount) } MB
size-gb = { NUMBER($amount) } GB
