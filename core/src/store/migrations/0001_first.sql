CREATE TABLE installation (
  -- One row: tells this data folder from a copy of it. The marker file outside of the folder holds
  -- the same marker and count; where they differ, the folder was copied or restored and a new
  -- replica begins.
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  marker BLOB NOT NULL CHECK (length(marker) = 16),
  opened INTEGER NOT NULL,
  chain_no INTEGER NOT NULL REFERENCES chain (chain_no),
  lamport_seen INTEGER NOT NULL
) STRICT;

CREATE TABLE chain (
  -- The replicas whose own chains lie here: the one that this installation appends to and those
  -- that this folder appended to before it was copied, whose keys still sign what lies here. Times of its events count from began_s.
  chain_no INTEGER PRIMARY KEY CHECK (chain_no BETWEEN 0 AND 1048575),
  public_key BLOB NOT NULL UNIQUE CHECK (length(public_key) = 32),
  secret_key BLOB CHECK (length(secret_key) = 32),
  began_s INTEGER NOT NULL
) STRICT;

CREATE TABLE head (
  -- The newest signed head of each chain: nobody can shorten or alter the chain below it unseen.
  chain_no INTEGER PRIMARY KEY REFERENCES chain (chain_no),
  seq INTEGER NOT NULL,
  link BLOB NOT NULL CHECK (length(link) = 32),
  signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;

CREATE TABLE event (
  -- The journal: one row an event, never changed. slot = chain_no << 40 | seq; the lamport counter
  -- is seq + lamport_ahead, the device time chain.began_s + after_s; link is the one before this
  -- event; body is shorter than the event's own (docs/formats.md, section 3), with numbers of word
  -- in the place of ids. learner_no 0: about no learner.
  slot INTEGER PRIMARY KEY,
  learner_no INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  kind_version INTEGER NOT NULL,
  lamport_ahead INTEGER NOT NULL CHECK (lamport_ahead >= 0),
  after_s INTEGER NOT NULL,
  link BLOB NOT NULL CHECK (length(link) = 32),
  body BLOB NOT NULL
) STRICT;

CREATE TABLE gap (
  -- Slots of the journal without their event: erased (hash kept, the chain still verifies) or lost
  -- by damage (hash unknown).
  slot INTEGER PRIMARY KEY,
  link BLOB NOT NULL CHECK (length(link) = 32),
  hash BLOB CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE word (
  -- Ids of courses, lessons, quizzes, questions and competences that event bodies name, so that each
  -- is stored once. Its index is a second copy of it, from which salvage can read.
  word_no INTEGER PRIMARY KEY,
  word TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE salt (
  -- Keys the hash of a learner's events in a chain; without it the hash reveals nothing.
  chain_no INTEGER NOT NULL REFERENCES chain (chain_no),
  learner_no INTEGER NOT NULL,
  salt BLOB NOT NULL CHECK (length(salt) = 32),
  PRIMARY KEY (chain_no, learner_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE copied_event (
  -- Single events of learners here that other replicas made, vouched for by a relay. Never sent up.
  learner_no INTEGER NOT NULL REFERENCES learner (learner_no) ON DELETE CASCADE,
  replica BLOB NOT NULL CHECK (length(replica) = 16),
  seq INTEGER NOT NULL,
  link BLOB NOT NULL CHECK (length(link) = 32),
  lamport INTEGER NOT NULL,
  time_s INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  kind_version INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (learner_no, replica, seq, link)
) STRICT, WITHOUT ROWID;

-- Copies whose counters may lie above all that is adopted: nearly always none.
CREATE INDEX copied_far_ahead ON copied_event (learner_no, lamport) WHERE lamport > 4294967296;

CREATE TABLE learner (
  -- Learners that this device holds. Numbers are never given twice, so that nothing of an erased
  -- learner can be taken for another's.
  learner_no INTEGER PRIMARY KEY AUTOINCREMENT CHECK (learner_no > 0),
  learner_id BLOB NOT NULL UNIQUE CHECK (length(learner_id) = 16),
  card_seed BLOB NOT NULL CHECK (length(card_seed) = 32),
  origin BLOB NOT NULL CHECK (length(origin) = 16)
) STRICT;

CREATE TABLE person (
  -- Who a learner is to the people around her; the only place. Sealed columns are unreadable
  -- without the key in the platform's key store, and nothing else depends on that key.
  learner_no INTEGER PRIMARY KEY REFERENCES learner (learner_no) ON DELETE CASCADE,
  pictogram INTEGER NOT NULL,
  sealed_name BLOB NOT NULL,
  sealed_address BLOB NOT NULL,
  sealed_guardian BLOB
) STRICT;

CREATE TABLE code (
  -- PINs of learners and, as owner 0, the volunteer's passcode: Argon2id, and wrong tries lately.
  owner_no INTEGER PRIMARY KEY,
  salt BLOB NOT NULL,
  hash BLOB NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  wrong_at_s INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE setting (
  -- Choices made on this device; nothing here is anybody's record.
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE bookmark (
  -- The screen that a learner last saw of a lesson; a convenience, not her record.
  learner_no INTEGER NOT NULL REFERENCES learner (learner_no) ON DELETE CASCADE,
  course_id TEXT NOT NULL,
  lesson_id TEXT NOT NULL,
  screen INTEGER NOT NULL,
  turn INTEGER NOT NULL,
  PRIMARY KEY (learner_no, course_id, lesson_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE check_try (
  -- What a learner last answered to a check in this visit of its lesson: sending it again changes
  -- nothing, and only the first answer counts. Cleared when a lesson of the course is finished.
  learner_no INTEGER NOT NULL REFERENCES learner (learner_no) ON DELETE CASCADE,
  course_id TEXT NOT NULL,
  question_id TEXT NOT NULL,
  tries INTEGER NOT NULL,
  response BLOB NOT NULL,
  PRIMARY KEY (learner_no, course_id, question_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE guest_attempt (
  -- Self-assessments of people without a profile, until one is attached to a learner or discarded:
  -- nobody consented, so nothing of it is in the journal.
  guest_id BLOB PRIMARY KEY CHECK (length(guest_id) = 16),
  started_s INTEGER NOT NULL,
  state BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE learner_state (
  -- Projection: what a learner's journal says of herself.
  learner_no INTEGER PRIMARY KEY REFERENCES learner (learner_no) ON DELETE CASCADE,
  grp INTEGER NOT NULL,
  consents INTEGER NOT NULL
) STRICT;

CREATE TABLE lesson_state (
  -- Projection: how far a learner is with a lesson. state 1: begun, 2: finished.
  learner_no INTEGER NOT NULL REFERENCES learner (learner_no) ON DELETE CASCADE,
  course_id TEXT NOT NULL,
  lesson_id TEXT NOT NULL,
  state INTEGER NOT NULL CHECK (state IN (1, 2)),
  PRIMARY KEY (learner_no, course_id, lesson_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mastery (
  -- Projection: a learner's last answers on a competence, as percent each, oldest first.
  learner_no INTEGER NOT NULL REFERENCES learner (learner_no) ON DELETE CASCADE,
  competence TEXT NOT NULL,
  answered INTEGER NOT NULL,
  recent BLOB NOT NULL CHECK (length(recent) <= 8),
  PRIMARY KEY (learner_no, competence)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt (
  -- Projection: a learner's attempts. state (docs/formats.md, section 3) holds the drawn questions
  -- and, until it is finished, the answers; afterwards the points by competence.
  learner_no INTEGER NOT NULL REFERENCES learner (learner_no) ON DELETE CASCADE,
  replica BLOB NOT NULL CHECK (length(replica) = 16),
  seq INTEGER NOT NULL,
  finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
  state BLOB NOT NULL,
  PRIMARY KEY (learner_no, replica, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE erased (
  -- Learners erased everywhere; their cards are not taken in again. proof: the signed word of the
  -- replica or relay that erased her, which is handed on to relays.
  learner_id BLOB PRIMARY KEY CHECK (length(learner_id) = 16),
  proof BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE place (
  -- Projection: the commune that this device serves.
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  commune TEXT NOT NULL
) STRICT;

CREATE TABLE course (
  -- Installed editions of courses. One edition of a course is current; an older one stays while an
  -- unfinished attempt was drawn from it. root_id is NULL for what is embedded in the program. used_s:
  -- when somebody last saw a picture or heard a sound of it, to the day.
  course_no INTEGER PRIMARY KEY,
  course_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  version INTEGER NOT NULL,
  current INTEGER NOT NULL CHECK (current IN (0, 1)),
  language TEXT NOT NULL,
  order_no INTEGER NOT NULL,
  title TEXT NOT NULL,
  publisher TEXT NOT NULL,
  publisher_name TEXT NOT NULL,
  root_id BLOB CHECK (length(root_id) = 32),
  bytes INTEGER NOT NULL,
  manifest BLOB NOT NULL,
  installed_s INTEGER NOT NULL,
  used_s INTEGER NOT NULL,
  UNIQUE (course_id, generation, version)
) STRICT;

CREATE UNIQUE INDEX course_current ON course (course_id) WHERE current = 1;

CREATE TABLE course_text (
  -- A course's name and facts in a language: CBOR of CourseInfo and of a list of Fact, each only
  -- where it exists in that language.
  course_no INTEGER NOT NULL REFERENCES course (course_no) ON DELETE CASCADE,
  lang TEXT NOT NULL,
  info BLOB,
  facts BLOB,
  PRIMARY KEY (course_no, lang)
) STRICT, WITHOUT ROWID;

CREATE TABLE lesson (
  -- Lessons ready to be shown: body is CBOR of Lesson. Opening a lesson reads this one row.
  lesson_no INTEGER PRIMARY KEY,
  course_no INTEGER NOT NULL REFERENCES course (course_no) ON DELETE CASCADE,
  lang TEXT NOT NULL,
  lesson_id TEXT NOT NULL,
  place INTEGER NOT NULL,
  title TEXT NOT NULL,
  minutes INTEGER NOT NULL,
  screens INTEGER NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (course_no, lang, lesson_id)
) STRICT;

CREATE TABLE lesson_text (
  -- What a lesson says, a line a block, facts in their own words: what search shows some words of
  -- is cut from it, without taking lessons apart.
  lesson_no INTEGER PRIMARY KEY REFERENCES lesson (lesson_no) ON DELETE CASCADE,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE quiz (
  -- Quizzes of an edition: body is CBOR of Quiz, as it lies in the pack. purpose 0: check, 1:
  -- practice, 2: assessment.
  quiz_no INTEGER PRIMARY KEY,
  course_no INTEGER NOT NULL REFERENCES course (course_no) ON DELETE CASCADE,
  lang TEXT NOT NULL,
  quiz_id TEXT NOT NULL,
  purpose INTEGER NOT NULL CHECK (purpose IN (0, 1, 2)),
  title TEXT NOT NULL,
  shuffle INTEGER NOT NULL CHECK (shuffle IN (0, 1)),
  body BLOB NOT NULL,
  UNIQUE (course_no, lang, quiz_id)
) STRICT;

CREATE TABLE question (
  -- Questions ready to be asked: CBOR of Question is as many bytes of the quiz's body from start on.
  -- A row is short, so that questions are listed, and ten thousand of them installed, quickly.
  quiz_no INTEGER NOT NULL REFERENCES quiz (quiz_no) ON DELETE CASCADE,
  question_id TEXT NOT NULL,
  place INTEGER NOT NULL,
  version INTEGER NOT NULL,
  competence TEXT NOT NULL,
  difficulty INTEGER NOT NULL,
  start INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (quiz_no, question_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE media (
  -- Pictures and sounds of an edition. A picture's bytes are body; a sound, which is larger, is the
  -- file of blobs/ that is named by its BLAKE3, and has no body. state 0: it is here; 1: it is on its
  -- way; 2: it was left out, or made room for others.
  course_no INTEGER NOT NULL REFERENCES course (course_no) ON DELETE CASCADE,
  file TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  bytes INTEGER NOT NULL,
  state INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)),
  body BLOB,
  PRIMARY KEY (course_no, file)
) STRICT, WITHOUT ROWID;

CREATE TABLE fetch (
  -- Courses that are on their way here: the manifest that is wanted, the edition that the update is
  -- made from, by their hashes. tag names the mirror's very bytes, head is their beginning up to the
  -- first piece, place where the next wanted piece begins.
  course_id TEXT PRIMARY KEY,
  to_hash BLOB NOT NULL CHECK (length(to_hash) = 32),
  from_hash BLOB CHECK (length(from_hash) = 32),
  with_media INTEGER NOT NULL CHECK (with_media IN (0, 1)),
  tag TEXT,
  head BLOB,
  place INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE fetched_file (
  -- Files of courses that are on their way here, each found to be what the publisher signed.
  course_id TEXT NOT NULL REFERENCES fetch (course_id) ON DELETE CASCADE,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  body BLOB NOT NULL,
  UNIQUE (course_id, hash)
) STRICT;

CREATE TABLE removed_course (
  -- Courses that the volunteer removed: the program does not install its own packs of them again.
  course_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE trust_root (
  -- Roots that this device trusts, each with every version since the first that it has seen, as
  -- signed. root_id is the hash of the first version.
  root_id BLOB NOT NULL CHECK (length(root_id) = 32),
  version INTEGER NOT NULL,
  signed BLOB NOT NULL,
  PRIMARY KEY (root_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE catalogue (
  -- The newest catalogue of each publisher, as signed: what could be installed.
  root_id BLOB NOT NULL CHECK (length(root_id) = 32),
  publisher TEXT NOT NULL,
  generation INTEGER NOT NULL,
  version INTEGER NOT NULL,
  signed BLOB NOT NULL,
  PRIMARY KEY (root_id, publisher)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5 (
  -- Words of the current editions' lessons (rowid is lesson_no): normalised, and without diacritics.
  -- Half of all words begin with the same few pairs of letters: those have an index of their own.
  exact_title,
  exact,
  folded_title,
  folded,
  content = '',
  contentless_delete = 1,
  prefix = '2',
  tokenize = "unicode61 remove_diacritics 0"
);

CREATE TABLE relay (
  -- Relays that this device has joined, and where it stands with each. A relay is its keys, not its
  -- address. trouble: what was in the way last time (0: nothing). bundle_bytes_...: how large the
  -- next bundle may be, the largest that passed and the smallest that was cut off since the link
  -- broke; reply_bytes_max: what a reply may have since one was cut off. files: how many bundles left
  -- as files. answered: which request was answered last, 2 × files of then, + 1 where it was no file.
  -- holdings: stands for the held editions that it was told of last; empty: none.
  relay_no INTEGER PRIMARY KEY,
  sign_key BLOB NOT NULL UNIQUE CHECK (length(sign_key) = 32),
  seal_key BLOB NOT NULL CHECK (length(seal_key) = 32),
  counting_key BLOB NOT NULL CHECK (length(counting_key) = 32),
  name TEXT NOT NULL,
  addresses TEXT NOT NULL,
  token BLOB,
  incarnation BLOB CHECK (length(incarnation) = 8),
  cursor INTEGER NOT NULL DEFAULT 0,
  bundle_bytes_max INTEGER NOT NULL,
  bundle_bytes_passed INTEGER,
  bundle_bytes_cut INTEGER,
  reply_bytes_max INTEGER,
  plain INTEGER NOT NULL DEFAULT 0 CHECK (plain IN (0, 1)),
  failures INTEGER NOT NULL DEFAULT 0,
  trouble INTEGER NOT NULL DEFAULT 0,
  tried_s INTEGER,
  reached_s INTEGER,
  wait_s INTEGER NOT NULL DEFAULT 0,
  clock_ahead_s INTEGER,
  files INTEGER NOT NULL DEFAULT 0,
  answered INTEGER NOT NULL DEFAULT 0,
  holdings BLOB NOT NULL DEFAULT x''
) STRICT;

CREATE TABLE mirror (
  -- Relays, by their signing key, that said which courses they give: the tag of what they said, and
  -- when.
  mirror BLOB PRIMARY KEY CHECK (length(mirror) = 32),
  tag TEXT,
  listed_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mirror_update (
  -- Updates that a mirror says it gives, and what each costs; from_hash NULL: made from nothing.
  mirror BLOB NOT NULL REFERENCES mirror (mirror) ON DELETE CASCADE,
  to_hash BLOB NOT NULL CHECK (length(to_hash) = 32),
  from_hash BLOB CHECK (length(from_hash) = 32),
  text_bytes INTEGER NOT NULL,
  media_bytes INTEGER NOT NULL
) STRICT;

CREATE INDEX mirror_update_to ON mirror_update (to_hash);

CREATE INDEX mirror_update_of ON mirror_update (mirror);

CREATE TABLE receipt (
  -- What each relay said last of each chain here: all of it up to seq, where the link is this, but
  -- for the numbers in lacking (as in the receipt), of which it has hashes alone.
  relay_no INTEGER NOT NULL REFERENCES relay (relay_no) ON DELETE CASCADE,
  chain_no INTEGER NOT NULL REFERENCES chain (chain_no),
  seq INTEGER NOT NULL,
  link BLOB NOT NULL CHECK (length(link) = 32),
  at_s INTEGER NOT NULL,
  lacking BLOB NOT NULL,
  PRIMARY KEY (relay_no, chain_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE counted (
  -- What each counting server said last of each chain here, whoever brought its receipt.
  counting_key BLOB NOT NULL CHECK (length(counting_key) = 32),
  chain_no INTEGER NOT NULL REFERENCES chain (chain_no),
  seq INTEGER NOT NULL,
  link BLOB NOT NULL CHECK (length(link) = 32),
  at_s INTEGER NOT NULL,
  lacking BLOB NOT NULL,
  PRIMARY KEY (counting_key, chain_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE erasure_told (
  -- Which relay knows of which erasure.
  relay_no INTEGER NOT NULL REFERENCES relay (relay_no) ON DELETE CASCADE,
  learner_id BLOB NOT NULL REFERENCES erased (learner_id),
  PRIMARY KEY (relay_no, learner_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE courier_request (
  -- Requests that left as files: what opens their replies, and what they carried.
  request_id BLOB PRIMARY KEY CHECK (length(request_id) = 16),
  relay_no INTEGER NOT NULL REFERENCES relay (relay_no) ON DELETE CASCADE,
  enc BLOB NOT NULL CHECK (length(enc) = 32),
  secret BLOB NOT NULL CHECK (length(secret) = 32),
  file_no INTEGER NOT NULL,
  carried BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE traffic (
  -- Bytes moved by sync in a month (year * 12 + month, by this device's clock).
  month INTEGER PRIMARY KEY,
  bytes INTEGER NOT NULL
) STRICT;
