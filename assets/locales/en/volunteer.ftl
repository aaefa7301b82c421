# The volunteer's page.

volunteer-title = The volunteer's page
volunteer-intro = Learners, courses and backups of this device.
volunteer-leave = Leave this page
volunteer-left = The volunteer's page is locked.

## Passcode

passcode-enter = Passcode
passcode-submit = Open
passcode-wrong = The passcode is not right. Please type it again.
passcode-wait = { $seconds ->
        [one] Wait one second and try again.
       *[other] Wait { $seconds } seconds and try again.
    }
passcode-forgot = Forgotten? At this computer, run: hocvu passcode reset
passcode-set-title = Set the passcode
passcode-set-intro = The passcode guards the learners and courses of this device. Only volunteers should know it.
passcode-new = New passcode, at least { NUMBER($min) } characters
passcode-again = Type it again
passcode-set = The passcode is set.
passcode-change = Change the passcode
passcode-short = The passcode is too short. It needs at least { NUMBER($min) } characters.
passcode-differs = The two differ.
passcode-console-code = Code shown where hocvu runs
passcode-console-why = To set the passcode from another device, this code is needed too.
passcode-console-wrong = The code is not right. Look again where hocvu runs.

## Learners

volunteer-learners = Learners
volunteer-learners-count = { $count ->
        [one] One learner
       *[other] { $count } learners
    } on this device
volunteer-learners-none = There are no learners yet.
volunteer-learner-name = Name
volunteer-learner-group = Group
volunteer-learner-lessons = Lessons done
volunteer-learner-quizzes = Practice quizzes
volunteer-learner-last = Last learned
volunteer-learner-never = not yet
volunteer-learner-has-pin = has a PIN
volunteer-open-list =
    Open the list to all phones for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }
volunteer-list-is-open = The list is open to every phone here.
volunteer-close-list = Close the list
volunteer-reset-pin = Reset the PIN
volunteer-reset-pin-ask = Remove the PIN of { $name }? All work stays; a new PIN can be set later.
volunteer-reset-pin-done = The PIN of { $name } is removed.
volunteer-csv = Download the table (CSV)
volunteer-csv-private = The table has learners' names. Use it for the team's work only, then delete it.
csv-file-name = learners-{ $day }.csv
csv-yes = yes
csv-no = not yet

## Courses

volunteer-courses = Courses installed
pack-version = Version { NUMBER($version) }
pack-size = Takes { $size }
pack-signed-by = Signed by { $publisher }, checked
pack-embedded = Part of the program
pack-expired = The publisher's catalogue ran out on { $day }. The course still works; look for a newer one when you can.
pack-install-title = Install or update a course
pack-install-note = Choose a course file on this device or a memory card. No internet is needed.
pack-install-file = Course file
pack-install-action = Install this course
pack-installed = Installed “{ $title }”, version { NUMBER($version) }.
pack-updated = Updated “{ $title }” from version { NUMBER($from) } to version { NUMBER($to) }.
pack-same = “{ $title }” version { NUMBER($version) } is already here.
pack-remove = Remove this course
pack-remove-ask = Remove “{ $title }”? Learners' results stay, and whoever is in the middle of a quiz can finish it. It can be installed again at any time.
pack-removed = Removed “{ $title }”.
pack-removed-title = Courses of the program that were removed
pack-bring-back = Install “{ $title }” again
trust-title = Trust this publisher?
trust-ask = This course is signed by “{ $publisher }”. This device has not met that publisher before.
trust-fingerprint = Key fingerprint: { $fingerprint }
trust-compare = Compare it with what the publisher gave you on paper. Trust only if every letter is the same.
trust-yes = They are the same, trust and install
trust-no = Do not trust
trust-publishers = Trusted publishers
trust-remove = Stop trusting

## Storage

storage-title = Storage
storage-courses = Courses: { $size }
storage-records = Records: { $size }
storage-media = Pictures and sound: { $size }
storage-free = Free: { $size }
storage-low = The disk is nearly full, { $size } left. Move some photos or films elsewhere.

## Backup

backup-title = Backup
backup-note = One file with everything, locked by a passphrase. If this device breaks, it opens on another.
backup-passphrase = Passphrase, at least { NUMBER($min) } characters
backup-passphrase-again = Type the passphrase again
backup-passphrase-short = The passphrase is too short. It needs at least { NUMBER($min) } characters; a few words are good.
backup-passphrase-keep = Write the passphrase down and keep it apart. Without it nobody can open the file, and neither can we.
backup-action = Download the backup
backup-last = Last backup: { $day }
backup-never = There is no backup yet.
backup-differs = The two passphrases differ.
restore-title = Restore from a backup
restore-note = This works only on a device without learners.
restore-how = To restore: stop hocvu on the new device and run this command. The folder named last must not exist yet or be empty.
restore-example = hocvu restore FILE --data NEW-FOLDER
restore-file = Backup file
restore-passphrase = Passphrase of the backup
restore-action = Restore
restore-done =
    Restored { $learners ->
        [one] one learner
       *[other] { $learners } learners
    } and { $answers ->
        [one] one answer
       *[other] { $answers } answers
    }.
restore-not-empty = This device has learners, so nothing is restored over them. Use a new folder.
restore-wrong-passphrase = The passphrase is not right, or the file is damaged. Nothing was changed here.
restore-not-a-backup = This file is not a backup of hocvu.

## Commune

commune-title = Which commune is this device in?
commune-why = So that results are counted in the right place later. Asked once, can be changed at any time.
commune-find = Type the name of the commune, ward or special zone
commune-find-note = It works without diacritics. Names are those in force since 1 Jul 2025.
commune-province = Province or city
commune-choice = { $commune }, { $province }
commune-none = No place is called “{ $words }”. Try a shorter name, or the name after the merger.
commune-skip = Later
commune-set = This device is in { $commune }, { $province }.
commune-unset = No commune is chosen.

## This device

device-title = This device
device-version = hocvu { $version }
device-folder = Data is kept in: { $folder }
device-address = Phones nearby open: { $address }
device-only-here = It opens on this computer only.
device-check = Check the records
device-check-good = Checked: everything adds up.
device-check-bad = Something does not add up. Make a backup, then run: hocvu doctor

## Notices for the volunteer

notices-title = Please note
notices-none = All is well.
notice-no-passcode = No passcode is set.
notice-no-backup = There has been no backup for a while.
notice-facts-due = { $count ->
        [one] One fact in the courses is
       *[other] { $count } facts in the courses are
    } due to be checked again.
