CREATE TABLE self (
  -- One row. The incarnation changes when this relay goes on from a backup: what senders were told
  -- since is then asked anew. newest: the number given last to a segment or an erasure.
  cell INTEGER PRIMARY KEY CHECK (cell = 0),
  incarnation BLOB NOT NULL CHECK (length(incarnation) = 8),
  newest INTEGER NOT NULL
) STRICT;

CREATE TABLE segment (
  -- Stretches of chains as batches, each attached to the link before it. All validly signed branches
  -- of a chain are kept; no event of a branch lies in two segments. passed: whether the upstream has
  -- given a receipt for it.
  cell INTEGER NOT NULL,
  segment_no INTEGER NOT NULL,
  replica BLOB NOT NULL CHECK (length(replica) = 16),
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  link_before BLOB NOT NULL CHECK (length(link_before) = 32),
  link_last BLOB NOT NULL CHECK (length(link_last) = 32),
  sender_no INTEGER NOT NULL,
  events INTEGER NOT NULL,
  passed INTEGER NOT NULL DEFAULT 0 CHECK (passed IN (0, 1)),
  batch BLOB NOT NULL,
  PRIMARY KEY (cell, segment_no)
) STRICT;

CREATE INDEX segment_of_replica ON segment (cell, replica, last);

CREATE INDEX segment_waiting ON segment (cell, segment_no) WHERE passed = 0;

CREATE TABLE segment_learner (
  -- Which segments have events about a learner.
  cell INTEGER NOT NULL,
  learner BLOB NOT NULL CHECK (length(learner) = 16),
  segment_no INTEGER NOT NULL,
  PRIMARY KEY (cell, learner, segment_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE holder (
  -- Which replicas hold which learners, by the signature of her card.
  cell INTEGER NOT NULL,
  replica BLOB NOT NULL CHECK (length(replica) = 16),
  learner BLOB NOT NULL CHECK (length(learner) = 16),
  PRIMARY KEY (cell, replica, learner)
) STRICT, WITHOUT ROWID;

CREATE TABLE erased (
  -- Learners erased everywhere, for good: the id and the signed word, nothing else.
  cell INTEGER NOT NULL,
  learner BLOB NOT NULL CHECK (length(learner) = 16),
  erasure_no INTEGER NOT NULL,
  word BLOB NOT NULL,
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
  cell INTEGER NOT NULL,
  sender_no INTEGER NOT NULL,
  public_key BLOB NOT NULL CHECK (length(public_key) = 32),
  is_relay INTEGER NOT NULL CHECK (is_relay IN (0, 1)),
  admitted_s INTEGER NOT NULL,
  seen_s INTEGER NOT NULL,
  day INTEGER NOT NULL DEFAULT 0,
  events INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (cell, sender_no),
  UNIQUE (cell, public_key)
) STRICT;

CREATE TABLE token (
  -- What admits a sender; part of the join code.
  cell INTEGER NOT NULL,
  token BLOB NOT NULL,
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
  PRIMARY KEY (cell, replica, link)
) STRICT, WITHOUT ROWID;

CREATE TABLE brought (
  -- Which relays brought events about which learners, whether new or not: their volunteers may erase
  -- her.
  cell INTEGER NOT NULL,
  learner BLOB NOT NULL CHECK (length(learner) = 16),
  sender_no INTEGER NOT NULL,
  PRIMARY KEY (cell, learner, sender_no)
) STRICT, WITHOUT ROWID;

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
  -- The relay that this one passes everything on to, if it is a hub.
  cell INTEGER PRIMARY KEY CHECK (cell = 0),
  join_code TEXT NOT NULL,
  incarnation BLOB CHECK (length(incarnation) = 8),
  cursor INTEGER NOT NULL DEFAULT 0,
  erasures_told INTEGER NOT NULL DEFAULT 0,
  bundle_bytes_max INTEGER NOT NULL,
  asked INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  tried_s INTEGER,
  reached_s INTEGER,
  wait_s INTEGER NOT NULL DEFAULT 0,
  trouble TEXT
) STRICT;
