//! Known mistakes that the simulator plants, to prove that it would notice them. Without the feature
//! `testing` none of them is in the program: [`is`] is then always false, and what it guards goes.

/// A mistake in the client or the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Plant {
    /// A restored folder goes on in the chain that it had.
    ReuseSequenceAfterRestore = 1,
    /// A relay takes events of the same number for the same event.
    IdentityWithoutLink,
    /// A relay replies before what it took is on the disk.
    AcknowledgeBeforeCommit,
    /// A device takes what it sent for received as soon as the relay has seen all frames, and keeps to
    /// that whoever the relay is now.
    AcknowledgeByCount,
    /// A relay forgets whom it erased.
    ForgetErasure,
    /// What a hub says that the counting server said is believed unsigned.
    TrustUpstreamClaim,
    /// A relay keeps the first branch of a chain only.
    DropOtherBranch,
    /// A reply that was cut off moves the cursor as if all of it had come.
    MoveCursorOfHalfReply,
    /// A lower receipt of a relay that lost something is not believed, nor that it is another one now.
    KeepHigherReceipt,
    /// Copies that arrive late are not folded in their place.
    SkipRefold,
    /// Events of learners who did not agree are passed on.
    IgnoreConsent,
    /// A hub is told what arrives from now on, not what lay there when a device behind it took her in.
    ForgetWhatIsOwed,
    /// A receipt is taken for a word about events, also where its giver has hashes alone.
    IgnoreWhatLacks,
}

impl Plant {
    /// All of them, with the names that the simulator's command line knows.
    pub const ALL: [(&'static str, Self); 13] = [
        ("reuse-sequence-after-restore", Self::ReuseSequenceAfterRestore),
        ("identity-without-link", Self::IdentityWithoutLink),
        ("acknowledge-before-commit", Self::AcknowledgeBeforeCommit),
        ("acknowledge-by-count", Self::AcknowledgeByCount),
        ("forget-erasure", Self::ForgetErasure),
        ("trust-upstream-claim", Self::TrustUpstreamClaim),
        ("drop-other-branch", Self::DropOtherBranch),
        ("move-cursor-of-half-reply", Self::MoveCursorOfHalfReply),
        ("keep-higher-receipt", Self::KeepHigherReceipt),
        ("skip-refold", Self::SkipRefold),
        ("ignore-consent", Self::IgnoreConsent),
        ("forget-what-is-owed", Self::ForgetWhatIsOwed),
        ("ignore-what-lacks", Self::IgnoreWhatLacks),
    ];
}

#[cfg(feature = "testing")]
static PLANTED: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);

/// Plants a mistake for the rest of the process.
#[cfg(feature = "testing")]
pub fn plant(mistake: Plant) {
    PLANTED.store(mistake as u8, std::sync::atomic::Ordering::Relaxed);
}

/// Whether a mistake was planted.
#[cfg(feature = "testing")]
#[must_use]
pub fn is(mistake: Plant) -> bool {
    PLANTED.load(std::sync::atomic::Ordering::Relaxed) == mistake as u8
}

/// Whether a mistake was planted: never.
#[cfg(not(feature = "testing"))]
#[must_use]
pub const fn is(_: Plant) -> bool {
    false
}
