# Trang của tình nguyện viên.

volunteer-title = Trang của tình nguyện viên
volunteer-intro = Người học, khóa học, bản lưu dự phòng của máy này.
volunteer-leave = Ra khỏi trang này
volunteer-left = Đã khóa trang của tình nguyện viên.

## Mã quản lý

passcode-enter = Mã quản lý
passcode-submit = Mở trang
passcode-wrong = Mã chưa đúng. Xin gõ lại.
passcode-wait = Đợi { NUMBER($seconds) } giây rồi thử lại.
passcode-forgot = Quên mã? Ngồi ở chính máy này, chạy lệnh: hocvu passcode reset
passcode-set-title = Đặt mã quản lý
passcode-set-intro = Mã này giữ danh sách người học và các khóa học của máy. Chỉ tình nguyện viên nên biết.
passcode-new = Mã mới, ít nhất { NUMBER($min) } ký tự
passcode-again = Gõ lại mã mới
passcode-set = Đã đặt mã quản lý.
passcode-change = Đổi mã quản lý
passcode-short = Mã ngắn quá. Cần ít nhất { NUMBER($min) } ký tự.
passcode-differs = Hai lần gõ chưa giống nhau.
passcode-console-code = Mã in ở cửa sổ đang chạy hocvu
passcode-console-why = Đặt mã quản lý từ máy khác thì cần thêm mã này.
passcode-console-wrong = Mã ở cửa sổ đang chạy hocvu chưa đúng. Xem lại nhé.

## Người học

volunteer-learners = Người học
volunteer-learners-count = { NUMBER($count) } người học trên máy này
volunteer-learners-none = Chưa có người học nào.
volunteer-learner-name = Tên
volunteer-learner-group = Nhóm
volunteer-learner-lessons = Bài đã xong
volunteer-learner-quizzes = Lần luyện tập
volunteer-learner-last = Học gần nhất
volunteer-learner-never = chưa học
volunteer-learner-has-pin = có mã PIN
volunteer-open-list = Mở danh sách cho mọi điện thoại trong { NUMBER($minutes) } phút
volunteer-list-is-open = Danh sách đang mở cho mọi điện thoại trong nhà.
volunteer-close-list = Đóng danh sách
volunteer-reset-pin = Đặt lại mã PIN
volunteer-reset-pin-ask = Bỏ mã PIN của { $name }? Bài làm vẫn còn nguyên, { $name } đặt mã mới sau.
volunteer-reset-pin-done = Đã bỏ mã PIN của { $name }.
volunteer-csv = Tải bảng (CSV)
volunteer-csv-private = Bảng có tên người học. Chỉ dùng cho việc của tổ, dùng xong thì xóa đi.
csv-file-name = nguoi-hoc-{ $day }.csv
csv-yes = có
csv-no = chưa

## Khóa học

volunteer-courses = Khóa học đã cài
pack-version = Bản { NUMBER($version) }
pack-size = Chiếm { $size }
pack-signed-by = Chữ ký của { $publisher }, đã kiểm tra
pack-embedded = Có sẵn trong chương trình
pack-expired = Danh mục của nhà phát hành đã quá hạn từ { $day }. Khóa vẫn học được, khi nào tiện thì tìm bản mới.
pack-install-title = Cài hoặc cập nhật khóa học
pack-install-note = Chọn tệp khóa học trong máy hoặc trong thẻ nhớ. Không cần mạng.
pack-install-file = Tệp khóa học
pack-install-action = Cài khóa này
pack-installed = Đã cài “{ $title }”, bản { NUMBER($version) }.
pack-updated = Đã cập nhật “{ $title }” từ bản { NUMBER($from) } lên bản { NUMBER($to) }.
pack-same = “{ $title }” bản { NUMBER($version) } đã có trên máy rồi.
pack-remove = Gỡ khóa này
pack-remove-ask = Gỡ “{ $title }”? Kết quả của người học vẫn còn, bài đang làm dở vẫn làm tiếp được. Lúc nào cài lại cũng được.
pack-removed = Đã gỡ “{ $title }”.
pack-removed-title = Khóa có sẵn đã gỡ
pack-bring-back = Cài lại “{ $title }”
trust-title = Tin nhà phát hành này?
trust-ask = Khóa học này do “{ $publisher }” ký tên. Máy này chưa gặp nhà phát hành đó.
trust-fingerprint = Dấu khóa: { $fingerprint }
trust-compare = So dấu khóa với giấy của nhà phát hành. Chỉ tin khi giống từng chữ.
trust-yes = Giống rồi, tin và cài
trust-no = Không tin
trust-publishers = Những nhà phát hành được tin
trust-remove = Thôi tin

## Chỗ chứa

storage-title = Chỗ chứa
storage-courses = Khóa học: { $size }
storage-records = Bài làm: { $size }
storage-media = Hình và tiếng: { $size }
storage-free = Còn trống: { $size }
storage-low = Máy sắp hết chỗ, chỉ còn { $size }. Chép bớt ảnh, phim sang nơi khác nhé.

## Bản lưu dự phòng

backup-title = Bản lưu dự phòng
backup-note = Một tệp có tất cả, khóa bằng mật khẩu. Máy hỏng thì mở lại ở máy khác.
backup-passphrase = Mật khẩu của bản lưu, ít nhất { NUMBER($min) } ký tự
backup-passphrase-again = Gõ lại mật khẩu
backup-passphrase-short = Mật khẩu ngắn quá. Cần ít nhất { NUMBER($min) } ký tự, vài từ ghép lại là tốt.
backup-passphrase-keep = Ghi mật khẩu ra giấy và cất riêng. Không có mật khẩu thì không ai mở được, kể cả chúng tôi.
backup-action = Tải bản lưu về
backup-last = Bản lưu gần nhất: ngày { $day }
backup-never = Chưa có bản lưu nào.
backup-differs = Hai lần gõ mật khẩu chưa giống nhau.
restore-title = Mở lại từ bản lưu
restore-note = Chỉ mở lại được trên máy chưa có người học.
restore-how = Muốn mở lại bản lưu: tắt hocvu ở máy mới rồi chạy lệnh dưới đây. Thư mục ghi ở cuối phải chưa có hoặc còn trống.
restore-example = hocvu restore TÊN-TỆP --data THƯ-MỤC-MỚI
restore-file = Tệp bản lưu
restore-passphrase = Mật khẩu của bản lưu
restore-action = Mở lại
restore-done = Đã mở lại { NUMBER($learners) } người học và { NUMBER($answers) } câu trả lời.
restore-not-empty = Máy này đã có người học nên không mở bản lưu đè lên. Hãy dùng một thư mục mới.
restore-wrong-passphrase = Mật khẩu chưa đúng, hoặc tệp đã hỏng. Máy này chưa thay đổi gì.
restore-not-a-backup = Tệp này không phải bản lưu của hocvu.

## Xã, phường

commune-title = Máy này ở xã, phường nào?
commune-why = Để sau này kết quả được tính đúng nơi. Hỏi một lần thôi, đổi lại lúc nào cũng được.
commune-find = Gõ tên xã, phường, đặc khu
commune-find-note = Gõ không dấu cũng được. Tên theo đơn vị hành chính từ 01/07/2025.
commune-province = Tỉnh, thành phố
commune-choice = { $commune }, { $province }
commune-none = Chưa thấy nơi nào tên “{ $words }”. Thử tên ngắn hơn, hoặc tên mới sau khi sáp nhập.
commune-skip = Để sau
commune-set = Máy này ở { $commune }, { $province }.
commune-unset = Chưa chọn xã, phường.

## Máy này

device-title = Máy này
device-version = hocvu { $version }
device-folder = Dữ liệu nằm ở: { $folder }
device-address = Điện thoại trong nhà mở địa chỉ: { $address }
device-only-here = Chỉ mở được trên chính máy này.
device-check = Kiểm tra sổ ghi
device-check-good = Đã kiểm tra: mọi thứ đều khớp.
device-check-bad = Sổ ghi có chỗ không khớp. Hãy lưu dự phòng rồi chạy lệnh: hocvu doctor

## Báo cho tình nguyện viên

notices-title = Cần để ý
notices-none = Mọi thứ đều ổn.
notice-no-passcode = Chưa đặt mã quản lý.
notice-no-backup = Lâu rồi chưa lưu dự phòng.
notice-facts-due = { NUMBER($count) } điều trong các khóa học đã tới ngày cần kiểm tra lại.
