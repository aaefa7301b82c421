//! What people are told of courses that can be fetched and of those on their way, so that every shell
//! says the same.

use super::Messages;
use crate::device::Hold;
use crate::pack::{FetchTrouble, FetchView, OfferView, StickReport};

/// What an offer costs, and what of it comes first.
pub fn offer_cost(t: &Messages, offer: &OfferView) -> String {
    let (texts, media) = (t.size(offer.text_bytes), t.size(offer.media_bytes));
    match (offer.text_bytes, offer.media_bytes) {
        _ if !offer.is_available => t.offer_not_there(),
        (0, _) => t.offer_media_only(&media),
        (_, 0) => t.offer_texts_first(&texts),
        _ => format!("{} {}", t.offer_texts_first(&texts), t.offer_media_after(&media)),
    }
}

/// That the disk has no room for an offer; `None` where it has, or the platform does not say.
pub fn offer_room(t: &Messages, offer: &OfferView, free_bytes: Option<u64>) -> Option<String> {
    let free = free_bytes.filter(|free| *free < offer.disk_bytes)?;
    Some(t.offer_no_room(&t.size(free), &t.size(offer.disk_bytes)))
}

/// How far a fetch has come, or what ended it early and what somebody can do about it.
pub fn fetch_told(t: &Messages, fetch: &FetchView) -> String {
    if let Some(trouble) = fetch.trouble {
        return fetch_trouble(t, trouble);
    }
    if fetch.is_done {
        return t.fetch_done();
    }
    if fetch.bytes == 0 {
        return t.fetch_beginning();
    }
    let progress = t.fetch_progress(&t.size(fetch.bytes), &t.size(fetch.bytes_done));
    match fetch.is_switched {
        true => format!("{progress} {}", t.fetch_readable()),
        false => progress,
    }
}

/// What ended a fetch early, what is whole, and what somebody can do about it.
pub fn fetch_trouble(t: &Messages, trouble: FetchTrouble) -> String {
    let words = match trouble {
        FetchTrouble::Unreachable => t.fetch_trouble_unreachable(),
        FetchTrouble::Cut => t.fetch_trouble_cut(),
        FetchTrouble::TooSlow => t.fetch_trouble_too_slow(),
        FetchTrouble::Busy => t.fetch_trouble_busy(),
        FetchTrouble::CaptivePortal => t.fetch_trouble_captive_portal(),
        FetchTrouble::NotThere => t.fetch_trouble_not_there(),
        FetchTrouble::Altered => t.fetch_trouble_altered(),
        FetchTrouble::Unusable => t.fetch_trouble_unusable(),
        FetchTrouble::BudgetSpent => t.fetch_trouble_budget_spent(),
        FetchTrouble::DiskFull => t.fetch_trouble_disk_full(),
    };
    format!("{words} {}", t.fetch_held_works())
}

/// Why no course is fetched now, what is whole, and what somebody can do about it.
pub fn fetch_hold(t: &Messages, hold: Hold) -> String {
    let words = match hold {
        Hold::NoNetwork => t.fetch_hold_no_network(),
        Hold::Metered => t.fetch_hold_metered(),
        Hold::BatteryLow => t.fetch_hold_battery_low(),
    };
    format!("{words} {}", t.fetch_held_works())
}

/// What came of a stick, and what did not and why.
pub fn stick_told(t: &Messages, report: &StickReport) -> String {
    let titles: Vec<_> = report.came.iter().map(|offer| offer.title.as_str()).collect();
    let came = match titles.is_empty() {
        false => Some(t.stick_came(&titles.join(", "))),
        true if report.left.is_empty() && !report.is_cut => Some(t.stick_nothing_new()),
        true => None,
    };
    let left = report.left.iter().map(|(offer, trouble)| match report.is_cut {
        true => t.stick_left(&offer.title, ""),
        false => t.stick_left(&offer.title, &stick_trouble(t, *trouble)),
    });
    let cut = report.is_cut.then(|| t.stick_cut());
    let told: Vec<_> = came.into_iter().chain(left).chain(cut).collect();
    told.iter().map(|words| words.trim()).collect::<Vec<_>>().join(" ")
}

fn stick_trouble(t: &Messages, trouble: FetchTrouble) -> String {
    match trouble {
        FetchTrouble::Altered => format!("{} {}", t.stick_altered(), t.fetch_held_works()),
        FetchTrouble::Busy => t.stick_busy(),
        trouble => fetch_trouble(t, trouble),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{CourseId, Lang};
    use crate::pack::Order;

    fn vi() -> &'static Messages {
        Messages::get(&Lang::parse("vi").unwrap())
    }

    fn offer(text_bytes: u64, media_bytes: u64) -> OfferView {
        OfferView {
            course: CourseId::parse("vui-hoc").unwrap(),
            title: String::from("Vui học"),
            languages: Vec::new(),
            publisher_name: String::from("Hội Khuyến học"),
            order: Order { generation: 1, version: 2 },
            held: None,
            text_bytes,
            media_bytes,
            disk_bytes: 5_000_000,
            is_available: true,
            is_begun: false,
        }
    }

    #[test]
    fn an_offer_says_what_comes_first_and_what_after() {
        let both = offer_cost(vi(), &offer(120_000, 4_000_000));
        assert_eq!(both, "Chữ của bài: 120 KB, về trước. Tranh và tiếng: 4 MB, về sau.");
        assert_eq!(offer_cost(vi(), &offer(120_000, 0)), "Chữ của bài: 120 KB, về trước.");
        assert_eq!(offer_cost(vi(), &offer(0, 4_000_000)), "Tranh và tiếng: 4 MB.");
        let nowhere = OfferView { is_available: false, ..offer(0, 0) };
        assert_eq!(offer_cost(vi(), &nowhere), vi().offer_not_there());
    }

    #[test]
    fn a_stick_says_what_came_and_what_did_not() {
        let told = |report: &StickReport| stick_told(vi(), report);
        let empty = StickReport::default();
        assert_eq!(told(&empty), vi().stick_nothing_new());
        let came = StickReport { came: vec![offer(1, 1), offer(1, 1)], ..empty.clone() };
        assert_eq!(told(&came), "Đã nhận từ thẻ nhớ: Vui học, Vui học.");
        let left = vec![(offer(1, 1), FetchTrouble::Altered)];
        let forged = told(&StickReport { left: left.clone(), ..empty.clone() });
        assert!(forged.starts_with("“Vui học” chưa nhận được. Thứ trên thẻ nhớ"), "{forged}");
        let cut = told(&StickReport { left, is_cut: true, ..empty });
        assert!(cut.starts_with("“Vui học” chưa nhận được. Tệp trên thẻ nhớ"), "{cut}");
    }

    #[test]
    fn a_disk_without_room_is_told_before_the_start() {
        let room = |free| offer_room(vi(), &offer(1, 1), free);
        assert_eq!(room(None), None);
        assert_eq!(room(Some(5_000_000)), None);
        let words = room(Some(900_000)).unwrap();
        assert!(words.starts_with("Cần 5 MB mà máy chỉ còn 900 KB."), "{words}");
    }

    #[test]
    fn progress_is_told_in_words_and_what_can_be_read_already_too() {
        let on_its_way =
            FetchView { bytes_done: 1_000_000, bytes: 3_000_000, ..Default::default() };
        assert_eq!(fetch_told(vi(), &FetchView::default()), vi().fetch_beginning());
        assert_eq!(fetch_told(vi(), &on_its_way), "Đã tải 1 MB trên 3 MB.");
        let readable = FetchView { is_switched: true, ..on_its_way };
        assert!(fetch_told(vi(), &readable).contains("học được rồi"));
        let done = FetchView { is_done: true, ..readable };
        assert_eq!(fetch_told(vi(), &done), vi().fetch_done());
        let cut = FetchView { trouble: Some(FetchTrouble::Cut), ..on_its_way };
        assert!(fetch_told(vi(), &cut).starts_with(&vi().fetch_trouble_cut()));
    }

    #[test]
    fn whatever_is_in_the_way_people_are_told_that_what_they_have_still_works() {
        let troubles = [
            FetchTrouble::Unreachable,
            FetchTrouble::Cut,
            FetchTrouble::TooSlow,
            FetchTrouble::Busy,
            FetchTrouble::CaptivePortal,
            FetchTrouble::NotThere,
            FetchTrouble::Altered,
            FetchTrouble::Unusable,
            FetchTrouble::BudgetSpent,
            FetchTrouble::DiskFull,
        ];
        for lang in Messages::langs() {
            let t = Messages::get(&Lang::parse(lang).unwrap());
            let mut told: Vec<String> = troubles.iter().map(|it| fetch_trouble(t, *it)).collect();
            let holds = [Hold::NoNetwork, Hold::Metered, Hold::BatteryLow];
            told.extend(holds.iter().map(|it| fetch_hold(t, *it)));
            assert!(told.iter().all(|words| words.ends_with(&t.fetch_held_works())));
            told.sort();
            told.dedup();
            assert_eq!(told.len(), troubles.len() + holds.len(), "each has words of its own");
        }
    }
}
