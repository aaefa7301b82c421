# Khóa học tải qua mạng: có gì mới, tải, tạm dừng, chỗ cho tranh và tiếng.

offers-title = Khóa học mới
offers-look = Tìm khóa học mới
offers-looking = Đang hỏi các trạm…
offers-none = Không có gì mới. Khóa nào trạm có thì máy đã có đủ.
offers-not-asked = Bấm nút dưới đây để hỏi các trạm xem có khóa nào mới.
offers-no-station = Máy này chưa nối với trạm nào. Nối với một trạm trước, ở trang “Tôi đã học”.
offers-unknown = Trạm có khóa của “{ $publisher }”. Máy này chưa gặp nhà phát hành đó.
offers-compare = So dấu khóa của “{ $publisher }”
offers-trust-yes = Giống rồi, tin nhà phát hành này
offer-new = Khóa mới
offer-newer = Có bản mới
offer-media = Còn thiếu tranh và tiếng
offer-from = Nhà phát hành: { $publisher }
offer-texts-first = Chữ của bài: { $size }, về trước.
offer-media-after = Tranh và tiếng: { $size }, về sau.
offer-media-only = Tranh và tiếng: { $size }.
offer-not-there = Lúc này chưa trạm nào có sẵn. Thử lại sau nhé.
offer-no-room = Cần { $needed } mà máy chỉ còn { $free }. Xóa bớt ảnh, phim rồi hãy tải.

## Tải

fetch-start = Tải khóa này
fetch-newer = Tải bản mới
fetch-media = Tải tranh và tiếng
fetch-texts-only = Chỉ tải chữ, không tải tranh và tiếng
fetch-pause = Tạm dừng
fetch-go-on = Tải tiếp
fetch-begun = Đã tải một phần rồi. Tải tiếp thì không phải tải lại phần đó.
fetch-give-up = Thôi, không tải nữa
fetch-give-up-ask = Thôi tải “{ $title }”? Phần tải dở sẽ bỏ đi. Khóa đang có trên máy vẫn học được.
fetch-given-up = Đã thôi tải “{ $title }”.
fetch-beginning = Đang hỏi trạm…
fetch-progress = Đã tải { $done } trên { $all }.
fetch-readable = Chữ đã về đủ, học được rồi. Tranh và tiếng đang về tiếp.
fetch-done = Đã tải xong, học được ngay.
fetch-done-course = Đã tải xong “{ $title }”.

## Chưa tải được

fetch-held-works = Phần đã tải vẫn còn, khóa đang có vẫn học được.
fetch-trouble-unreachable = Chưa gặp được trạm nào. Xem máy có mạng chưa rồi thử lại.
fetch-trouble-cut = Mạng đứt giữa chừng. Lúc nào mạng khá hơn thì tải tiếp.
fetch-trouble-too-slow = Mạng chậm quá nên máy dừng lại. Lúc nào mạng khá hơn thì tải tiếp.
fetch-trouble-busy = Trạm đang bận. Chờ một lúc rồi thử lại.
fetch-trouble-captive-portal = Mạng Wi-Fi này đòi đăng nhập trước. Mở trình duyệt, đăng nhập xong thì thử lại.
fetch-trouble-not-there = Trạm không còn bản này nữa. Bấm “Tìm khóa học mới” để hỏi lại.
fetch-trouble-altered = Thứ trạm gửi không đúng như nhà phát hành đã ký, nên máy không nhận. Thử mạng khác, hoặc báo người trông trạm.
fetch-trouble-unusable = Khóa này máy chưa đọc được. Cập nhật hocvu rồi thử lại, hoặc báo nhà phát hành.
fetch-trouble-budget-spent = Đã dùng gần hết mức mạng của tháng này. Chờ sang tháng, hoặc nâng mức trong “Cài đặt”.
fetch-trouble-disk-full = Máy hết chỗ chứa. Xóa bớt ảnh, phim, hoặc chỉ tải chữ, rồi tải tiếp.
fetch-hold-no-network = Máy chưa có mạng. Có mạng thì thử lại.
fetch-hold-metered = Máy đang dùng mạng tính tiền, còn “Cài đặt” chỉ cho tải khi có Wi-Fi. Tới chỗ có Wi-Fi rồi thử lại.
fetch-hold-battery-low = Pin còn ít. Cắm sạc rồi thử lại.

## Chỗ cho tranh và tiếng

quota-title = Chỗ cho tranh và tiếng
quota-any = Không giới hạn
quota-note = Hết chỗ thì máy bỏ tranh và tiếng của khóa lâu chưa mở. Chữ thì luôn còn. Khi cần thì tải lại.
media-evict = Bỏ tranh và tiếng cho rộng máy
media-evicted = Đã lấy lại { $size }. Chữ của bài vẫn còn. Khi cần thì tải lại tranh và tiếng ở trang này.

## Khóa học ở trạm trên, thẻ nhớ

above-title = Khóa học ở trạm trên
above-link-note = Máy tự tải khóa mới từ trạm trên, rồi phát lại cho điện thoại trong xóm.
above-note = Máy này tự tải khóa mới từ “{ $station }” khi có mạng. Mỗi khóa chỉ tải một lần, điện thoại trong xóm lấy lại ở đây.
above-looking = Đang hỏi trạm trên…
above-under-way = Đang tải, xem tới đâu rồi
above-none = Không có gì mới. Khóa nào trạm trên có thì máy này đã có đủ.
above-waiting = Còn chờ tải
above-asked = Trạm trên trả lời lần cuối lúc { $time }.
above-budget-spent = Đã dùng gần hết mức mạng của tháng này. Chờ sang tháng, hoặc nâng mức ở trang “Gửi và nhận”.
above-no-station = Máy này chưa nối với trạm nào ở trên. Nối với một trạm trước, ở trang dưới đây.
stick-title = Mang khóa học đi bằng thẻ nhớ
stick-note = Một tệp có mọi khóa mà máy này phát: { $size }. Chép vào thẻ nhớ, mang sang máy khác rồi mở ở trang “Khóa học đã cài” của máy đó.
stick-action = Chép ra tệp
stick-file-name = khoa-hoc-hocvu.stick
stick-came = Đã nhận từ thẻ nhớ: { $titles }.
stick-nothing-new = Khóa nào trên thẻ nhớ cũng đã có trên máy rồi.
stick-left = “{ $title }” chưa nhận được. { $why }
stick-cut = Tệp trên thẻ nhớ chép chưa đủ. Khóa nào đủ thì máy đã nhận, hãy chép lại tệp để nhận nốt.
stick-busy = Máy đang tải khóa này từ trạm trên. Chờ tải xong, hoặc ngắt mạng rồi thử lại.
stick-altered = Thứ trên thẻ nhớ không đúng như nhà phát hành đã ký, nên máy không nhận. Hãy xin chép lại tệp.

## Khóa học đã phát hành

published-title = Khóa đã phát hành, ai đang giữ
published-link-note = Ai phát hành, tới bao giờ, bao nhiêu máy đã có bản nào.
published-none = Máy này chưa phát khóa nào của nhà phát hành.
published-note = Số máy là theo lời từng máy báo ở lần gửi nhận gần nhất, tại đây và các trạm dưới. Máy gửi qua hai đường thì bị tính hai lần.
published-root = Theo gốc “{ $root }”, bản { NUMBER($version) }.
published-until = Dùng đến hết ngày { $day }.
published-ended = Hạn đã qua từ ngày { $day }. Khóa vẫn học được, nhưng gốc cần được ký lại.
published-no-end = Không đặt hạn.
published-no-more = Chìa ký của nhà phát hành này đã bị thay hoặc bị bỏ. Không máy nào nhận thêm gì ký bằng chìa cũ.
published-nobody = Chưa máy nào báo đã có bản này.
published-holders = Bản này: { NUMBER($devices) } máy.
published-older = Bản { NUMBER($version) }: { NUMBER($devices) } máy.
published-oldest = Các bản cũ hơn nữa: { NUMBER($devices) } máy.
