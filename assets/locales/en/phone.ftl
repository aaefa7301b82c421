# On the phone only.

phone-retry = Try again
phone-sync-title = Joined stations
phone-sync-running = Sending and receiving…
phone-sync-none = This phone has joined no station. Once it has, your work is kept even if the phone breaks.
phone-sync-waiting = { $name }: { NUMBER($count) ->
    [one] { NUMBER($count) } item is
   *[other] { NUMBER($count) } items are
} waiting to be sent
phone-sync-in-step = { $name }: has received everything
phone-join-title = Join this phone to a station
phone-join-how = The code in letters is on the station's page “Connect another device to this station”. Capitals, small letters and spaces make no difference.
phone-join-code = The station's code, beginning with HOCVU1
phone-join-missing = Please type the station's code first.
phone-join-done = Joined to { $name }. Now press “Send and receive now” and your work goes to the station.
phone-pin-keep = If you forget it, the screen lock of this phone opens it. Without a screen lock nobody can reset it: write the 4 digits on paper.
phone-pin-unlock = Unlock the screen to take the PIN away. Your work is all there.
phone-pin-no-lock = This phone has no screen lock, so nobody can take the PIN away. Your work is all there.
phone-pin-gone = The PIN is taken away. Set a new one on the page “About me”.
phone-card-lost = A card cannot be changed yet. If somebody else has seen it, tell the volunteer. The page “Where your record is” shows which devices hold it.
phone-takein-sync = If this phone has not joined a station yet, join one on the page about your record.
phone-courier-what = Without a network, somebody can carry a file to the station: by Bluetooth, a messenger or a memory card. Whoever carries it can neither read nor change it. Carrying it twice or late does no harm.
phone-courier-none = A file is for one station. Join this phone to a station first.
phone-courier-in-title = The reply
phone-courier-in = The station gives a file back. Open it with hocvu, or choose it here, and this phone knows that the record has arrived.
phone-courier-save = Save to a memory card or elsewhere
phone-courier-saved = The file is saved. Have somebody carry it to the station.
phone-courier-unmade = The file could not be made. The phone may be full: delete some photos and videos, then try again.
phone-courier-unsaved = The file could not be saved there. Please choose another place.
phone-courier-unwritten = The file could not be written. If the phone is full, make room, then try again.
phone-export-saved = The copy is saved. Anybody who has this file can read it, so keep it well.
phone-erase-unsent = { NUMBER($count) } entries that only this phone has, and no station has received
