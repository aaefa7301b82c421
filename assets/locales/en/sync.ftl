# Where the record goes: joining a station, learner cards, sending and receiving, files.

## Joining this station

join-title = Connect another device to this station
join-what = This station is called “{ $name }”. A phone or computer with hocvu that joins it sends its work here. If that device breaks, the work is still there.
join-how = Scan this picture with hocvu on a phone. Another station that wants to pass its work on to this one asks the volunteer for the code for stations.
join-qr = QR code of the station { $name }. The same code as text is right below.
join-code = The code as text
join-code-note = Capitals, small letters and spaces make no difference.
join-who = Whoever has this code can send work to the station, but cannot see anybody else's work.
join-address = The station's address: { $address }. After changing the Wi-Fi, open this page again for a new code.
join-no-address = This computer serves itself only, so phones cannot reach it. A volunteer can start it again with: hocvu --listen 0.0.0.0:8080. Sending by file works all the same.
join-link = Connect another device to this station

## My card

card-link = My card
card-title = Card of { $name }
card-what = This card takes your record to another device: it scans the picture, or you type the code, and it holds your record.
card-warning = Whoever has the card can see your work and add work in your name. Keep it like the key of your house, and send nobody a photo of it.
card-lost = A card cannot be replaced yet. If somebody else saw it, tell the volunteer. “My progress” says which devices hold your record.
card-with-name = Put my name on the card
card-with-name-what = Then the other device need not ask for it. Whoever finds the card can read the name too.
card-show = Show the card
card-qr = QR code of the card. The same code as text is right below.
card-code = The code as text
card-how = On the other device: on the page “Who is learning today?” choose “I have learned on another device”.
card-print = Print this page to have the card on paper.
card-hide = Put the card away

## Bringing a record from another device

takein-link = I have learned on another device
takein-title = Bring a record from another device
takein-intro = You need the card. On the other device: open “About me” and choose “My card”.
takein-code-title = Type the code on the card
takein-code = The code on the card, beginning with HOCVUC
takein-code-action = Use this code
takein-photo-title = Or use a photo of the card
takein-photo = A photo of the picture on the card
takein-photo-note = JPEG or PNG, at most { $size }. Straight, in good light, with the whole picture in it.
takein-photo-action = Read this photo
takein-code-missing = Please type the code on the card.
takein-not-a-card = This code is not a learner's card. A card's code begins with HOCVUC.
takein-mistyped = A character is wrong or missing. Please compare group by group.
takein-photo-missing = Please choose a photo first.
takein-photo-kind = This file is no JPEG or PNG picture, or it is damaged. Take a new photo and choose that.
takein-photo-large = The picture is too large. Crop it, or type the code.
takein-photo-no-code = No code was found in the picture. Take it again, straight and in good light, or type the code.
takein-photo-cut = The photo did not arrive whole. Please choose it again.
takein-erased = The record of this card was erased everywhere and cannot be brought back. To begin anew, choose “Someone new”.
takein-who-title = What are you called on this device?
takein-who-intro = Name and picture do not travel with the record, so this device asks again.
takein-keep = By pressing the button you agree that this device keeps your name and your work.
takein-honest = The work from the other device is not here at once. It comes after that device has sent it to the station, and only if the owner of the card agreed to send results. Go on learning meanwhile; both will be put together.
takein-action = Done, bring it here
takein-done = Welcome, { $name }! The work from the other device comes with the next exchange.
takein-here = The record of this card is on this device already.

## Where my record is

where-title = Where your record is
where-none = This device has noted nothing about you yet.
where-events =
    This device has noted { $count ->
        [one] one thing
       *[other] { $count } things
    } that you did: answers, lessons finished, what you agreed to.
where-brought =
    The station brought { $count ->
        [one] one more thing
       *[other] { $count } more things
    } that you did: on another device, or on this one before.
where-here = Only on this device so far: { NUMBER($count) }
where-received = Received by the station { $name }: { NUMBER($count) }
where-counted = Received where results are counted: { NUMBER($count) }
where-counted-here = Received and counted by the station { $name }, on this very device: { NUMBER($count) }
where-no-consent = You have not agreed to send results, so your work stays on this device.
where-devices = Devices that hold your record
where-this-device = This device
where-other-device = Another device, code { $code }
where-devices-note = Only devices that this one has heard of. If you do not know one of them, tell the volunteer: somebody may have used your card.

## The volunteer's page of sending and receiving

sync-title = Send and receive
sync-note = Where the work goes, what is waiting, what is in the way.
sync-moment = { $time } on { $day }
sync-running = Sending and receiving. This page opens again by itself in a few seconds.
sync-running-now = Look now
sync-under-way = Under way: press to follow it
sync-far = The last exchange of this device: { NUMBER($received) } received by the station, { NUMBER($copies) } fetched.
sync-now = Send and receive now
sync-kiosk-title = The record of this device
sync-kiosk-in-step = The station has received everything noted on this device.
sync-kiosk-waiting =
    { $count ->
        [one] One thing
       *[other] { $count } things
    } noted on this device not yet received by the station. It is sent within a few minutes.
sync-up-title = Up to the next station
sync-up-name = Next station: { $name }
sync-up-none = Not connected to a station above. This one keeps and counts everything itself. If you have the code for stations of a commune or province, connect below.
sync-up-nothing = The next station has received everything.
sync-up-waiting =
    { $count ->
        [one] One thing waits
       *[other] { $count } things wait
    } to be sent up, the oldest since { $when }.
sync-up-reached = Last reached: { $when }.
sync-up-never = Never reached yet.
sync-trouble-title = In the way
sync-traffic-title = Use of the network
sync-traffic = { $size } used this month for sending up and fetching.
sync-traffic-limit = The limit: { $size } a month.
sync-traffic-no-limit = No limit is set.
sync-limit = Limit a month, in MB
sync-limit-note = Leave it empty for no limit. When it is used up, this computer waits for the next month; files do not count.
sync-limit-fault = Please type a number from 1 to { NUMBER($most) }, or leave it empty.
sync-limit-set = The limit is { $size } a month now.
sync-limit-lifted = There is no limit now.
sync-senders-title = Devices that send to this station
sync-senders-none = No device has sent anything yet.
sync-senders-more =
    { $count ->
        [one] One more device is
       *[other] { $count } more devices are
    } not shown here.
sync-sender-kiosk = This device
sync-sender-device = Device, code { $code }
sync-sender-seen = last came { $when }
sync-up-join-title = Connect to the next station
sync-up-change-title = Change the next station
sync-up-code = Code for stations of the next station, beginning with HOCVU1
sync-up-code-where = That station's volunteer sees it on the page “Send and receive”.
sync-up-change-note = Another station is sent everything again. Nothing is counted twice.
sync-up-action = Connect
sync-up-joined = Connected to { $name }. What is waiting is being sent.
sync-code-not-one = This is no join code. A join code begins with HOCVU1.
sync-code-mistyped = A character is wrong or missing. Please compare group by group.
sync-code-unusable = An address or name in this code cannot be used. Ask that station for a new code.
sync-code-own = This is this station's own code. The one of the next station is needed.
sync-code-for-phones = This is the code for phones. Ask that station's volunteer for the code for stations, on her page “Send and receive”.
sync-hub-title = Let another station pass on to this one
sync-hub-what = The code for stations of “{ $name }”. A smaller station types it into its own page “Send and receive”, and its work is passed on to here.
sync-hub-qr = QR code for stations of { $name }. The same code as text is right below.
sync-hub-who = Give it to that station's volunteer only, and do not put it on the wall: whoever has it can send the work of many people, and erase learners whom that station serves. Phones use the code on the page “Connect another device to this station”.
sync-hub-new = Make a new code
sync-hub-new-note = If strangers may have seen this code, make a new one: the old code lets no further station in, and stations that are connected go on as before.
sync-hub-new-done = This is a new code. The old one is void. Stations that are connected need not do anything.
sync-hub-own = Code of this station: { $code }. The next station lists it under that code.
sync-hubs-title = Other stations that send to this one
sync-hubs-none = No station is connected to this one yet.
sync-hubs-more =
    { $count ->
        [one] One more station is
       *[other] { $count } more stations are
    } not shown here. The command hocvu hub list shows all.
sync-hub-name = Station, code { $code }
sync-hub-since = Connected { $when }.
sync-hub-seen = Last came { $when }.
sync-hub-brought =
    { $count ->
        [one] It brought one thing.
       *[other] It brought { $count } things.
    }
sync-hub-is-shut-out = Not received from since { $when }.
sync-hub-shut-out = Receive nothing more from it
sync-hub-shut-out-ask = Receive nothing more from the station with code { $code }? Call its volunteer first, so that it is the right one.
sync-hub-shut-out-stays = What it has brought stays and counts. New work of the people there stays over there and is not lost. You can let it in again later.
sync-hub-shut-out-action = Yes, receive nothing more
sync-hub-shut-out-done = Nothing more is received from the station with code { $code }. People there still have the code for stations: better make a new one below.
sync-hub-shut-out-note = Nothing that this station sends gets in, whatever code it uses.
sync-hub-let-in = Receive from it again
sync-hub-let-in-done = The station with code { $code } is let in again. It sends by itself what waits, and needs no new code.
sync-takeover-title = When the computer is replaced
sync-takeover-move = The old one still runs: stop hocvu, copy the whole data folder to the new computer, and start hocvu with that folder. The station's key lies in it, so phones need not join again. Do not start the old one any more.
sync-takeover-folder = Data folder: { $folder }
sync-takeover-lost = The old one is gone: restore the backup on the new computer. The station's key lies in the backup, so phones need not join again. Without a backup, print the new join code for everybody to scan. Either way, phones send again what the station lacks.

## What is in the way

trouble-unreachable = The other station was not reached. Look whether this computer has a network and the other station is running. Without a network, send a file.
trouble-cut = The connection broke off. What was received is not sent again. The next parcel will be smaller.
trouble-too-slow = The network was too slow. The next parcel will be smaller. Try when the network is better.
trouble-captive-portal = This Wi-Fi wants you to sign in first. Open a browser, sign in to the Wi-Fi, then press “Send and receive now”.
trouble-other-relay = Another station is at that address now. Ask for a new join code of the station that you want and connect again.
trouble-busy = The other station is busy. This computer tries again by itself.
trouble-too-large = The parcel was too large for the connection. The next one will be smaller.
trouble-server-fault = The other station has a fault. This computer tries again by itself. If that goes on, tell whoever looks after that station.
trouble-bad-reply = The answer was not the other station's, so nothing of it was believed or changed. Try another network. If that goes on, tell whoever looks after that station.
trouble-not-admitted = The other station does not receive from this computer. Call its volunteer: ask for a new code and connect again, or let her press “Receive from it again” on her page “Send and receive”. All work is still here.
trouble-newer-version = The other station has a newer hocvu. Update hocvu here and send again.
trouble-budget-spent = This month's limit is used up. Raise it, wait for the next month, or send a file.
trouble-not-taken = The other station got the parcel and did not confirm all of it. This computer sends again by itself. If that goes on, tell whoever looks after that station.

## Sending by file

courier-title = Send by file
courier-note = Without a network, somebody carries a file.
courier-what = Copy the file to a memory card or a phone and let somebody carry it to the next station. The carrier can neither read nor change it. Twice or late does no harm.
courier-out-title = A file to carry away
courier-out-none = A file is made for one station. Type its code for stations.
courier-out-to =
    For { $name }; { $count ->
        [one] one thing waits
       *[other] { $count } things wait
    }.
courier-out-action = Get the file
courier-in-title = A file that was brought
courier-in-note = A file that another device sends to this station, or an answer brought back. It is told apart by itself. At most { $size }.
courier-refused-title = This file could not be taken in
courier-in-file = Choose the file
courier-in-action = Take the file in
courier-in-missing = Please choose a file first.
courier-in-cut = The file did not arrive whole. Please choose it again.
courier-in-large = The file is too large, at most { $size }. Files of hocvu are never that large.
courier-in-not-one = This is no file of hocvu for sending and receiving.
courier-in-newer = A newer hocvu made this file. Update hocvu here and take it in again.
courier-in-other-relay = This file is for another station; this one cannot open it. Please bring it to the right one.
courier-in-other-request = This answer is not for this device, or it is too old. Make a new file and send that.
courier-in-wrong-way = This file is for the station; it is not a reply. Please have somebody carry it to the station.
courier-in-altered = The file was damaged or altered on the way. Nothing of it was taken in. Ask for another copy.
courier-in-broken = The file was damaged on the way. Only what could be read and proven of it was taken in. Ask for another copy.
courier-in-shut-out = This file is from a station that you receive nothing from. To take it in, let that station in again on the page “Send and receive”, then choose the file once more.
courier-in-refused = The station does not admit the sender of this file: it was made with an old join code. Give that device the new join code.
courier-took =
    { $count ->
        [one] One new thing was
       *[other] { $count } new things were
    } taken in from the file.
courier-took-nothing = Nothing in this file is new; the station had it already.
courier-took-bad =
    { $count ->
        [one] One part
       *[other] { $count } parts
    } of the file had no right signature and did not get in.
courier-take-back = Let the carrier take the answer below back to the other device, so that it knows that its work arrived.
courier-came-back = { $name } has answered. Nothing waits any more.
courier-came-back-waiting =
    { $name } has answered. { $count ->
        [one] One thing was
       *[other] { $count } things were
    } not received yet and goes next time.
courier-replies-title = Answers to be taken back
courier-reply = Answer, made at { $when }
