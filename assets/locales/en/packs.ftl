# Courses fetched over the network: what is new, fetching, pausing, room for pictures and sounds.

offers-title = New courses
offers-look = Look for new courses
offers-looking = Asking the stations…
offers-none = Nothing is new. This device has all that the stations have.
offers-not-asked = Press the button below to ask the stations for new courses.
offers-no-station = This device is connected with no station. Connect with one first, on the page “My progress”.
offers-unknown = A station has courses of “{ $publisher }”. This device does not know that publisher.
offers-compare = Compare the fingerprint of “{ $publisher }”
offers-trust-yes = It is the same, trust this publisher
offer-new = New course
offer-newer = New version
offer-media = Pictures and sounds are missing
offer-from = Publisher: { $publisher }
offer-texts-first = Texts: { $size }, these come first.
offer-media-after = Pictures and sounds: { $size }, these come after.
offer-media-only = Pictures and sounds: { $size }.
offer-not-there = No station has it just now. Try again later.
offer-no-room = This needs { $needed } and there is only { $free } left. Delete some photos or films first.

## Fetching

fetch-start = Download this course
fetch-newer = Download the new version
fetch-media = Download pictures and sounds
fetch-texts-only = Texts only, without pictures and sounds
fetch-pause = Pause
fetch-go-on = Go on
fetch-begun = Part of it is here. Going on does not download that part again.
fetch-give-up = Give up, do not download
fetch-give-up-ask = Give up downloading “{ $title }”? The unfinished part goes. What is on this device can still be learnt.
fetch-given-up = Gave up downloading “{ $title }”.
fetch-beginning = Asking the station…
fetch-progress = { $done } of { $all } are here.
fetch-readable = All texts are here, learning can begin. Pictures and sounds are still coming.
fetch-done = Everything is here, learning can begin.
fetch-done-course = “{ $title }” is here.

## In the way

fetch-held-works = What came is kept, and the courses on this device still work.
fetch-trouble-unreachable = No station was reached. Look whether this device has a network, then try again.
fetch-trouble-cut = The connection broke off. Go on when the network is better.
fetch-trouble-too-slow = The network was too slow. Go on when the network is better.
fetch-trouble-busy = The station is busy. Wait a while, then try again.
fetch-trouble-captive-portal = This Wi-Fi wants you to sign in first. Open a browser, sign in, then try again.
fetch-trouble-not-there = The station does not have this version any more. Press “Look for new courses” to ask again.
fetch-trouble-altered = What the station sent is not what the publisher signed, so it was refused. Try another network, or tell whoever looks after the station.
fetch-trouble-unusable = This device cannot read this course yet. Update hocvu and try again, or tell the publisher.
fetch-trouble-budget-spent = This month's limit is nearly used up. Wait for the next month, or raise it in “Settings”.
fetch-trouble-disk-full = There is no room left. Delete some photos or films, or choose texts only, then go on.
fetch-hold-no-network = This device has no network. Try again when it has one.
fetch-hold-metered = This network costs money, and “Settings” allow downloads over Wi-Fi only. Try again where there is Wi-Fi.
fetch-hold-battery-low = The battery is low. Plug in the charger, then try again.

## Room for pictures and sounds

quota-title = Room for pictures and sounds
quota-any = Without a limit
quota-note = When it is full, pictures and sounds of the course that was not opened for longest go. Texts always stay. What is needed is downloaded again.
media-evict = Delete pictures and sounds to make room
media-evicted = { $size } are free again. The texts are still here. Pictures and sounds can be downloaded again on this page.

## Courses at the station above, memory stick

above-title = Courses at the station above
above-link-note = This computer fetches new courses from the station above by itself and hands them on to phones nearby.
above-note = This computer fetches new courses from “{ $station }” by itself when there is a network. Each comes once; phones nearby get it here.
above-looking = Asking the station above…
above-under-way = Courses are coming: see how far
above-none = Nothing new. Whatever the station above has is here.
above-waiting = Still to come
above-asked = The station above last answered at { $time }.
above-budget-spent = This month's bytes for courses are used up. Wait for next month, or raise the limit on the page “Send and receive”.
above-no-station = This computer is not joined to a station above. Join one first, on the page below.
stick-title = Carry courses on a memory stick
stick-note = One file with all courses that this computer hands on: { $size }. Copy it to a memory stick, take it to another computer and open it there under “Installed courses”.
stick-action = Save as a file
stick-file-name = hocvu-courses.stick
stick-came = From the stick came: { $titles }.
stick-nothing-new = All courses on the stick are here already.
stick-left = “{ $title }” did not come. { $why }
stick-cut = The file on the stick is not whole. What was whole is here; copy the file again to get the rest.
stick-busy = This computer is fetching it from the station above. Wait until it is here, or cut the network and try again.
stick-altered = What is on the stick is not what the publisher signed, so it was not taken. Ask for the file again.

## Courses that are published

published-title = Published courses and who has them
published-link-note = Who publishes, until when, how many devices have which version.
published-none = This computer hands on no publisher's course yet.
published-note = Devices are counted as they told when they last synced, here and at the stations below. One that syncs by two ways is counted twice.
published-root = Under the root “{ $root }”, version { NUMBER($version) }.
published-until = Good until { $day }.
published-ended = Its time ended on { $day }. Courses still work, but the root wants to be signed again.
published-no-end = Without an end.
published-no-more = The key of this publisher was replaced or dropped. No device takes more that the old one signed.
published-nobody = No device has told that it has this version.
published-holders = Devices with this version: { NUMBER($devices) }.
published-older = Devices with version { NUMBER($version) }: { NUMBER($devices) }.
published-oldest = Devices with even older versions: { NUMBER($devices) }.
