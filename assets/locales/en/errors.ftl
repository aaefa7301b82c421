# When something is not well: what it is, what is safe, what to do next.

error-next-home = To the first page
error-next-retry = Try again
error-next-back = Back to the page before
error-tell-volunteer = If it stays like this, ask the volunteer.
not-found-title = There is no such page
not-found = The address may be incomplete, or the lesson was removed. The first page shows everything.
not-found-lesson = This lesson is not here. The course may have a new version.
not-found-learner = This learner is no longer on this device.
form-expired-title = This page was open for too long
form-expired = For safety, please open the page again and repeat the last step. What was recorded is still there.
session-ended-title = We had paused
session-ended = Please choose who you are again. Your work is just as you left it.
not-allowed-title = This page needs a code
not-allowed = This page needs the learner's own PIN, or the passcode.
disk-full-title = The disk is full
disk-full = The last answer could not be kept. Everything before it is safe. Make room, then answer once more.
read-only-title = Nothing can be written
read-only = The folder { $folder } is read-only. Check its permissions or the memory card, then start hocvu again. Nothing is lost.
in-use-title = hocvu is already running
in-use = The folder { $folder } is used by another hocvu. Stop that one first, or choose another folder with --data.
newer-version-title = The data is newer than the program
newer-version = This data was written by a newer hocvu (data version { NUMBER($found) }; this one knows up to { NUMBER($known) }). Nothing was touched. Please install the newer program.
damaged-title = The records have been mended
damaged-all-saved = The data file was damaged, perhaps by a power cut or an old memory card. All { NUMBER($saved) } records were recovered. Nothing is lost.
damaged-some-lost = The data file was damaged. { NUMBER($saved) } records were recovered, { NUMBER($lost) } could not be read. It is nobody's fault. The old file is kept.
damaged-lost = The data file was damaged and has been mended. { NUMBER($lost) } entries could not be read. The old file is kept.
damaged-learner = A few of your answers could not be read after the device was damaged. If something is missing, please do it once more.
damaged-backup-hint = Copy the data to another disk or memory card soon.
key-lost-title = Please tell us the names again
key-lost = The key that opens the stored names is gone. Everybody's work is all here. Each learner types the name once more.
clock-wrong = The clock of this device seems wrong (it says { $day }). Everything is still recorded, in the right order. Please set the date when you can.
copied-folder = This data folder was copied from elsewhere. From now on this device keeps a book of its own.

## A course is refused

pack-refused-title = This course could not be installed
pack-refused-held = The version on this device works as before.
pack-refused-not-a-pack = The file { $file } is no course of hocvu.
pack-refused-broken = The file { $file } is incomplete. Copy it again and try once more.
pack-refused-altered = The file { $file } was altered after it was signed. Do not use it; ask the publisher for it again.
pack-refused-signature = The signature of the course is not right ({ $file }). Ask the publisher for it again.
pack-refused-publisher = The publisher “{ $publisher }” may not publish this course.
pack-refused-older = This file is version { NUMBER($offered) }, older than version { NUMBER($held) } on this device.
pack-refused-large = The file { $file } is larger than allowed ({ $max }).
pack-refused-path = The file name { $file } points outside of the course. Do not use this course.
pack-refused-newer-format = This course needs a newer hocvu.
pack-refused-other = The file { $file }: { $reason }
upload-too-large = The file is too large: { $max } at most.
upload-missing = No file is chosen.
upload-cut = The file did not arrive whole. Please choose it and send it again.
too-busy = Many people are learning at once. Please wait a moment and try again.
internal-title = Something went wrong here
internal = It is the program's fault, nobody else's. What was recorded is safe. Try again, or go to the first page.
bad-request-title = That was not clear
bad-request = The last request was not understood. Go back and try once more.
