//! What the program carries within itself: the style sheet, pictograms, starter courses.

use std::sync::OnceLock;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hocvu_core::text::Messages;

/// The style sheet of all pages.
const STYLE: &str = include_str!("../../assets/style.css");
/// The sign of somebody who looks without a name.
pub const GUEST: &str = include_str!("../../../assets/pictograms/guest.svg");
/// The sign of adding somebody.
pub const NEW: &str = include_str!("../../../assets/pictograms/new.svg");

/// The courses that the program brings along, as unsigned packs.
pub const STARTER_PACKS: [&[u8]; 4] = [
    include_bytes!("../../../assets/packs/dien-thoai.hocvu"),
    include_bytes!("../../../assets/packs/mat-khau-otp.hocvu"),
    include_bytes!("../../../assets/packs/lua-dao.hocvu"),
    include_bytes!("../../../assets/packs/dich-vu-cong.hocvu"),
];

macro_rules! pictogram {
    ($file:literal, $name:ident) => {
        (
            Messages::$name as fn(&Messages) -> String,
            include_str!(concat!("../../../assets/pictograms/", $file, ".svg")),
        )
    };
}

/// What a pictogram shows, and its drawing as SVG.
pub type Pictogram = (fn(&Messages) -> String, &'static str);

/// The pictograms that learners are known by: what each shows, and its drawing. The order is stored
/// with learners and never changes.
pub const PICTOGRAMS: [Pictogram; hocvu_core::learner::PICTOGRAMS as usize] = [
    pictogram!("buffalo", pictogram_buffalo),
    pictogram!("lotus", pictogram_lotus),
    pictogram!("boat", pictogram_boat),
    pictogram!("bamboo", pictogram_bamboo),
    pictogram!("kite", pictogram_kite),
    pictogram!("hat", pictogram_hat),
    pictogram!("rice", pictogram_rice),
    pictogram!("drum", pictogram_drum),
    pictogram!("fish", pictogram_fish),
    pictogram!("well", pictogram_well),
    pictogram!("bird", pictogram_bird),
    pictogram!("house", pictogram_house),
    pictogram!("lantern", pictogram_lantern),
    pictogram!("teapot", pictogram_teapot),
    pictogram!("coconut", pictogram_coconut),
    pictogram!("bridge", pictogram_bridge),
];

/// Address of the style sheet; another with every change, so that browsers may keep it for ever.
pub fn style_path() -> &'static str {
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| {
        let hash = blake3::hash(STYLE.as_bytes()).to_hex();
        format!("/style-{}.css", &hash[..12])
    })
}

/// Answers with the style sheet.
pub async fn style() -> Response {
    let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
    let css = HeaderValue::from_static("text/css; charset=utf-8");
    let headers = [(header::CONTENT_TYPE, css), (header::CACHE_CONTROL, kept)];
    (StatusCode::OK, headers, STYLE).into_response()
}
