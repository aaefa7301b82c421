# Khi có điều không ổn: nói điều gì, còn gì nguyên vẹn, làm gì tiếp.

error-next-home = Về trang đầu
error-next-retry = Thử lại
error-next-back = Quay lại trang trước
error-tell-volunteer = Nếu vẫn vậy, nhờ tình nguyện viên xem giúp.
not-found-title = Không có trang này
not-found = Có thể địa chỉ gõ thiếu, hoặc bài đã được gỡ. Về trang đầu là thấy mọi bài.
not-found-lesson = Không thấy bài này. Có thể khóa học đã có bản mới.
not-found-learner = Người học này không còn trên máy.
form-expired-title = Trang này mở lâu quá rồi
form-expired = Để an toàn, xin mở lại trang và làm lại bước vừa rồi. Những câu đã ghi vẫn còn.
session-ended-title = Mình tạm dừng rồi
session-ended = Xin chọn lại mình là ai. Bài đang dở vẫn còn nguyên.
not-allowed-title = Trang này cần mã
not-allowed = Trang này cần mã PIN của chính người học, hoặc mã quản lý.
disk-full-title = Máy hết chỗ chứa
disk-full = Câu vừa rồi chưa ghi được. Những câu trước vẫn còn. Xóa bớt ảnh, phim rồi trả lời lại câu này nhé.
read-only-title = Máy không cho ghi
read-only = Thư mục { $folder } chỉ cho đọc. Xem lại quyền ghi hoặc thẻ nhớ rồi mở lại hocvu. Không mất gì cả.
in-use-title = hocvu đang mở ở cửa sổ khác
in-use = Thư mục { $folder } đang được một hocvu khác dùng. Tắt cái kia trước, hoặc chọn thư mục khác bằng --data.
newer-version-title = Dữ liệu mới hơn chương trình
newer-version = Dữ liệu này do một bản hocvu mới hơn ghi (bản dữ liệu { NUMBER($found) }, máy này đọc tới { NUMBER($known) }). Mình chưa đụng vào gì. Hãy cài bản hocvu mới.
damaged-title = Máy vừa tự sửa sổ ghi
damaged-all-saved = Tệp dữ liệu bị hỏng, có lẽ do mất điện hoặc thẻ nhớ cũ. Đã lấy lại đủ { NUMBER($saved) } câu trả lời. Không mất gì cả.
damaged-some-lost = Tệp dữ liệu bị hỏng. Đã lấy lại { NUMBER($saved) } mục, còn { NUMBER($lost) } mục chưa đọc được. Không phải lỗi của ai. Tệp cũ vẫn được giữ lại.
damaged-lost = Tệp dữ liệu từng bị hỏng và đã được sửa. Còn { NUMBER($lost) } mục chưa đọc được. Tệp cũ vẫn được giữ lại.
damaged-learner = Có vài câu của { $you } không đọc lại được sau khi máy hỏng. Nếu thấy thiếu bài nào, { $you } làm lại giúp nhé.
damaged-backup-hint = Nên chép dữ liệu sang ổ hoặc thẻ nhớ khác sớm.
key-lost-title = Xin cho biết lại tên
key-lost = Máy không còn khóa để mở tên đã cất. Bài làm của mọi người vẫn còn đủ. Ai vào học thì gõ lại tên một lần.
clock-wrong = Đồng hồ máy có vẻ sai (đang là { $day }). Bài làm vẫn ghi đủ và đúng thứ tự. Khi tiện, chỉnh lại ngày giờ nhé.
copied-folder = Thư mục dữ liệu này được chép từ nơi khác. Từ giờ máy này ghi thành một cuốn sổ riêng, không lẫn với máy cũ.

## Khóa học bị từ chối

pack-refused-title = Chưa cài được khóa học này
pack-refused-held = Bản đang có trên máy vẫn dùng bình thường.
pack-refused-not-a-pack = Tệp { $file } không phải khóa học của hocvu.
pack-refused-broken = Tệp { $file } chép chưa đủ. Hãy chép lại rồi thử lần nữa.
pack-refused-altered = Tệp { $file } đã bị sửa so với lúc ký. Đừng dùng, hãy xin lại từ nhà phát hành.
pack-refused-signature = Chữ ký của khóa học không đúng ({ $file }). Hãy xin lại từ nhà phát hành.
pack-refused-publisher = Nhà phát hành “{ $publisher }” không được phép phát hành khóa này.
pack-refused-older = Tệp này là bản { NUMBER($offered) }, cũ hơn bản { NUMBER($held) } đang có.
pack-refused-large = Tệp { $file } lớn quá mức cho phép ({ $max }).
pack-refused-path = Tên tệp { $file } trỏ ra ngoài khóa học. Đừng dùng khóa này.
pack-refused-newer-format = Khóa học này cần bản hocvu mới hơn.
pack-refused-other = Tệp { $file }: { $reason }
upload-too-large = Tệp lớn quá: nhiều nhất { $max }.
upload-missing = Chưa chọn tệp nào.
upload-cut = Tệp chưa gửi hết. Xin chọn lại và gửi lần nữa.
too-busy = Đang có nhiều người học cùng lúc. Đợi một chút rồi thử lại nhé.
internal-title = Mình gặp trục trặc
internal = Lỗi ở chương trình, không phải do ai cả. Những câu đã ghi vẫn còn. Thử lại, hoặc về trang đầu nhé.
bad-request-title = Mình chưa hiểu ý
bad-request = Mình chưa hiểu yêu cầu vừa rồi. Quay lại trang trước và thử lần nữa nhé.
