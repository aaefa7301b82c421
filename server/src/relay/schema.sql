CREATE TABLE self (
  -- One row. The incarnation changes when this relay goes on from a backup, which the marker file
  -- outside of the folder tells: it holds the same incarnation and count of openings. What senders
  -- were told since is then asked anew. newest: the number given last to a segment or an erasure.
  -- upstream_bytes_max: the most bytes of a month to and from the upstream, if the volunteer set it.
  cell INTEGER PRIMARY KEY CHECK (cell = 0),
  incarnation BLOB NOT NULL CHECK (length(incarnation) = 8),
  opened INTEGER NOT NULL,
  newest INTEGER NOT NULL,
  upstream_bytes_max INTEGER CHECK (upstream_bytes_max >= 0)
) STRICT;

CREATE TABLE opening (
  -- Each time that this relay was opened: a mark, an incarnation for whoever begins anew since, and
  -- the number given last before. A cursor has the mark of the opening that gave it, so one from a
  -- course of things that an older state of this folder has undone is told from one that goes on. Of
  -- very many openings the oldest are forgotten, and their cursors begin anew.
  cell INTEGER NOT NULL,
  opening_no INTEGER NOT NULL,
  mark INTEGER NOT NULL,
  incarnation BLOB NOT NULL CHECK (length(incarnation) = 8),
  newest_before INTEGER NOT NULL,
  PRIMARY KEY (cell, opening_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE segment (
  -- Stretches of chains as batches, each attached to the link before it. All validly signed branches
  -- of a chain are kept; no event of a branch lies in two segments. passed: 1 once the upstream has
  -- given a receipt for it; 2 while a round goes on in which it got it and gave none. taken_s: when
  -- its sender was here, by this computer's clock. Small ones that follow each other become one, under
  -- the number of the last: parts has their numbers and lengths then, which cursors point at, and
  -- from_no the first of them. lacking: its numbers that are hashes alone, as in a receipt; NULL:
  -- none. damaged: 1 does not read back; 2 follows one that does not. Neither is
  -- in any receipt, so that whoever still has it sends it again.
  cell INTEGER NOT NULL,
  segment_no INTEGER NOT NULL,
  replica BLOB NOT NULL CHECK (length(replica) = 16),
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  link_before BLOB NOT NULL CHECK (length(link_before) = 32),
  link_last BLOB NOT NULL CHECK (length(link_last) = 32),
  sender_no INTEGER NOT NULL,
  taken_s INTEGER NOT NULL,
  events INTEGER NOT NULL,
  passed INTEGER NOT NULL DEFAULT 0 CHECK (passed IN (0, 1, 2)),
  damaged INTEGER NOT NULL DEFAULT 0 CHECK (damaged IN (0, 1, 2)),
  from_no INTEGER NOT NULL,
  parts BLOB,
  lacking BLOB,
  batch BLOB NOT NULL,
  PRIMARY KEY (cell, segment_no)
) STRICT;

CREATE INDEX segment_of_replica ON segment (cell, replica, last);

CREATE INDEX segment_from ON segment (cell, replica, first);

CREATE INDEX segment_waiting ON segment (cell, segment_no) WHERE passed = 0;

CREATE INDEX segment_aside ON segment (cell, segment_no) WHERE passed = 2;

CREATE INDEX segment_lacking ON segment (cell, replica, first) WHERE lacking IS NOT NULL;

CREATE INDEX segment_damaged ON segment (cell, replica) WHERE damaged != 0;

CREATE TABLE extract (
  -- Stretches of chains that the upstream told of learners whom devices behind this hub hold, without
  -- what lies here anyway: an event lies in a segment or in an extract, never in both. Never passed
  -- on, never in a receipt. extract_no: from the numbers of segments.
  cell INTEGER NOT NULL,
  extract_no INTEGER NOT NULL,
  replica BLOB NOT NULL CHECK (length(replica) = 16),
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  link_before BLOB NOT NULL CHECK (length(link_before) = 32),
  events INTEGER NOT NULL,
  batch BLOB NOT NULL,
  PRIMARY KEY (cell, extract_no)
) STRICT;

CREATE INDEX extract_of_replica ON extract (cell, replica, last);

CREATE TABLE segment_learner (
  -- Which segments and extracts have events about a learner.
  cell INTEGER NOT NULL,
  learner BLOB NOT NULL CHECK (length(learner) = 16),
  segment_no INTEGER NOT NULL,
  PRIMARY KEY (cell, learner, segment_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE holder (
  -- Which replicas hold which learners, by the signature of her card. seq: the number of the event
  -- that says so; again: the highest of those after it. A device that took her in again has of what
  -- lies before only hashes itself.
  cell INTEGER NOT NULL,
  replica BLOB NOT NULL CHECK (length(replica) = 16),
  learner BLOB NOT NULL CHECK (length(learner) = 16),
  seq INTEGER NOT NULL,
  again INTEGER,
  PRIMARY KEY (cell, replica, learner)
) STRICT, WITHOUT ROWID;

CREATE INDEX holder_of_learner ON holder (cell, learner);

CREATE TABLE owed (
  -- Segments and extracts that lay here when a hub brought word that a device holds a learner who is
  -- in them: it is told of them as if they had arrived under this number.
  cell INTEGER NOT NULL,
  sender_no INTEGER NOT NULL,
  segment_no INTEGER NOT NULL,
  owed_no INTEGER NOT NULL,
  PRIMARY KEY (cell, sender_no, segment_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX owed_from ON owed (cell, sender_no, owed_no);

CREATE INDEX owed_segment ON owed (cell, segment_no);

CREATE TABLE erased (
  -- Learners erased everywhere, for good: the id and the signed word. shown: the same word with the
  -- holder who gives this relay the right to it, for its upstream alone, which may have lost her.
  cell INTEGER NOT NULL,
  learner BLOB NOT NULL CHECK (length(learner) = 16),
  erasure_no INTEGER NOT NULL,
  word BLOB NOT NULL,
  shown BLOB,
  PRIMARY KEY (cell, learner)
) STRICT, WITHOUT ROWID;

CREATE TABLE told_of_erasure (
  -- Who sent or fetched events of an erased learner, and so has to be told.
  cell INTEGER NOT NULL,
  replica BLOB NOT NULL CHECK (length(replica) = 16),
  learner BLOB NOT NULL CHECK (length(learner) = 16),
  PRIMARY KEY (cell, replica, learner)
) STRICT, WITHOUT ROWID;

CREATE TABLE sender (
  -- Who may send: a replica or a relay, by its public key. day, events and bytes: what it sent today.
  -- events_new: what it brought that was new here, ever. shut_out_s: since when the volunteer takes
  -- nothing from this relay, whatever code it shows; NULL: it may send.
  cell INTEGER NOT NULL,
  sender_no INTEGER NOT NULL,
  public_key BLOB NOT NULL CHECK (length(public_key) = 32),
  is_relay INTEGER NOT NULL CHECK (is_relay IN (0, 1)),
  admitted_s INTEGER NOT NULL,
  seen_s INTEGER NOT NULL,
  day INTEGER NOT NULL DEFAULT 0,
  events INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  events_new INTEGER NOT NULL DEFAULT 0,
  shut_out_s INTEGER,
  PRIMARY KEY (cell, sender_no),
  UNIQUE (cell, public_key),
  CHECK (is_relay = 1 OR shut_out_s IS NULL)
) STRICT;

CREATE TABLE holding (
  -- Which editions of publishers' courses are held, as each sender told last: by itself, or by so many
  -- devices behind it where it is a relay.
  cell INTEGER NOT NULL,
  sender_no INTEGER NOT NULL,
  course TEXT NOT NULL,
  generation INTEGER NOT NULL,
  version INTEGER NOT NULL,
  devices INTEGER NOT NULL CHECK (devices >= 1),
  PRIMARY KEY (cell, sender_no, course, generation, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
  -- What admits a sender; part of a join code. admits: 0 devices, 1 relays, never both. One for each;
  -- a code that was replaced leaves nothing behind.
  cell INTEGER NOT NULL,
  token BLOB NOT NULL,
  admits INTEGER NOT NULL CHECK (admits IN (0, 1)),
  made_s INTEGER NOT NULL,
  PRIMARY KEY (cell, token)
) STRICT, WITHOUT ROWID;

CREATE TABLE counted (
  -- The counting server's newest receipt for each chain, passed down unaltered.
  cell INTEGER NOT NULL,
  replica BLOB NOT NULL CHECK (length(replica) = 16),
  by BLOB NOT NULL CHECK (length(by) = 32),
  seq INTEGER NOT NULL,
  link BLOB NOT NULL CHECK (length(link) = 32),
  at_s INTEGER NOT NULL,
  request BLOB NOT NULL CHECK (length(request) = 16),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  lacking BLOB NOT NULL,
  PRIMARY KEY (cell, replica, link)
) STRICT, WITHOUT ROWID;

CREATE TABLE succession (
  -- Words of relays that were the counting server once, before they had an upstream: another one is.
  -- Whoever joined then, here or further down, goes by them.
  cell INTEGER NOT NULL,
  by BLOB NOT NULL CHECK (length(by) = 32),
  counting BLOB NOT NULL CHECK (length(counting) = 32),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  PRIMARY KEY (cell, by)
) STRICT, WITHOUT ROWID;

CREATE TABLE courier_request (
  -- Bundles that left for the upstream as files: what opens their replies, and what they carried.
  cell INTEGER NOT NULL,
  request_id BLOB NOT NULL CHECK (length(request_id) = 16),
  enc BLOB NOT NULL CHECK (length(enc) = 32),
  secret BLOB NOT NULL CHECK (length(secret) = 32),
  file_no INTEGER NOT NULL,
  carried BLOB NOT NULL,
  PRIMARY KEY (cell, request_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE brought (
  -- Which relays brought events about which learners of which chains, whether new or not: one that
  -- brought a device which holds her serves her. Its volunteer may erase her, and it is told of her.
  cell INTEGER NOT NULL,
  learner BLOB NOT NULL CHECK (length(learner) = 16),
  replica BLOB NOT NULL CHECK (length(replica) = 16),
  sender_no INTEGER NOT NULL,
  PRIMARY KEY (cell, learner, replica, sender_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX brought_by ON brought (cell, sender_no);

CREATE TABLE head_asked (
  -- Ends of chains that devices asked about in particular and that are held here: the upstream is
  -- asked about them too, so that the counting server's receipts name links that devices have.
  cell INTEGER NOT NULL,
  replica BLOB NOT NULL CHECK (length(replica) = 16),
  seq INTEGER NOT NULL,
  link BLOB NOT NULL CHECK (length(link) = 32),
  PRIMARY KEY (cell, replica, seq, link)
) STRICT, WITHOUT ROWID;

CREATE TABLE upstream (
  -- The relay that this one passes everything on to, if it is a hub. passed_over: whether it told
  -- events of a replica before it told that this replica holds their learner; they are asked for anew
  -- once it does. bundle_bytes_...: how large the next bundle may be, the largest that passed and the
  -- smallest that was cut off since the link broke; reply_bytes_max: what a reply may have since one
  -- was cut off. files: how many bundles left as files. answered: which request was answered last,
  -- 2 × files of then, + 1 where it was no file. holdings: stands for the held editions that it was
  -- told of last; empty: none.
  cell INTEGER PRIMARY KEY CHECK (cell = 0),
  join_code TEXT NOT NULL,
  incarnation BLOB CHECK (length(incarnation) = 8),
  cursor INTEGER NOT NULL DEFAULT 0,
  erasures_told INTEGER NOT NULL DEFAULT 0,
  passed_over INTEGER NOT NULL DEFAULT 0 CHECK (passed_over IN (0, 1)),
  bundle_bytes_max INTEGER NOT NULL,
  bundle_bytes_passed INTEGER,
  bundle_bytes_cut INTEGER,
  reply_bytes_max INTEGER,
  asked INTEGER NOT NULL DEFAULT 0,
  files INTEGER NOT NULL DEFAULT 0,
  answered INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  tried_s INTEGER,
  reached_s INTEGER,
  wait_s INTEGER NOT NULL DEFAULT 0,
  trouble TEXT,
  holdings BLOB NOT NULL DEFAULT x''
) STRICT;

CREATE TABLE traffic (
  -- Bytes to and from the upstream over the network, by month (year * 12 + month - 1).
  cell INTEGER NOT NULL,
  month INTEGER NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  PRIMARY KEY (cell, month)
) STRICT, WITHOUT ROWID;
