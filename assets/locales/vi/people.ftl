# Người học trên một máy dùng chung: chọn, thêm, mã PIN, đổi người, xin bản sao, xóa.

## Cách xưng hô: tên người được gọi trong câu

address-ba = bà
address-ong = ông
address-co = cô
address-chu = chú
address-anh = anh
address-chi = chị
address-em = em
address-ban = bạn

## Cách xưng hô: để chọn

address-question = Gọi thế nào cho phải?
address-note = Mình sẽ gọi như vậy ở mọi trang.
address-choice-ba = Bà
address-choice-ong = Ông
address-choice-co = Cô
address-choice-chu = Chú
address-choice-anh = Anh
address-choice-chi = Chị
address-choice-em = Em
address-choice-ban = Bạn

## Hôm nay ai học?

people-title = Hôm nay ai học?
people-hint = Bấm vào hình và tên của mình.
people-name = { $You } { $name }
people-name-inside = { $you } { $name }
people-card = { $You } { $name }, hình { $picture }
people-new = Người mới
people-guest = Xem thử, chưa cần tên
people-guest-note = Xem thử thì máy không ghi lại bài làm.
people-nobody = Chưa có ai trên máy này. Bấm “Người mới” để bắt đầu.
people-enrolled-here = Đây là những người đã học bằng điện thoại này. Không thấy tên mình thì nhờ tình nguyện viên mở danh sách.
people-list-open = Tình nguyện viên đang mở danh sách đầy đủ.
people-find = Tìm theo tên
people-find-none = Không thấy ai tên “{ $name }”. Gõ không dấu cũng được.
people-letter = Tên bắt đầu bằng { $letter }
people-hello = Chào { $you } { $name }. Mình học tiếp nhé.
people-hello-first = Chào { $you } { $name }. Mình bắt đầu nhé.
people-nameless = Người học chưa có tên

## Đang tới lượt ai

turn-label = Đang học
turn-guest = Đang xem thử
turn-change = Đổi người
turn-changed = Máy đã giữ bài của { $you } { $name }. Giờ tới lượt ai?
idle-title = Vẫn là { $you } { $name } phải không?
idle-note = Bài đang làm vẫn còn nguyên.
idle-yes = Đúng, học tiếp
idle-no = Không, là người khác

## Thêm người học

add-title = Thêm người học
add-jump-name = Tên
add-jump-address = Cách gọi
add-jump-picture = Hình
add-jump-group = Việc hằng ngày
add-jump-guardian = Cha mẹ, người giám hộ
add-jump-consent = Đồng ý
add-name = Tên gọi hằng ngày
add-name-note = Ví dụ: Lan, Tư, Mai. Không cần họ tên đầy đủ.
add-name-missing = Xin cho biết tên để lần sau nhận ra nhau.
add-name-long = Tên hơi dài, xin gõ ngắn lại: nhiều nhất { NUMBER($max) } chữ cái.
add-name-taken = Trên máy đã có một người tên { $name }. Thêm một chữ để khỏi nhầm nhé, ví dụ “{ $name } xóm trên”.
add-address-missing = Xin chọn một cách xưng hô.
add-picture = Chọn một hình cho dễ nhớ
add-picture-missing = Xin chọn một hình.
add-group = Hằng ngày đang làm gì?
add-group-note = Để biết bài nào hợp. Chọn một mục gần đúng nhất.
add-group-missing = Xin chọn một mục gần đúng nhất.
add-child = Người học là trẻ em?
add-done = Xong rồi. Chào { $you } { $name }!
add-submit = Xong, vào học

## Bốn nhóm của phong trào

group-public = Làm ở cơ quan nhà nước
group-public-note = cán bộ, công chức, viên chức, người làm ở ủy ban, trường công, trạm y tế
group-student = Đang đi học
group-student-note = học sinh từ tiểu học trở lên, sinh viên
group-adult = Người dân
group-adult-note = làm ruộng, buôn bán, nội trợ, nghỉ hưu, việc tự do…
group-worker = Làm ở doanh nghiệp, hợp tác xã
group-worker-note = công nhân, nhân viên, xã viên

## Hình để nhận ra nhau

pictogram-buffalo = con trâu
pictogram-lotus = hoa sen
pictogram-boat = con thuyền
pictogram-bamboo = cây tre
pictogram-kite = cánh diều
pictogram-hat = nón lá
pictogram-rice = bông lúa
pictogram-drum = cái trống
pictogram-fish = con cá
pictogram-well = giếng nước
pictogram-bird = con cò
pictogram-house = ngôi nhà
pictogram-lantern = đèn lồng
pictogram-teapot = ấm trà
pictogram-coconut = cây dừa
pictogram-bridge = cây cầu

## Người giám hộ

guardian-title = Cha mẹ hoặc người giám hộ
guardian-why = Với trẻ em, cần cha mẹ hoặc người giám hộ cùng đồng ý. Từ 7 tuổi thì chính em cũng cần đồng ý.
guardian-name = Tên cha mẹ hoặc người giám hộ
guardian-agree = Tôi là cha mẹ hoặc người giám hộ của em và đồng ý với những mục đã chọn.
guardian-missing = Xin nhờ cha mẹ hoặc người giám hộ ghi tên và đánh dấu đồng ý.
guardian-child-agree = Em cũng đồng ý.
guardian-child-missing = Cần cả em đồng ý nữa. Nếu em chưa muốn, cứ xem thử trước đã.

## Đồng ý

consent-title = Xin phép trước khi ghi lại
consent-intro = Chọn mục nào { $you } đồng ý. Không chọn thì không sao cả.
consent-without-title = Không chọn thì sao?
consent-record = Tôi đồng ý để máy này giữ tên, nhóm và bài làm của tôi.
consent-record-what = Để lần sau { $you } học tiếp đúng chỗ đang dở. Tên được khóa lại và chỉ nằm trên máy này.
consent-record-without = Không chọn thì { $you } vẫn xem thử được mọi bài, chỉ là máy không nhớ.
consent-count = Tôi đồng ý gửi kết quả học, không kèm tên, để xã và tỉnh biết bao nhiêu người đã học.
consent-count-what = Chỉ gửi: một mã số thay cho tên, bài nào đã xong, từng câu trả lời, nhóm và xã. Không gửi tên, không gửi ảnh.
consent-count-without = Không chọn thì { $you } vẫn học đủ mọi bài, kết quả ở lại máy này.
consent-who = Máy này do tình nguyện viên ở đây trông giữ. Cần hỏi gì, { $you } cứ hỏi.
consent-withdraw-note = { $You } đổi ý lúc nào cũng được, ở trang “Thông tin của tôi”.
consent-record-missing = Muốn có tên trên máy thì cần đồng ý mục này. Chưa muốn thì chọn “Xem thử”.
consent-given-on = Đã đồng ý ngày { $day }
consent-given = Đã đồng ý.
consent-mine = Những điều đã đồng ý
consent-not-given = Chưa đồng ý
consent-withdraw = Rút lại đồng ý
consent-give = Đồng ý
consent-withdrawn = Đã rút lại. Từ giờ không gửi kết quả của { $you } nữa.

## Mã PIN

pin-title = Mã PIN của { $you } { $name }
pin-enter = Gõ 4 số của { $you }
pin-submit = Vào học
pin-offer = Đặt mã PIN 4 số
pin-offer-note = Không bắt buộc. Có mã thì người khác không mở được bài của { $you }.
pin-new = Mã PIN mới, 4 số
pin-again = Gõ lại mã PIN mới
pin-set = Đã đặt mã PIN. { $You } nhớ 4 số này nhé.
pin-change = Đổi mã PIN
pin-remove = Bỏ mã PIN
pin-removed = Đã bỏ mã PIN.
pin-form = Mã PIN gồm đúng 4 chữ số.
pin-differs = Hai lần gõ chưa giống nhau. Mình gõ lại nhé.
pin-easy = Mã này dễ đoán quá. Chọn 4 số khác nhé, đừng dùng 1234 hay năm sinh.
pin-wrong = Chưa đúng. Mình thử lại nhé.
pin-wait = Đợi { NUMBER($seconds) } giây rồi thử lại. Bài của { $you } vẫn còn nguyên.
pin-forgot = Quên mã?
pin-forgot-note = Tình nguyện viên đặt lại được. Không mất bài nào cả.

## Thông tin của tôi

me-title = Thông tin của { $you } { $name }
me-edit = Sửa tên, hình, cách xưng hô
me-saved = Đã lưu. Chào { $you } { $name }!
me-name-again-title = Xin cho biết lại tên
me-name-again = Máy không còn mở được tên đã khóa. Bài làm vẫn còn đủ, chỉ cần gõ lại tên một lần.
me-record-here = Máy này đang giữ { NUMBER($count) } câu trả lời của { $you }.
me-record-none = { $You } chưa có bài làm nào.

## Xin bản sao

export-title = Lấy bản sao thông tin của tôi
export-note = Một tệp có tất cả những gì máy này giữ về { $you }: tên, nhóm, những điều đã đồng ý, từng câu trả lời.
export-private = Tệp này ai cầm cũng đọc được. { $You } nhớ giữ kỹ nhé.
export-action = Tải bản sao về

## Xóa

erase-title = Xóa thông tin của { $you } { $name }
erase-link = Xóa tên và bài làm
erase-what = Xóa rồi thì máy này không còn:
erase-what-person = tên, hình, cách xưng hô, mã PIN
erase-what-answers = { NUMBER($count) } câu trả lời và mọi kết quả
erase-what-unfinished = bài đang làm dở
erase-what-unsent = { NUMBER($count) } câu trả lời chưa gửi đi đâu cả, chỉ có ở máy này.
erase-where = Xóa ở đâu?
erase-where-missing = Xin chọn xóa ở đâu.
erase-here = Chỉ xóa khỏi máy này
erase-here-what = Máy này không giữ tên và bài làm của { $you } nữa. Nơi khác đã nhận bài thì vẫn giữ.
erase-everywhere = Xóa ở mọi nơi
erase-everywhere-what = Máy này xóa ngay. Nơi khác đã nhận bài của { $you } thì được báo để xóa theo trong lần gửi nhận tới.
erase-volunteer-first = Nếu { $you } muốn giữ bản sao: vào trang “Thông tin của tôi” lấy trước, rồi hãy xóa.
erase-stays = Sổ ghi của máy giữ lại một dấu vết không tên để các trang vẫn khớp. Từ dấu vết này không tìm ra { $you } được.
erase-export-first = Lấy bản sao trước đã
erase-proof = Mã PIN của { $you }, hoặc mã quản lý của tình nguyện viên
erase-proof-volunteer = Mã quản lý của tình nguyện viên
erase-confirm = Tôi hiểu là không lấy lại được
erase-confirm-missing = Xin đánh dấu vào ô “Tôi hiểu” trước.
erase-action = Xóa
erase-done = Đã xóa. Cảm ơn đã học cùng, lúc nào quay lại cũng được.
remove-done = Đã xóa khỏi máy này. Cảm ơn đã học cùng, lúc nào quay lại cũng được.
erase-added-elsewhere = Người học này được thêm ở máy khác. Muốn xóa ở mọi nơi thì làm ở máy đó, hoặc nhờ tình nguyện viên gõ mã quản lý ở đây.
erase-elsewhere-first = Người học này được thêm ở máy khác. Muốn xóa ở mọi nơi thì làm ở máy đó.
