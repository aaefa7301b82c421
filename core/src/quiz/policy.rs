//! Lengths and thresholds of the self-assessment: versioned data, not constants, because the
//! official rule has not been read. What it gives is shown as "chưa xác nhận".

use std::sync::OnceLock;

/// Policy data of one version.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Rises with every change; results name it.
    pub version: u32,
    /// How well the data is known, in words for people.
    pub status: String,
    /// Items asked of each competence.
    pub asked_per_competence: usize,
    /// With fewer answers nothing is said about a competence.
    pub answered_min: u32,
}

/// The policy data of this program.
pub fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    let text = include_str!("../../../assets/policy.json");
    POLICY.get_or_init(|| serde_json::from_str(text).expect("a test reads the embedded policy"))
}

/// Four dots for all points, none for none; a half is rounded up. Integers only.
pub fn dots(points: u32, possible: u32) -> u8 {
    if possible == 0 {
        return 0;
    }
    let (points, possible) = (u64::from(points.min(possible)), u64::from(possible));
    u8::try_from((8 * points + possible) / (2 * possible)).expect("at most 4")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_policy_is_readable() {
        assert_eq!(policy().status, "chưa xác nhận");
        assert!(policy().asked_per_competence >= 4 && policy().answered_min >= 4);
    }

    #[test]
    fn dots_are_rounded_quarters() {
        let all: Vec<u8> = (0..=8).map(|points| dots(points, 8)).collect();
        assert_eq!(all, [0, 1, 1, 2, 2, 3, 3, 4, 4]);
        assert_eq!(dots(0, 0), 0);
        assert_eq!(dots(u32::MAX, u32::MAX), 4);
    }
}
