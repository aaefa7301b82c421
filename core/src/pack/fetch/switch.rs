//! What a fetch changes in the course: its files as they come, and the new edition once all texts are
//! here.

use rusqlite::Connection;

use super::{Fetch, FetchTrouble, goal, held, part, rows};
use crate::error::{Error, Result};
use crate::pack::content::{Content, MediumState};
use crate::pack::install::{self, Verified};
use crate::pack::manifest::FileEntry;
use crate::pack::packs::{Offered, held as held_order};
use crate::pack::stage::lock;
use crate::pack::update::FileKind;
use crate::pack::{PackError, blobs, quota};

impl Fetch<'_> {
    /// Does what is due: switches once all texts are here, ends once everything is.
    pub(super) fn settle(&mut self) -> Result<()> {
        let Some(open) = &self.open else { return Ok(()) };
        if !self.view.is_switched {
            let is_text = |entry: &&FileEntry| FileKind::of(&entry.path) == FileKind::Text;
            let mut texts = open.manifest.files.iter().filter(is_text);
            if texts.any(|entry| self.missing.contains(&entry.hash)) {
                return Ok(());
            }
            match self.switch() {
                Ok(()) => {
                    self.core.packs().make_room(Some(&self.course))?;
                    self.look_what_misses()?;
                }
                // Something newer, or the same, was installed by another way meanwhile.
                Err(Error::Pack(PackError::Older { .. } | PackError::SameVersion { .. })) => {
                    return Err(Error::NotFound { what: rows::GIVEN_UP });
                }
                // Every byte is as the publisher signed it: no other mirror has better ones.
                Err(Error::Pack(_)) => {
                    self.core.packs().cancel_fetch(&self.course)?;
                    self.end(FetchTrouble::Unusable);
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        if self.missing.is_empty() { self.finish() } else { Ok(()) }
    }

    fn finish(&mut self) -> Result<()> {
        self.count_bytes()?;
        self.asked = None;
        self.ended = true;
        let course = &self.course;
        self.core.store.write("ending a fetch", |tx| rows::remove(tx, course))?;
        part::forget(self.core.store.folder(), course);
        self.view.is_done = true;
        self.view.trouble = self.has_unusable.then_some(FetchTrouble::Unusable);
        self.view.bytes_done = self.view.bytes;
        self.core.sweep_editions()
    }

    /// Keeps files that came, and with them how far the fetch is.
    pub(super) fn keep(&mut self, files: &[(FileEntry, Vec<u8>)], place: u64) -> Result<()> {
        let core = self.core;
        let data = core.store.folder();
        let is_switched = self.view.is_switched;
        let right: Vec<bool> = files.iter().map(|file| !is_switched || is_right(file)).collect();
        if right.contains(&false) {
            self.has_unusable = true;
        }
        let usable = || files.iter().zip(&right).filter(|(_, right)| **right).map(|(f, _)| f);
        // No sweep may take a sound away before the commit that names it.
        let alone = lock(&core.installing);
        if is_switched {
            let sounds = usable().filter(|(entry, _)| is_sound(entry));
            let mut has_sound = false;
            for (entry, bytes) in sounds {
                blobs::write(data, &entry.hash, bytes)?;
                has_sound = true;
            }
            if has_sound {
                blobs::settle(data)?;
            }
        }
        self.row.place = place;
        let (course, row) = (&self.course, &self.row);
        core.store.write("keeping what was fetched", |tx| {
            rows::save(tx, course, row)?;
            for (entry, bytes) in usable() {
                if is_switched {
                    let body = Some(&bytes[..]).filter(|_| !is_sound(entry));
                    rows::fill_medium(tx, &entry.hash, body)?;
                } else {
                    rows::keep_file(tx, course, &entry.hash, bytes)?;
                }
            }
            let mut wrong = files.iter().zip(&right).filter(|(_, right)| !**right);
            wrong.try_for_each(|((entry, _), _)| rows::leave_out(tx, &entry.hash))
        })?;
        drop(alone);
        for (entry, _) in files {
            self.missing.remove(&entry.hash);
        }
        Ok(())
    }

    /// Makes the new edition current, in one commit.
    fn switch(&mut self) -> Result<()> {
        let core = self.core;
        let Some(open) = &self.open else { return Ok(()) };
        let data = core.store.folder();
        let _alone = lock(&core.installing);
        blobs::make_folder(data)?;
        let mut content = Content::default();
        let mut has_sound = false;
        for entry in &open.manifest.files {
            match core.store.read(|conn| self.file(conn, entry))? {
                Found::Bytes(bytes) => {
                    if let Some(sound) = content.take(entry, bytes)? {
                        blobs::write(data, &entry.hash, &sound)?;
                        has_sound = true;
                    }
                }
                Found::Sound => content.medium(entry, None, MediumState::Here)?,
                Found::Nothing => {
                    let state = match self.row.with_media {
                        true => MediumState::Coming,
                        false => MediumState::LeftOut,
                    };
                    content.medium(entry, None, state)?;
                }
            }
        }
        content.check(&open.manifest)?;
        if has_sound {
            blobs::settle(data)?;
        }
        let pack = Verified {
            manifest: open.manifest.clone(),
            body: open.body.clone(),
            content,
            root_id: Some(self.goal.root_id),
            publisher_name: self.goal.publisher.name.clone(),
        };
        core.store.write("switching a course", |tx| {
            let (course, order) = (&self.course, self.goal.order);
            // Its catalogue may have lost its word meanwhile, or the fetch have been given up.
            rows::save(tx, course, &self.row)?;
            let now = goal(tx, course)?;
            if now.is_none_or(|now| now.manifest != self.goal.manifest) {
                return Err(Error::NotFound { what: rows::GIVEN_UP });
            }
            // Somebody may have installed another by a file meanwhile.
            let offered = Offered { course, order, root_id: pack.root_id };
            offered.refuse_older(held_order(tx, course)?)?;
            // It ends whatever was on its way to this course; this goes on with pictures and sounds.
            install::switch(tx, &pack, core.now_s())?;
            rows::put(tx, course, &self.row)?;
            quota::leave_out(tx, course)
        })
    }

    /// A file of the new edition: one that came, or one that some edition here has.
    fn file(&self, conn: &Connection, entry: &FileEntry) -> Result<Found> {
        if let Some(bytes) = rows::file(conn, &self.course, &entry.hash)? {
            return Ok(Found::Bytes(bytes));
        }
        let data = self.core.store.folder();
        match FileKind::of(&entry.path) {
            FileKind::Picture => {
                let picture = rows::picture(conn, &entry.hash)?;
                Ok(picture.map_or(Found::Nothing, Found::Bytes))
            }
            FileKind::Sound => {
                let is_here = blobs::read(data, &entry.hash)?.is_some();
                Ok(if is_here { Found::Sound } else { Found::Nothing })
            }
            FileKind::Text => {
                let current = held::current(conn, &self.course)?;
                let kept = current.as_ref().and_then(|held| {
                    let same = |old: &&FileEntry| old.hash == entry.hash;
                    held.manifest.files.iter().find(same).map(|old| (held.course_no, old))
                });
                let bytes = match kept {
                    Some((course_no, old)) => held::file(conn, data, course_no, old)?,
                    None => None,
                };
                let gone = || Error::Damaged { detail: format!("{} is not whole", entry.path) };
                bytes.map(Found::Bytes).ok_or_else(gone)
            }
        }
    }
}

/// Whether a picture or sound is one that may be shown: what installing looks at, too.
fn is_right((entry, bytes): &(FileEntry, Vec<u8>)) -> bool {
    Content::default().take(entry, bytes.clone()).is_ok()
}

fn is_sound(entry: &FileEntry) -> bool {
    FileKind::of(&entry.path) == FileKind::Sound
}

/// Where a file of the new edition is.
enum Found {
    Bytes(Vec<u8>),
    /// In `blobs/`, whole.
    Sound,
    /// Not here: a picture or sound that is to come, or was left out.
    Nothing,
}
