# Settings, courses and storage, reading aloud, the camera. On phones only.

settings-title = Settings
settings-size-note = For every page and everybody on this phone.
settings-network-title = Sending and receiving
settings-wifi-only = Send unasked over Wi-Fi only
settings-wifi-only-note = “Send and receive now” uses any network. Courses are downloaded over Wi-Fi only.
settings-bytes = Data a month
settings-bytes-any = No limit
settings-bytes-note = When it is used up, the phone waits for the next month. Your work stays on the phone.
settings-packs = Courses and storage

packs-title = Courses and storage
packs-install = Install a course from a file
packs-install-ask = Install the course from the file that was opened?
packs-held = Courses on this phone
packs-none = There is no course on this phone.
packs-back = “{ $title }” is installed again.
packs-texts = Texts and learners' records: { $size }
packs-file-gone = The file could not be read. Please choose it again.
packs-no-chooser = This phone has no page for choosing files. Open the file from its file manager.

aloud-read = Read aloud
aloud-stop = Stop reading

sound-play = Listen
sound-stop = Stop
sound-failed = This phone could not open the sound. The words above say the same.

scan-action = Scan a code with the camera
scan-title = Scan a code
scan-how = Put the code in the middle of the frame and hold the phone still. It is read by itself.
scan-view = What the camera sees
scan-type = Type the code
scan-allow-title = Let hocvu use the camera
scan-allow-why = To scan a code, hocvu needs the camera. No picture is kept or sent.
scan-allow = Allow
scan-refused = The camera is not allowed. You can type the code instead. To allow it, open the phone's own settings.
scan-broken = The camera is busy or does not open. You can type the code instead.
scan-other = This is not a code of hocvu. A station's code begins with HOCVU1, that of a learner's card with HOCVUC.
