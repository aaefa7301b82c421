# Bốn bậc của khung năng lực số (mỗi bậc hai mức). Tên bậc ở giữa chưa đối chiếu với thông tư.

level-basic = Cơ bản
level-intermediate = Trung cấp
level-advanced = Nâng cao
level-specialised = Chuyên sâu
level-range = Mức { NUMBER($from) }–{ NUMBER($to) }
