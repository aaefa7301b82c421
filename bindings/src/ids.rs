//! Ids cross the border as the texts that the core writes: an author's short text, or hex digits. A
//! text that is no id is refused as `Invalid`, before the core is asked anything.

use hocvu_core::ids::{
    AttemptId, CompetenceCode, CourseId, FactId, GuestId, Lang, LearnerId, LessonId, QuestionId,
    QuizId, ReplicaId,
};
use hocvu_core::sync::RelayId;

use crate::failure::HocvuFailure;

macro_rules! id_as_text {
    ($($id:ident)*) => {$(
        uniffi::custom_type!($id, String, {
            remote,
            lower: |id| id.to_string(),
            try_lift: |text| Ok($id::parse(&text).map_err(HocvuFailure::from)?),
        });
    )*};
}

id_as_text!(AttemptId CompetenceCode CourseId FactId GuestId Lang LearnerId LessonId);
id_as_text!(QuestionId QuizId ReplicaId);

uniffi::custom_type!(RelayId, String, {
    remote,
    lower: |id| id.to_string(),
    try_lift: |text| {
        let id = ReplicaId::parse(&text).map_err(HocvuFailure::from)?;
        Ok(RelayId(id.0))
    },
});
