# Chỉ có trên điện thoại.

phone-retry = Thử lại
phone-sync-title = Trạm đã nối
phone-sync-running = Đang gửi nhận…
phone-sync-none = Máy này chưa nối với trạm nào. Nối rồi thì lỡ hỏng máy, bài của { $you } vẫn còn.
phone-sync-waiting = { $name }: còn { NUMBER($count) } việc chờ gửi
phone-sync-in-step = { $name }: đã nhận đủ
phone-join-title = Nối máy này với trạm
phone-join-how = Mã bằng chữ có ở trang “Nối máy khác với trạm này” của trạm. Chữ hoa, chữ thường, khoảng trống thế nào cũng được.
phone-join-code = Mã của trạm, bắt đầu bằng HOCVU1
phone-join-missing = Xin gõ mã của trạm trước.
phone-join-done = Đã nối với { $name }. Giờ bấm “Gửi nhận ngay” là bài về trạm.
phone-pin-keep = Quên mã thì mở bằng khóa màn hình của điện thoại này. Máy không có khóa màn hình thì không ai đặt lại được, { $you } ghi 4 số ra giấy nhé.
phone-pin-unlock = Mở khóa màn hình để bỏ mã PIN. Bài của { $you } vẫn còn nguyên.
phone-pin-no-lock = Điện thoại này không có khóa màn hình, nên không ai bỏ được mã PIN. Bài của { $you } vẫn còn nguyên.
phone-pin-gone = Đã bỏ mã PIN. { $You } đặt mã mới ở trang “Thông tin của tôi”.
phone-card-lost = Chưa có cách đổi thẻ. Lỡ để lộ, { $you } nói với tình nguyện viên. Trang “Hồ sơ của { $you } ở đâu” cho biết những máy nào đang giữ hồ sơ.
phone-takein-sync = Máy này chưa nối với trạm nào thì nối trước nhé, ở trang hồ sơ.
phone-courier-what = Không có mạng thì nhờ người mang tệp tới trạm: gửi qua Bluetooth, Zalo hay chép vào thẻ nhớ đều được. Người mang không đọc được, cũng không sửa được. Mang hai lần hay đến muộn cũng không sao.
phone-courier-none = Muốn lấy tệp thì cần biết gửi cho trạm nào. Nối máy này với trạm trước nhé.
phone-courier-in-title = Tệp trả lời
phone-courier-in = Trạm trả lại một tệp. Mở tệp đó bằng hocvu, hoặc chọn ở đây, là máy biết bài đã tới.
phone-courier-save = Lưu vào thẻ nhớ hoặc nơi khác
phone-courier-saved = Đã lưu tệp. Nhờ người mang tới trạm nhé.
phone-courier-unsaved = Chưa lưu được tệp vào đó. Chọn nơi khác nhé.
phone-export-saved = Đã lưu bản sao. Tệp này ai cầm cũng đọc được, { $you } giữ kỹ nhé.
phone-erase-unsent = { NUMBER($count) } việc mới chỉ có ở máy này, chưa trạm nào nhận
