# Những chữ dùng ở mọi trang.

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
