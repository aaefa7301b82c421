# Cài đặt, khóa học và chỗ chứa, đọc to, máy ảnh. Chỉ có trên điện thoại.

settings-title = Cài đặt
settings-size-note = Áp dụng cho mọi trang, cho mọi người dùng máy này.
settings-network-title = Gửi nhận
settings-wifi-only = Chỉ tự gửi nhận khi có Wi-Fi
settings-wifi-only-note = Bấm “Gửi nhận ngay” thì mạng nào máy cũng gửi. Khóa học thì chỉ tải khi có Wi-Fi.
settings-bytes = Dung lượng mạng mỗi tháng
settings-bytes-any = Không giới hạn
settings-bytes-note = Hết mức thì máy chờ sang tháng. Bài làm vẫn còn trên máy.
settings-packs = Khóa học và chỗ chứa

packs-title = Khóa học và chỗ chứa
packs-install = Cài khóa học từ tệp
packs-install-ask = Cài khóa học từ tệp vừa mở?
packs-held = Khóa học trên máy
packs-none = Trên máy chưa có khóa học nào.
packs-back = Đã cài lại “{ $title }”.
packs-texts = Chữ của bài và hồ sơ người học: { $size }
packs-file-gone = Chưa đọc được tệp. Xin chọn lại tệp.
packs-no-chooser = Máy này không có trang chọn tệp. Mở tệp từ phần quản lý tệp của máy nhé.

aloud-read = Đọc to
aloud-stop = Thôi đọc

sound-play = Nghe
sound-stop = Dừng
sound-failed = Máy này chưa mở được tiếng. Đọc chữ ở trên cũng đủ ý.

scan-action = Quét mã bằng máy ảnh
scan-title = Quét mã
scan-how = Đưa hình mã vào giữa khung, giữ máy yên. Máy tự nhận ra.
scan-view = Hình máy ảnh đang thấy
scan-type = Gõ mã bằng chữ
scan-allow-title = Cho dùng máy ảnh
scan-allow-why = Máy cần được phép dùng máy ảnh để quét mã. Hình không được lưu, không gửi đi đâu.
scan-allow = Cho phép
scan-refused = Chưa được phép dùng máy ảnh. Gõ mã bằng chữ cũng được. Muốn cho phép thì vào phần Cài đặt của điện thoại.
scan-broken = Máy ảnh đang bận hoặc không mở được. Gõ mã bằng chữ cũng được.
scan-other = Mã này không phải mã của hocvu. Mã của trạm bắt đầu bằng HOCVU1, mã trên thẻ của người học bắt đầu bằng HOCVUC.
