# Hồ sơ đi đâu: nối trạm, thẻ của người học, gửi và nhận, gửi bằng tệp.

## Nối với trạm này

join-title = Nối máy khác với trạm này
join-what = Trạm này tên là “{ $name }”. Điện thoại hoặc máy khác có hocvu nối vào đây thì bài làm được gửi về trạm. Lỡ máy kia hỏng, bài vẫn còn.
join-how = Quét hình này bằng hocvu trên điện thoại. Trạm khác muốn chuyển bài lên đây thì hỏi tình nguyện viên mã dành cho trạm.
join-qr = Hình mã của trạm { $name }. Mã bằng chữ ở ngay bên dưới.
join-code = Mã bằng chữ
join-code-note = Chữ hoa, chữ thường, khoảng trống thế nào cũng được.
join-who = Ai có mã này thì gửi bài về trạm được, nhưng không xem được bài của người khác.
join-address = Địa chỉ của trạm: { $address }. Đổi mạng Wi-Fi thì mở lại trang này lấy mã mới.
join-no-address = Máy này đang chỉ mở cho chính nó, nên điện thoại chưa tới được. Tình nguyện viên chạy lại: hocvu --listen 0.0.0.0:8080. Gửi bằng tệp thì vẫn được.
join-link = Nối máy khác với trạm này

## Thẻ của tôi

card-link = Thẻ của tôi
card-title = Thẻ của { $you } { $name }
card-what = Thẻ này mang hồ sơ của { $you } sang máy khác: máy kia quét hình hoặc gõ mã là giữ được hồ sơ.
card-warning = Ai cầm thẻ cũng xem được bài của { $you } và ghi thêm bài dưới tên { $you }. { $You } giữ thẻ kỹ như giữ chìa khóa nhà, đừng chụp gửi cho ai.
card-lost = Chưa có cách đổi thẻ. Lỡ để lộ, { $you } nói với tình nguyện viên. Trang “Tôi đã học” cho biết những máy nào đang giữ hồ sơ.
card-with-name = Ghi tên lên thẻ
card-with-name-what = Có tên thì máy kia khỏi hỏi lại. Người khác nhặt được thẻ cũng đọc được tên.
card-show = Hiện thẻ
card-qr = Hình mã trên thẻ. Mã bằng chữ ở ngay bên dưới.
card-code = Mã bằng chữ
card-how = Ở máy kia: vào trang “Hôm nay ai học?”, chọn “Tôi học ở máy khác rồi”.
card-print = Muốn có thẻ giấy thì in trang này ra.
card-hide = Cất thẻ

## Mang hồ sơ từ máy khác sang

takein-link = Tôi học ở máy khác rồi
takein-title = Mang hồ sơ từ máy khác sang
takein-intro = Cần có thẻ. Ở máy kia: vào “Thông tin của tôi”, chọn “Thẻ của tôi”.
takein-code-title = Gõ mã trên thẻ
takein-code = Mã trên thẻ, bắt đầu bằng HOCVUC
takein-code-action = Dùng mã này
takein-photo-title = Hoặc dùng ảnh của thẻ
takein-photo = Ảnh chụp hình mã trên thẻ
takein-photo-note = Ảnh JPEG hoặc PNG, nhiều nhất { $size }. Chụp thẳng, đủ sáng, thấy trọn hình mã.
takein-photo-action = Đọc ảnh này
takein-code-missing = Xin gõ mã trên thẻ.
takein-not-a-card = Mã này không phải thẻ của người học. Mã trên thẻ bắt đầu bằng HOCVUC.
takein-mistyped = Có chữ gõ sai hoặc còn thiếu. So lại từng nhóm bốn chữ nhé.
takein-photo-missing = Xin chọn một tấm ảnh trước.
takein-photo-kind = Tệp này không phải ảnh JPEG hay PNG, hoặc ảnh bị hỏng. Chụp lại rồi chọn ảnh mới nhé.
takein-photo-large = Ảnh lớn quá. Cắt ảnh cho gọn lại, hoặc gõ mã.
takein-photo-no-code = Chưa thấy hình mã trong ảnh. Chụp lại cho thẳng và đủ sáng, hoặc gõ mã.
takein-photo-cut = Ảnh chưa lên hết. Xin chọn lại.
takein-erased = Hồ sơ của thẻ này đã được xóa ở mọi nơi, không mang sang được nữa. Muốn học lại từ đầu thì chọn “Người mới”.
takein-who-title = Ở máy này gọi là gì?
takein-who-intro = Tên và hình không đi theo hồ sơ, nên máy này hỏi lại.
takein-keep = Bấm nút dưới đây là đồng ý để máy này giữ tên và bài làm.
takein-honest = Bài đã làm ở máy kia chưa về ngay. Bài về đây sau khi máy kia gửi cho trạm, và chỉ khi chủ thẻ đã đồng ý gửi kết quả. Trong lúc chờ cứ học tiếp, hai bên sẽ ghép lại.
takein-action = Xong, mang sang
takein-done = Chào { $you } { $name }! Bài ở máy kia sẽ về đây sau lần gửi nhận tới.
takein-here = Hồ sơ của thẻ này đã có trên máy rồi.

## Hồ sơ của tôi ở đâu

where-title = Hồ sơ của { $you } ở đâu
where-none = Máy này chưa ghi việc nào của { $you }.
where-events = Máy này đã ghi { NUMBER($count) } việc { $you } làm: câu trả lời, bài đã xong, điều đã đồng ý.
where-brought = Trạm gửi về thêm { NUMBER($count) } việc { $you } đã làm: ở máy khác, hoặc ở máy này trước đây.
where-here = Mới chỉ có ở máy này: { NUMBER($count) }
where-received = Trạm { $name } đã nhận: { NUMBER($count) }
where-counted = Nơi tính kết quả đã nhận: { NUMBER($count) }
where-counted-here = Trạm { $name }, ở ngay máy này, đã nhận và tính: { NUMBER($count) }
where-no-consent = { $You } chưa đồng ý gửi kết quả, nên bài của { $you } ở lại máy này.
where-devices = Máy nào đang giữ hồ sơ
where-this-device = Máy này
where-other-device = Máy khác, mã { $code }
where-devices-note = Chỉ tính những máy mà máy này đã nghe tới. Thấy máy lạ thì { $you } nói với tình nguyện viên: có thể ai đó đã dùng thẻ của { $you }.

## Trang gửi và nhận của tình nguyện viên

sync-title = Gửi và nhận
sync-note = Bài làm gửi đi đâu, còn gì đang chờ, đang vướng gì.
sync-moment = { $time } ngày { $day }
sync-running = Đang gửi và nhận. Trang này tự mở lại sau vài giây.
sync-running-now = Xem ngay
sync-under-way = Đang gửi nhận, bấm để theo dõi
sync-far = Lần gửi nhận gần nhất của máy này: trạm nhận { NUMBER($received) }, máy lấy về { NUMBER($copies) }.
sync-now = Gửi nhận ngay
sync-kiosk-title = Sổ của máy này
sync-kiosk-in-step = Trạm đã nhận đủ mọi việc ghi trên máy này.
sync-kiosk-waiting = Còn { NUMBER($count) } việc ghi trên máy này chưa vào trạm. Máy tự gửi trong ít phút.
sync-up-title = Gửi lên trạm trên
sync-up-name = Trạm trên: { $name }
sync-up-none = Chưa nối với trạm trên nào. Trạm này tự giữ và tự tính. Có mã dành cho trạm của xã hay tỉnh thì nối ở dưới.
sync-up-nothing = Trạm trên đã nhận đủ.
sync-up-waiting = Còn { NUMBER($count) } việc chờ gửi lên, lâu nhất từ { $when }.
sync-up-reached = Liên lạc được lần gần nhất: { $when }.
sync-up-never = Chưa lần nào liên lạc được.
sync-trouble-title = Đang vướng
sync-traffic-title = Dung lượng mạng
sync-traffic = Tháng này đã dùng { $size } để gửi lên và nhận về.
sync-traffic-limit = Mức đã đặt: { $size } mỗi tháng.
sync-traffic-no-limit = Chưa đặt mức.
sync-limit = Mức mỗi tháng, tính bằng MB
sync-limit-note = Để trống là không đặt mức. Hết mức thì máy chờ sang tháng; gửi bằng tệp thì không tính.
sync-limit-fault = Xin gõ một số từ 1 đến { NUMBER($most) }, hoặc để trống.
sync-limit-set = Đã đặt mức { $size } mỗi tháng.
sync-limit-lifted = Đã bỏ mức.
sync-senders-title = Máy gửi về trạm này
sync-senders-none = Chưa có máy nào gửi về.
sync-senders-more = Còn { NUMBER($count) } máy khác không hiện ở đây.
sync-sender-kiosk = Máy này
sync-sender-device = Máy mã { $code }
sync-sender-seen = gửi lần gần nhất: { $when }
sync-up-join-title = Nối với trạm trên
sync-up-change-title = Đổi trạm trên
sync-up-code = Mã dành cho trạm của trạm trên, bắt đầu bằng HOCVU1
sync-up-code-where = Tình nguyện viên của trạm trên xem mã đó ở trang “Gửi và nhận”.
sync-up-change-note = Nối với trạm khác thì mọi việc được gửi lại cho trạm đó. Không có gì bị tính hai lần.
sync-up-action = Nối
sync-up-joined = Đã nối với { $name }. Máy đang gửi những gì còn chờ.
sync-code-not-one = Đây không phải mã nối. Mã nối bắt đầu bằng HOCVU1.
sync-code-mistyped = Có chữ gõ sai hoặc còn thiếu. So lại từng nhóm bốn chữ.
sync-code-unusable = Mã này có địa chỉ hoặc tên không dùng được. Xin mã mới của trạm đó.
sync-code-own = Đây là mã của chính trạm này. Cần mã của trạm trên.
sync-code-for-phones = Đây là mã cho điện thoại. Xin tình nguyện viên của trạm trên mã dành cho trạm, ở trang “Gửi và nhận” của họ.
sync-hub-title = Cho trạm khác nối vào trạm này
sync-hub-what = Mã dành cho trạm của “{ $name }”. Trạm nhỏ hơn gõ mã này vào trang “Gửi và nhận” của mình thì bài của họ được chuyển lên đây.
sync-hub-qr = Hình mã dành cho trạm của { $name }. Mã bằng chữ ở ngay bên dưới.
sync-hub-who = Chỉ đưa cho tình nguyện viên của trạm đó, đừng dán lên tường: ai có mã này thì gửi được bài của nhiều người và xóa được người học mà trạm họ phục vụ. Điện thoại thì dùng mã ở trang “Nối máy khác với trạm này”.
sync-hub-new = Làm mã mới
sync-hub-new-note = Lỡ để người lạ thấy mã này thì làm mã mới: mã cũ không cho thêm trạm nào vào nữa, còn trạm đã nối vẫn gửi như trước.
sync-hub-new-done = Đã làm mã mới. Mã cũ không dùng được nữa. Trạm đã nối không phải làm gì.
sync-hub-own = Mã của trạm này: { $code }. Trạm trên thấy trạm này dưới mã đó.
sync-hubs-title = Trạm khác gửi về trạm này
sync-hubs-none = Chưa có trạm nào nối vào đây.
sync-hubs-more = Còn { NUMBER($count) } trạm khác không hiện ở đây. Lệnh hocvu hub list cho xem hết.
sync-hub-name = Trạm mã { $code }
sync-hub-since = Nối lúc { $when }.
sync-hub-seen = Gửi lần gần nhất lúc { $when }.
sync-hub-brought = Đã mang về { NUMBER($count) } việc.
sync-hub-is-shut-out = Ngừng nhận từ lúc { $when }.
sync-hub-shut-out = Không nhận từ trạm này nữa
sync-hub-shut-out-ask = Không nhận gì từ trạm mã { $code } nữa? Gọi cho tình nguyện viên trạm đó trước, để khỏi nhầm trạm.
sync-hub-shut-out-stays = Bài trạm đó đã mang về vẫn còn và vẫn tính. Bài mới của người học ở đó nằm lại bên ấy, không mất. Sau này có thể bấm “Nhận lại”.
sync-hub-shut-out-action = Đúng, không nhận nữa
sync-hub-shut-out-done = Không nhận từ trạm mã { $code } nữa. Người ở trạm đó còn giữ mã, nên làm mã mới ở dưới.
sync-hub-shut-out-note = Trạm này gửi gì cũng không vào, dùng mã nào cũng vậy.
sync-hub-let-in = Nhận lại
sync-hub-let-in-done = Đã nhận lại trạm mã { $code }. Trạm đó tự gửi những gì còn chờ, không cần mã mới.
sync-takeover-title = Khi thay máy
sync-takeover-move = Máy cũ còn chạy: tắt hocvu, chép cả thư mục dữ liệu sang máy mới, rồi chạy hocvu với thư mục đó. Khóa của trạm nằm trong thư mục ấy nên điện thoại không phải nối lại. Chép xong thì đừng chạy máy cũ nữa.
sync-takeover-folder = Thư mục dữ liệu: { $folder }
sync-takeover-lost = Máy cũ mất hẳn: mở lại từ bản lưu dự phòng ở máy mới. Khóa của trạm nằm trong bản lưu nên điện thoại không phải nối lại. Không có bản lưu thì in mã nối mới cho mọi người quét lại. Cả hai cách, điện thoại đều tự gửi lại những gì trạm còn thiếu.

## Điều đang vướng khi gửi nhận

trouble-unreachable = Chưa gặp được trạm kia. Xem máy có mạng chưa, trạm kia có đang mở không. Không có mạng thì gửi bằng tệp.
trouble-cut = Mạng đứt giữa chừng. Phần đã nhận thì không phải gửi lại. Lần sau máy gửi gói nhỏ hơn.
trouble-too-slow = Mạng chậm quá nên đã dừng. Lần sau máy gửi gói nhỏ hơn. Thử lúc mạng khá hơn.
trouble-captive-portal = Mạng Wi-Fi này đòi đăng nhập trước. Mở trình duyệt, đăng nhập Wi-Fi xong thì bấm “Gửi nhận ngay”.
trouble-other-relay = Ở địa chỉ đó bây giờ là một trạm khác. Xin mã nối mới của trạm mình cần rồi nối lại.
trouble-busy = Trạm kia đang bận. Máy tự thử lại, không phải làm gì.
trouble-too-large = Gói gửi lớn quá so với đường truyền. Lần sau máy gửi gói nhỏ hơn.
trouble-server-fault = Trạm kia đang trục trặc. Máy tự thử lại. Lâu không được thì báo người trông trạm kia.
trouble-bad-reply = Câu trả lời nhận được không đúng là của trạm kia, nên máy không tin và không đổi gì. Thử mạng khác. Vẫn vậy thì báo người trông trạm kia.
trouble-not-admitted = Trạm kia không nhận từ máy này. Gọi tình nguyện viên của trạm đó: xin mã mới rồi nối lại, hoặc nhờ họ bấm “Nhận lại” ở trang “Gửi và nhận”. Bài làm vẫn còn đủ ở đây.
trouble-newer-version = Trạm kia dùng bản hocvu mới hơn. Cập nhật hocvu ở máy này rồi gửi lại.
trouble-budget-spent = Đã dùng hết mức dung lượng của tháng này. Nâng mức, chờ sang tháng, hoặc gửi bằng tệp.
trouble-not-taken = Trạm kia nhận được gói mà chưa ghi nhận hết. Máy tự gửi lại. Vẫn vậy thì báo người trông trạm kia.

## Gửi bằng tệp

courier-title = Gửi bằng tệp
courier-note = Không có mạng thì nhờ người mang tệp đi.
courier-what = Chép tệp vào thẻ nhớ hoặc điện thoại, nhờ người mang tới trạm trên. Người mang không đọc được, cũng không sửa được. Mang hai lần hay đến muộn cũng không sao.
courier-out-title = Tệp mang đi
courier-out-none = Muốn lấy tệp thì cần biết gửi cho trạm nào. Gõ mã dành cho trạm của trạm đó.
courier-out-to = Gửi cho { $name }, đang chờ { NUMBER($count) } việc.
courier-out-action = Lấy tệp mang đi
courier-in-title = Tệp mang tới
courier-in-note = Tệp máy khác gửi cho trạm này, hoặc tệp trả lời mang về. Máy tự nhận ra. Nhiều nhất { $size }.
courier-refused-title = Chưa nhận được tệp này
courier-in-file = Chọn tệp vừa mang tới
courier-in-action = Đưa tệp vào
courier-in-missing = Xin chọn một tệp trước.
courier-in-cut = Tệp chưa lên hết. Xin chọn lại.
courier-in-large = Tệp lớn quá, nhiều nhất { $size }. Tệp gửi nhận của hocvu không bao giờ lớn như vậy.
courier-in-not-one = Đây không phải tệp gửi nhận của hocvu.
courier-in-newer = Tệp này do bản hocvu mới hơn làm ra. Cập nhật hocvu ở máy này rồi đưa vào lại.
courier-in-other-relay = Tệp này gửi cho một trạm khác, trạm này không mở được. Mang tới đúng trạm giúp nhé.
courier-in-other-request = Tệp trả lời này không phải cho máy này, hoặc đã cũ quá. Lấy tệp mang đi mới rồi gửi lại.
courier-in-wrong-way = Tệp này là tệp gửi cho trạm, không phải tệp trả lời. Nhờ người mang nó tới trạm giúp nhé.
courier-in-altered = Tệp bị hỏng hoặc bị sửa trên đường. Máy không nhận gì từ tệp này. Xin bản khác.
courier-in-broken = Tệp bị hỏng hoặc bị sửa trên đường. Máy chỉ nhận phần còn đọc được và đúng là của nơi gửi. Xin bản khác.
courier-in-shut-out = Tệp này của một trạm mà trạm mình đang không nhận. Muốn nhận thì bấm “Nhận lại” ở trang “Gửi và nhận”, rồi đưa tệp vào lần nữa.
courier-in-refused = Trạm chưa cho máy gửi tệp này vào: tệp làm từ mã nối đã cũ. Đưa mã nối mới cho máy kia.
courier-took = Đã nhận { NUMBER($count) } việc mới từ tệp.
courier-took-nothing = Tệp này không có việc gì mới, trạm đã nhận từ trước.
courier-took-bad = Có { NUMBER($count) } phần trong tệp không đúng chữ ký, máy không nhận phần đó.
courier-take-back = Nhờ người mang chép tệp trả lời dưới đây về máy kia, để máy kia biết bài đã tới.
courier-came-back = { $name } đã trả lời. Không còn việc nào chờ.
courier-came-back-waiting = { $name } đã trả lời. Còn { NUMBER($count) } việc chưa được nhận, lần sau gửi tiếp.
courier-replies-title = Tệp trả lời mang về
courier-reply = Tệp trả lời, làm lúc { $when }
