//! The groups of learners.

/// The four groups that the movement counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Not said.
    Unknown,
    /// Public sector.
    PublicSector,
    /// Pupil or student.
    Student,
    /// Adult citizen.
    Citizen,
    /// Worker in an enterprise or co-operative.
    Worker,
}

impl Group {
    /// All groups that can be chosen, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::PublicSector, Self::Student, Self::Citizen, Self::Worker];

    /// The number in events.
    pub fn number(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::PublicSector => 1,
            Self::Student => 2,
            Self::Citizen => 3,
            Self::Worker => 4,
        }
    }

    /// Reads a number; an unknown one is `Unknown`.
    pub fn from_number(number: u8) -> Self {
        Self::ALL.into_iter().find(|group| group.number() == number).unwrap_or(Self::Unknown)
    }
}
