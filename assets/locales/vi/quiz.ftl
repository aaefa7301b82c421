# Câu hỏi, trả lời, kết quả.

quiz-question-of = Câu { NUMBER($n) } trên { NUMBER($of) }
quiz-answer = Trả lời
quiz-hint = Gợi ý
quiz-hint-label = Gợi ý:
quiz-reason = Vì sao
quiz-right = Đúng rồi.
quiz-partly = Đúng được { NUMBER($points) } trên { NUMBER($of) } phần. Mình xem lại nhé.
quiz-wrong = Chưa đúng, mình xem lại nhé.
quiz-recorded = Đã ghi câu trả lời.
quiz-mark-right = Đúng
quiz-mark-wrong = Chưa đúng
quiz-mark-missed = Ý này cũng đúng
quiz-yours = { $You } đã chọn
quiz-yours-typed = { $You } đã gõ: { $typed }
quiz-right-answer = Câu trả lời đúng: { $answer }
quiz-right-order = Thứ tự đúng
quiz-again = Thử lại
quiz-show-solution = Xem lời giải
quiz-next = Câu tiếp theo
quiz-to-result = Xem kết quả
quiz-back-to-lesson = Về bài học
quiz-stop = Nghỉ ở đây
quiz-stop-note = Nghỉ lúc nào cũng được. Lần sau làm tiếp đúng câu này.
quiz-resume = { $You } đang làm dở ở câu { NUMBER($n) }. Mình làm tiếp nhé.
quiz-kept-version = Khóa học vừa có bản mới. Bài này vẫn giữ nguyên những câu { $you } đang làm.
quiz-already = Câu này { $you } đã trả lời rồi. Câu trả lời đầu được giữ.
quiz-true = Đúng
quiz-false = Sai

## Cách làm từng kiểu câu

quiz-do-single = Chọn một câu trả lời.
quiz-do-multiple = Chọn tất cả những ý đúng. Có thể nhiều hơn một.
quiz-do-true-false = Điều này đúng hay sai?
quiz-do-match = Với mỗi dòng, chọn ý đi cùng.
quiz-do-order = Xếp theo thứ tự, việc làm trước ở trên.
quiz-do-gap = Chọn từ cho mỗi chỗ trống.
quiz-do-text = Gõ câu trả lời, có dấu.
quiz-do-text-bare = Gõ câu trả lời. Không dấu cũng được.
quiz-do-number = Gõ một số.
quiz-choose = Chọn…
quiz-gap-n = Chỗ trống { NUMBER($n) }
quiz-match-for = Đi cùng “{ $words }”
quiz-order-place = Thứ { NUMBER($n) }
quiz-order-which = “{ $words }” đứng thứ mấy?
quiz-order-up = Đưa “{ $words }” lên
quiz-order-down = Đưa “{ $words }” xuống
quiz-your-answer = Câu trả lời của { $you }

## Chưa ghi được câu trả lời

quiz-choose-first = Xin chọn một ý rồi bấm “Trả lời”.
quiz-type-first = Xin gõ câu trả lời rồi bấm “Trả lời”.
quiz-fill-all = Còn chỗ chưa chọn. Chọn nốt rồi bấm “Trả lời” nhé.
quiz-order-twice = Hai việc đang cùng một thứ tự. Mỗi việc một số nhé.
quiz-number-unreadable = Mình chưa đọc được số này. Gõ bằng chữ số nhé, ví dụ 15 hoặc 1,5.
quiz-typed-long = Câu trả lời hơi dài. Gõ ngắn lại, nhiều nhất { NUMBER($max) } chữ cái.

## Kết quả

result-title = { $You } làm xong rồi.
result-correct-of = Đúng { NUMBER($correct) } trên { NUMBER($of) } câu
result-all-right = { $You } làm đúng hết. Giỏi lắm!
result-most-right = { $You } nắm khá chắc rồi.
result-some-right = { $You } đã biết một phần. Xem lại mấy bài dưới đây là vững thôi.
result-few-right = Bài này mới, ai cũng cần thời gian. Mình học lại từng bài một nhé.
result-look-again = Nên xem lại
result-again = Làm lại lần nữa
result-review = Xem lại từng câu
result-next = Tiếp theo: { $title }
result-saved = Kết quả đã lưu trên máy này.
result-not-saved = { $You } đang xem thử nên kết quả không được lưu.
