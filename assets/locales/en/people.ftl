# People on a shared device: choose, add, PIN, change, export, erase.

## Forms of address, as they are said inside a sentence

address-ba = you
address-ong = you
address-co = you
address-chu = you
address-anh = you
address-chi = you
address-em = you
address-ban = you

## Forms of address, to choose from

address-question = What shall we call this person?
address-note = Vietnamese pages will use this form of address.
address-choice-ba = bà (a woman of grandparents' age)
address-choice-ong = ông (a man of grandparents' age)
address-choice-co = cô (a woman of parents' age)
address-choice-chu = chú (a man of parents' age)
address-choice-anh = anh (a young man)
address-choice-chi = chị (a young woman)
address-choice-em = em (a child or teenager)
address-choice-ban = bạn (a friend, of any age)

## Who learns today?

people-title = Who is learning today?
people-hint = Press your own picture and name.
people-name = { $name }
people-name-inside = { $name }
people-card = { $name }, picture: { $picture }
people-new = Someone new
people-guest = Look around without a name
people-guest-note = Nothing is recorded while you look around.
people-nobody = Nobody is on this device yet. Press “Someone new” to begin.
people-enrolled-here = These people have learned with this phone. If your name is missing, ask the volunteer to open the list.
people-list-open = The volunteer has opened the full list.
people-find = Find by name
people-find-none = Nobody is called “{ $name }”. It works without diacritics too.
people-letter = Names beginning with { $letter }
people-hello = Hello { $name }. Let us go on.
people-hello-first = Hello { $name }. Let us begin.
people-nameless = Learner without a name

## Whose turn it is

turn-label = Learning now
turn-guest = Looking around
turn-change = Change person
turn-changed = { $name }'s work is kept. Who is next?
idle-title = Is it still { $name }?
idle-note = Your work is just as you left it.
idle-yes = Yes, go on
idle-no = No, someone else

## Add a learner

add-title = Add a learner
add-jump-name = Name
add-jump-address = Form of address
add-jump-picture = Picture
add-jump-group = Every day
add-jump-guardian = Parent or guardian
add-jump-consent = Agreement
add-name = Everyday name
add-name-note = For example Lan, Tư, Mai. The full name is not needed.
add-name-missing = Please give a name, so that we know each other next time.
add-name-long = The name is too long: { NUMBER($max) } letters at most.
add-name-taken = There is already a { $name } on this device. Add a word to tell them apart, such as “{ $name } the teacher”.
add-address-missing = Please choose a form of address.
add-picture = Choose a picture to remember
add-picture-missing = Please choose a picture.
add-group = What do you do every day?
add-group-note = So that fitting lessons come first. Choose the nearest one.
add-group-missing = Please choose the nearest one.
add-child = Is the learner a child?
add-done = All done. Welcome, { $name }!
add-submit = Done, start learning

## The four groups of the movement

group-public = Working for the state
group-public-note = officials, civil servants, staff of offices, public schools and clinics
group-student = At school or university
group-student-note = pupils from primary school on, students
group-adult = Citizen
group-adult-note = farming, trading, at home, retired, working for oneself…
group-worker = Working for a company or cooperative
group-worker-note = workers, employees, members of a cooperative

## Pictures to know each other by

pictogram-buffalo = buffalo
pictogram-lotus = lotus
pictogram-boat = boat
pictogram-bamboo = bamboo
pictogram-kite = kite
pictogram-hat = conical hat
pictogram-rice = ear of rice
pictogram-drum = drum
pictogram-fish = fish
pictogram-well = well
pictogram-bird = heron
pictogram-house = house
pictogram-lantern = lantern
pictogram-teapot = teapot
pictogram-coconut = coconut palm
pictogram-bridge = bridge

## Guardian

guardian-title = Parent or guardian
guardian-why = For a child, a parent or guardian has to agree too. From 7 years on the child agrees as well.
guardian-name = Name of the parent or guardian
guardian-agree = I am the child's parent or guardian and agree to what is chosen.
guardian-missing = Please ask a parent or guardian to give a name and agree.
guardian-child-agree = I, the child, agree too.
guardian-child-missing = The child has to agree as well. If not yet, just look around first.

## Consent

consent-title = We ask before we record
consent-intro = Tick what you agree to. It is fine not to.
consent-without-title = And if I do not?
consent-record = I agree that this device keeps my name, my group and my work.
consent-record-what = So that you can go on where you stopped. The name is locked away and stays on this device.
consent-record-without = Without it you can still look at every lesson; the device just will not remember.
consent-count = I agree that my results are sent, without my name, so that the commune and province can count who has learned.
consent-count-what = Only these are sent: a number instead of the name, lessons finished, answers, group and commune. No name, no photo.
consent-count-without = Without it you can learn everything; the results stay on this device.
consent-who = The volunteer here looks after this device. Ask whatever you like.
consent-withdraw-note = You can change your mind at any time, on the page “About me”.
consent-record-missing = To have a name here, this one is needed. Otherwise choose “Look around”.
consent-given-on = Agreed on { $day }
consent-given = Agreed.
consent-mine = What I agreed to
consent-not-given = Not agreed
consent-withdraw = Withdraw consent
consent-give = Agree
consent-withdrawn = Withdrawn. From now on your results are no longer sent.

## PIN

pin-title = PIN of { $name }
pin-enter = Type your 4 digits
pin-submit = Go in
pin-offer = Set a PIN of 4 digits
pin-offer-note = Optional. With a PIN, others cannot open your work.
pin-new = New PIN, 4 digits
pin-again = Type the new PIN again
pin-set = The PIN is set. Please remember the 4 digits.
pin-change = Change the PIN
pin-remove = Remove the PIN
pin-removed = The PIN is removed.
pin-form = A PIN is exactly 4 digits.
pin-differs = The two differ. Let us type them again.
pin-easy = This is easy to guess. Choose other digits, not 1234 or a year of birth.
pin-wrong = Not right yet. Let us try again.
pin-wait = { $seconds ->
        [one] Wait one second and try again.
       *[other] Wait { $seconds } seconds and try again.
    } Your work is all there.
pin-forgot = Forgot the PIN?
pin-forgot-note = The volunteer can reset it. Nothing is lost.

## About me

me-title = About { $name }
me-edit = Change name, picture or form of address
me-saved = Saved. Hello, { $name }!
me-name-again-title = Please tell us the name again
me-name-again = This device can no longer open the locked name. All work is here; only the name is needed once more.
me-record-here = This device keeps { $count ->
        [one] one answer
       *[other] { $count } answers
    } of yours.
me-record-none = There is no work of yours yet.

## Export

export-title = Get a copy of my information
export-note = One file with all that this device keeps about you: name, group, consents, every answer.
export-private = Whoever has the file can read it. Please keep it safe.
export-action = Download the copy

## Erase

erase-title = Erase what is kept about { $name }
erase-link = Erase name and work
erase-what = Afterwards this device no longer has:
erase-what-person = name, picture, form of address, PIN
erase-what-answers = { $count ->
        [one] one answer
       *[other] { $count } answers
    } and all results
erase-what-unfinished = whatever is unfinished
erase-what-unsent = { $count ->
        [one] One answer was
       *[other] { $count } answers were
    } never sent anywhere and exist only here.
erase-where = Erase where?
erase-where-missing = Please choose where to erase.
erase-here = Only on this device
erase-here-what = This device forgets the name and the work. Whoever has received the work before still keeps it.
erase-everywhere = Everywhere
erase-everywhere-what = This device erases at once. Whoever has received the work is told to erase it too, at the next exchange.
erase-volunteer-first = If a copy is wanted, get it first on the page “About me”, then erase.
erase-stays = A nameless mark stays, so that the records of this device still add up. Nobody can find you by it.
erase-export-first = Get a copy first
erase-proof = Your PIN, or the volunteer's passcode
erase-proof-volunteer = The volunteer's passcode
erase-confirm = I understand that this cannot be undone
erase-confirm-missing = Please tick “I understand” first.
erase-action = Erase
erase-done = Erased. Thank you for learning with us; come back any time.
remove-done = Erased from this device. Thank you for learning with us; come back any time.
erase-added-elsewhere = This learner was added on another device. To be erased everywhere, do it there, or ask the volunteer to type the passcode here.
erase-elsewhere-first = This learner was added on another device. To erase everywhere, do it on that device.
