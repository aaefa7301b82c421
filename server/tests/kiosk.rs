//! The kiosk's pages, asked as a browser asks them, without a socket.
//!
//! 1. The main story: a new learner takes a lesson, its check and a quiz; all is there after a restart.
//! 2. A shared device: PIN, "is it still you?", a guest's self-assessment, erasing.
//! 3. Who may see what: phones, the volunteer's passcode.
//! 4. Courses from a file: hostile ones, and one whose publisher nobody knows yet; courses removed.
//! 5. Forged forms and cookies; what pages reveal when something broke.
//! 6. The record travels: join code, cards, where a record is, couriers, erasure by the volunteer.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use hocvu::author::{new_course, read_course};
use hocvu::commands::course::pack_of;
use hocvu::kiosk::app::Before;
use hocvu::kiosk::{App, KioskOptions, assets, router};
use hocvu::mirror::Mirror;
use hocvu::mirror::above::Above;
use hocvu::relay::Relay;
use hocvu::syncing::{Doing, Hub, bring_in};
use hocvu_core::course::Day;
use hocvu_core::ids::{LearnerId, PublisherId, short_id};
use hocvu_core::learner::{Card, Purpose};
use hocvu_core::pack::{Publisher, Root, RootChain, SecretKey, SignedRoot, Signer};
use hocvu_core::platform::FileKeyStore;
use hocvu_core::ports::{Clock, SystemEntropy};
use hocvu_core::sync::{JoinCode, Outcome, Trouble};
use hocvu_core::text::{Qr, grouped};
use hocvu_core::{Error, HocvuCore, OpenRequest, Ports};
use tower::ServiceExt;

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now_s(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A kiosk on a data folder of its own.
struct Kiosk {
    router: Router,
    clock: Arc<TestClock>,
    core: Arc<HocvuCore>,
    hub: Option<Arc<Hub>>,
}

fn kiosk_with(data: &Path, before: Option<Box<Before>>) -> Kiosk {
    let clock = Arc::new(TestClock(AtomicI64::new(1_795_400_000)));
    let ports = Ports {
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        entropy: Arc::new(SystemEntropy),
        keys: Arc::new(FileKeyStore::new(data.join("keys"))),
    };
    let request = OpenRequest { data: data.join("data"), marker: data.join("marker") };
    let core = Arc::new(HocvuCore::open(&request, ports.clone()).unwrap());
    // A course that is only shown has no relay.
    let hub = before.is_none().then(|| {
        let relay = Relay::open(&request.data, &data.join("relay-marker"), ports).unwrap();
        let name = data.file_name().unwrap().to_string_lossy().into_owned();
        let addresses = vec![String::from("http://192.168.1.5:8080")];
        let mirror = Mirror::new(&request.data);
        let (doing, above) = (Doing::default(), Above::default());
        Arc::new(Hub { relay: Arc::new(relay), name, addresses, doing, mirror, above })
    });
    core.packs().install_starters(&assets::STARTER_PACKS[1..2]).unwrap();
    let options =
        KioskOptions { loopback_only: false, idle_s: 300, volunteer_code: "1234-5678".into() };
    let app = App {
        hub: hub.clone(),
        core: Arc::clone(&core),
        secret: [7; 32],
        options,
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        entropy: Arc::new(SystemEntropy),
        before,
    };
    Kiosk { router: router(Arc::new(app)), clock, core, hub }
}

fn kiosk(data: &Path) -> Kiosk {
    kiosk_with(data, None)
}

/// What a browser got.
struct Page {
    status: StatusCode,
    path: String,
    headers: HeaderMap,
    body: String,
    bytes: Vec<u8>,
}

impl Page {
    fn has(&self, words: &str) -> bool {
        self.body.contains(words)
    }

    /// The value of the first thing that stands between two texts.
    fn between(&self, from: &str, to: &str) -> String {
        let start = self.body.find(from).unwrap_or_else(|| panic!("no {from} in {}", self.body));
        let rest = &self.body[start + from.len()..];
        rest[..rest.find(to).unwrap()].to_owned()
    }

    fn csrf(&self) -> String {
        self.between("name=\"csrf\" value=\"", "\"")
    }
}

/// A browser with its cookies.
struct Browser<'a> {
    kiosk: &'a Kiosk,
    address: &'static str,
    cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    fn new(kiosk: &'a Kiosk) -> Self {
        Self { kiosk, address: "127.0.0.1:40000", cookies: BTreeMap::new() }
    }

    fn phone(kiosk: &'a Kiosk) -> Self {
        Self { address: "192.168.1.20:40000", ..Self::new(kiosk) }
    }

    async fn send(&mut self, request: Request<Body>) -> Page {
        let path = request.uri().to_string();
        let (mut parts, body) = request.into_parts();
        let cookies: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        parts.headers.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        parts.headers.insert(header::ACCEPT_LANGUAGE, "vi".parse().unwrap());
        let address: SocketAddr = self.address.parse().unwrap();
        parts.extensions.insert(ConnectInfo(address));
        let request = Request::from_parts(parts, body);
        let response = self.kiosk.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let (name, value) = set.to_str().unwrap().split_once('=').unwrap();
            let value = value.split(';').next().unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let bytes = to_bytes(body, 10_000_000).await.unwrap().to_vec();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Page { status: parts.status, path, headers: parts.headers, body, bytes }
    }

    /// Follows redirects as browsers do.
    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..5 {
            let Some(to) = page.headers.get(header::LOCATION) else { return page };
            let to = to.to_str().unwrap().to_owned();
            page = self.send(Request::get(to).body(Body::empty()).unwrap()).await;
        }
        panic!("redirected in circles");
    }

    async fn get(&mut self, path: &str) -> Page {
        let page = self.send(Request::get(path).body(Body::empty()).unwrap()).await;
        self.follow(page).await
    }

    async fn post_raw(&mut self, path: &str, fields: &[(String, String)]) -> Page {
        let pairs: Vec<String> =
            fields.iter().map(|(k, v)| format!("{}={}", encoded(k), encoded(v))).collect();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(pairs.join("&")))
            .unwrap();
        self.send(request).await
    }

    /// Sends a form that stands on a page.
    async fn post(&mut self, on: &Page, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut all = vec![("csrf".to_owned(), on.csrf())];
        all.extend(fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        let page = self.post_raw(path, &all).await;
        self.follow(page).await
    }

    async fn upload(&mut self, on: &Page, bytes: &[u8]) -> Page {
        self.upload_to(on, "/volunteer/courses", ("pack", bytes)).await
    }

    async fn upload_to(&mut self, on: &Page, path: &str, (name, bytes): (&str, &[u8])) -> Page {
        let mut body = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"{name}\"; \
             filename=\"../../x.hocvu\"\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--cut--\r\n");
        let request = Request::post(format!("{path}?csrf={}", on.csrf()))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
            .body(Body::from(body))
            .unwrap();
        let page = self.send(request).await;
        self.follow(page).await
    }

    /// Adds a learner, who then is at home.
    async fn add(&mut self, name: &str) -> Page {
        let form = self.get("/people/new").await;
        let fields = [
            ("name", name),
            ("address", "ba"),
            ("pictogram", "0"),
            ("group", "3"),
            ("consent_record", "yes"),
        ];
        self.post(&form, "/people/new", &fields).await
    }

    async fn volunteer(&mut self) -> Page {
        let form = self.get("/volunteer").await;
        let fields = [("new", "lúa chín vàng"), ("again", "lúa chín vàng")];
        self.post(&form, "/volunteer/passcode", &fields).await;
        self.get("/volunteer").await
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

/// Answers whatever question a page asks: the first options, places in the order shown, a word.
fn filled(page: &Page) -> Vec<(String, String)> {
    let start = page.body.find("class=\"question\"").expect("the page asks a question");
    let form = &page.body[start..start + page.body[start..].find("</form>").unwrap()];
    let mut fields: Vec<(String, String)> = Vec::new();
    for tag in form.split('<').filter(|tag| tag.starts_with("input") || tag.starts_with("select")) {
        let attribute = |name: &str| {
            let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
            Some(tag[from..].split('"').next().unwrap().to_owned())
        };
        let name = attribute("name").unwrap();
        let value = match attribute("type").as_deref() {
            Some("hidden") => attribute("value").unwrap(),
            Some("radio" | "checkbox") if fields.iter().any(|(k, _)| *k == name) => continue,
            Some("radio" | "checkbox") => attribute("value").unwrap(),
            Some("text") => "1".into(),
            _ if name.starts_with('o') => {
                (1 + fields.iter().filter(|(k, _)| k.starts_with('o')).count()).to_string()
            }
            _ => {
                let list = &form[form.find(&format!("name=\"{name}\"")).unwrap()..];
                let options = list.split("<option value=\"").skip(2);
                options.map(|o| o.split('"').next().unwrap().to_owned()).next().unwrap()
            }
        };
        fields.push((name, value));
    }
    fields
}

fn action(page: &Page) -> String {
    let start = page.body.find("class=\"question\"").unwrap();
    let before = &page.body[..start];
    let from = before.rfind("action=\"").unwrap() + 8;
    before[from..].split('"').next().unwrap().to_owned()
}

// 1. The main story.

#[tokio::test]
async fn a_learner_takes_a_lesson_and_a_quiz_and_finds_them_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let cookies = {
        let kiosk = kiosk(folder.path());
        let mut browser = Browser::new(&kiosk);
        assert!(browser.get("/").await.has("/people/new"));
        let home = browser.add("Lan").await;
        assert_eq!(home.path, "/home");
        assert!(home.has("Lan") && home.has("/course/mat-khau-otp"));

        let check = lesson_until_check(&mut browser).await;
        let said = browser.post_raw(&action(&check), &filled(&check)).await;
        let said = browser.follow(said).await;
        assert_eq!(said.status, StatusCode::OK);
        assert!(said.has("Bà đã chọn"), "{}", said.body);

        let course = browser.get("/course/mat-khau-otp").await;
        let quiz = format!("/course/{}", course.between("action=\"/course/", "\""));
        let mut page = browser.post(&course, &quiz, &[]).await;
        for _ in 0..2 {
            let said = browser.post_raw(&action(&page), &filled(&page)).await;
            let said = browser.follow(said).await;
            assert!(said.path.starts_with("/attempt/"), "{}", said.path);
            // Loading it again, or sending the form again, answers nothing twice.
            let again = browser.get(&said.path).await;
            assert_eq!(again.body.contains("Vì sao"), said.body.contains("Vì sao"));
            let twice = browser.post_raw(&action(&page), &filled(&page)).await;
            assert_eq!(twice.status, StatusCode::SEE_OTHER);
            page = browser.get(&action(&page)).await;
        }
        assert!(page.has("Câu 3 trên"), "{}", page.body);
        browser.cookies
    };
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.cookies = cookies;
    let home = browser.get("/home").await;
    assert!(home.has("Lan") && home.has("/attempt/"), "the open quiz is offered: {}", home.body);
    let attempt = format!("/attempt/{}", home.between("href=\"/attempt/", "\""));
    let mut page = browser.get(&attempt).await;
    assert!(page.has("Câu 3 trên"), "it goes on where it stopped");
    for _ in 0..40 {
        if !page.has("class=\"question\"") {
            break;
        }
        let said = browser.post_raw(&action(&page), &filled(&page)).await;
        browser.follow(said).await;
        page = browser.get(&attempt).await;
    }
    assert_eq!(page.path, format!("{attempt}/result"));
    assert!(page.has("làm xong rồi") && page.has("Xem lại từng câu"));
    let (correct, of) = {
        let said = page.between("<b>Đúng ", " câu");
        let (correct, of) = said.split_once(" trên ").unwrap();
        (correct.to_owned(), of.to_owned())
    };
    browser.volunteer().await;
    let csv = browser.get("/volunteer/learners.csv").await;
    assert!(csv.has(&format!("\"chưa\",\"{correct}\",\"{of}\",\"2026-")), "{}", csv.body);
    let progress = browser.get("/progress").await;
    assert!(progress.has("Đã trả lời"), "{}", progress.body);
}

async fn lesson_until_check(browser: &mut Browser<'_>) -> Page {
    let course = browser.get("/course/mat-khau-otp").await;
    let lesson = format!("/course/{}", course.between("href=\"/course/", "\""));
    let lesson = lesson.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let lesson = lesson.trim_end_matches('/').to_owned();
    for screen in 1..40 {
        let page = browser.get(&format!("{lesson}/{screen}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.path);
        if page.has("class=\"question\"") {
            return page;
        }
    }
    panic!("no check in {lesson}");
}

/// Answers a check with each of its options; gives what is said to a wrong and to the right one.
async fn each_answer_to(browser: &mut Browser<'_>, check: &Page) -> (Page, Page) {
    let (mut wrong, mut right) = (None, None);
    let start = check.body.find("class=\"question\"").unwrap();
    let options = check.body[start..].split("name=\"a\" value=\"").skip(1);
    for option in options.map(|rest| rest.split('"').next().unwrap()) {
        let mut fields = filled(check);
        fields.retain(|(name, _)| name != "a");
        fields.push(("a".into(), option.into()));
        let said = browser.post_raw(&action(check), &fields).await;
        let said = browser.follow(said).await;
        assert_eq!(said.status, StatusCode::OK);
        if said.has("Đúng rồi") { right = Some(said) } else { wrong = Some(said) }
    }
    (wrong.unwrap(), right.unwrap())
}

#[tokio::test]
async fn a_wrong_answer_to_a_check_is_told_why_only_when_she_asks() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.add("Lan").await;
    let check = lesson_until_check(&mut browser).await;
    let (wrong, right) = each_answer_to(&mut browser, &check).await;
    assert!(right.has("Vì sao") && !right.has("Thử lại") && !right.has("Xem lời giải"));
    assert!(!wrong.has("Vì sao") && !wrong.has("Câu trả lời đúng"), "{}", wrong.body);
    assert!(wrong.has("Thử lại") && wrong.has("Gợi ý:"), "{}", wrong.body);
    let href = wrong.between("class=\"plain\" href=\"", "\"").replace("&#38;", "&");
    let told = browser.get(&href).await;
    assert!(told.has("Vì sao") && told.has("Câu trả lời đúng"), "{href}: {}", told.body);
}

#[tokio::test]
async fn a_guest_answers_a_check_and_nothing_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut guest = Browser::new(&kiosk);
    let check = lesson_until_check(&mut guest).await;
    let (wrong, right) = each_answer_to(&mut guest, &check).await;
    for said in [&wrong, &right] {
        assert!(said.has("Xem thử thì máy không ghi lại bài làm"), "{}", said.body);
    }
    let nothing: Vec<_> = filled(&check).into_iter().filter(|(name, _)| name != "a").collect();
    let again = guest.post_raw(&action(&check), &nothing).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    guest.add("Lan").await;
    assert!(!guest.get("/progress").await.has("Đã trả lời 1 câu"));
}

#[tokio::test]
async fn a_form_with_faults_says_them_once_on_top_and_leads_to_each_field() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    let form = browser.get("/people/new").await;
    let empty = browser.post(&form, "/people/new", &[("guardian", "Hoa")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.has("Còn 6 chỗ cần xem lại"), "{}", empty.body);
    for field in ["name", "address", "pictogram", "group", "child", "consent"] {
        assert!(empty.has(&format!("href=\"#{field}\"")), "no way to {field}");
        assert_eq!(empty.body.matches(&format!(" id=\"{field}\"")).count(), 1, "{field}");
    }
    assert_eq!(empty.body.matches("class=\"fault\"").count(), 6);
    let fields = [
        ("name", "Bé"),
        ("address", "em"),
        ("pictogram", "4"),
        ("group", "2"),
        ("guardian", "Hoa"),
        ("guardian_agrees", "yes"),
        ("consent_record", "yes"),
    ];
    let unasked = browser.post(&form, "/people/new", &fields).await;
    assert!(unasked.has("Còn 1 chỗ") && unasked.has("href=\"#child\""), "{}", unasked.body);
    let all = [&fields[..], &[("child_agrees", "yes")]].concat();
    assert_eq!(browser.post(&form, "/people/new", &all).await.path, "/home");
}

#[tokio::test]
async fn an_answer_that_misses_something_is_asked_again_and_nothing_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.add("Lan").await;
    let check = lesson_until_check(&mut browser).await;
    let empty: Vec<_> = filled(&check)
        .into_iter()
        .filter(|(name, _)| ["csrf", "at", "lesson", "screen"].contains(&name.as_str()))
        .collect();
    let page = browser.post_raw(&action(&check), &empty).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("class=\"question\"") && page.has("role=\"alert\""));
    assert!(browser.get("/progress").await.has("chưa học bài nào"));
}

// 2. A shared device.

#[tokio::test]
async fn after_idle_minutes_a_question_is_asked_and_the_answer_is_carried_through() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.add("Lan").await;
    let check = lesson_until_check(&mut browser).await;
    kiosk.clock.0.fetch_add(301, Ordering::SeqCst);
    let fields = filled(&check);
    let still = browser.post_raw(&action(&check), &fields).await;
    assert_eq!(still.status, StatusCode::OK);
    assert!(still.has("Vẫn là bà Lan"), "{}", still.body);
    let mut carried =
        vec![("csrf".to_owned(), still.csrf()), ("still".to_owned(), "yes".to_owned())];
    for (name, value) in fields.iter().filter(|(name, _)| name != "csrf") {
        let field = format!("name=\"{name}\" value=\"{value}\"");
        assert!(still.has(&field), "{field} in {}", still.body);
        carried.push((name.clone(), value.clone()));
    }
    let to = still.between("action=\"", "\"");
    assert_eq!(to, action(&check));
    let said = browser.post_raw(&to, &carried).await;
    let said = browser.follow(said).await;
    assert!(said.has("Bà đã chọn"), "{}", said.body);
}

#[tokio::test]
async fn a_pin_keeps_others_out_and_is_needed_to_erase() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    let home = browser.add("Lan").await;
    let form = browser.get("/me/pin").await;
    let easy = browser.post(&form, "/me/pin", &[("new", "1234"), ("again", "1234")]).await;
    assert_eq!(easy.status, StatusCode::UNPROCESSABLE_ENTITY);
    let me = browser.post(&form, "/me/pin", &[("new", "2580"), ("again", "2580")]).await;
    assert_eq!(me.path, "/me");
    let first = browser.post(&home, "/people/switch", &[]).await;
    let card = format!("/people/{}", first.between("action=\"/people/", "\""));
    let door = browser.post(&first, &card, &[]).await;
    assert!(!door.has("/people/switch"), "nobody is signed in without the PIN");
    let wrong = browser.post(&door, &card, &[("pin", "0000")]).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.post(&door, &card, &[("pin", "2580")]).await.path, "/home");

    let form = browser.get("/me/erase").await;
    assert!(form.has("Chỉ xóa khỏi máy này") && form.has("Xóa ở mọi nơi"), "{}", form.body);
    assert!(!form.has(" checked"), "nothing is chosen beforehand");
    let nowhere = [("proof", "2580"), ("understood", "yes")];
    let refused = browser.post(&form, "/me/erase", &nowhere).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("where", "everywhere"), ("proof", "9999"), ("understood", "yes")];
    let refused = browser.post(&form, "/me/erase", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unsure = [("where", "everywhere"), ("proof", "2580")];
    let unsure = browser.post(&form, "/me/erase", &unsure).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    let export = browser.get("/me/export/file").await;
    assert!(export.has("Lan") && export.headers.contains_key(header::CONTENT_DISPOSITION));
    let fields = [("where", "everywhere"), ("proof", "2580"), ("understood", "yes")];
    let gone = browser.post(&form, "/me/erase", &fields).await;
    assert_eq!(gone.path, "/");
    assert!(!gone.has("Lan") && gone.has("Đã xóa. Cảm ơn"), "{}", gone.body);
}

#[tokio::test]
async fn a_learner_is_removed_here_by_her_pin_or_by_the_volunteer() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.add("Lan").await;
    let form = browser.get("/me/pin").await;
    browser.post(&form, "/me/pin", &[("new", "2580"), ("again", "2580")]).await;
    let form = browser.get("/me/erase").await;
    let wrong = [("where", "here"), ("proof", "9999"), ("understood", "yes")];
    let refused = browser.post(&form, "/me/erase", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("value=\"here\" checked"), "what was chosen is kept: {}", refused.body);
    let fields = [("where", "here"), ("proof", "2580"), ("understood", "yes")];
    let gone = browser.post(&form, "/me/erase", &fields).await;
    assert!(gone.path == "/" && gone.has("Đã xóa khỏi máy này"), "{}", gone.body);
    assert!(!gone.has("Bà Lan"));

    browser.add("Mai").await;
    browser.volunteer().await;
    let list = browser.get("/volunteer/learners").await;
    let one = format!("/volunteer/learners/{}", list.between("href=\"/volunteer/learners/", "\""));
    let erase = format!("{one}/erase");
    let page = browser.get(&one).await;
    assert!(page.has("Máy này không giữ tên và bài làm của bà Mai nữa"), "{}", page.body);
    let refused = browser.post(&page, &erase, &[("where", "here"), ("understood", "yes")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("where", "here"), ("understood", "yes"), ("proof", "lúa chín vàng")];
    let gone = browser.post(&page, &erase, &fields).await;
    assert!(gone.path == "/volunteer/learners" && !gone.has("Bà Mai"), "{}", gone.body);
}

#[tokio::test]
async fn a_self_assessment_without_a_profile_becomes_a_learners() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    let form = browser.get("/assess").await;
    let mut page = browser.post(&form, "/assess", &[]).await;
    for _ in 0..60 {
        if !page.has("class=\"question\"") {
            break;
        }
        let next = browser.post_raw(&action(&page), &filled(&page)).await;
        page = browser.follow(next).await;
    }
    assert!(page.path.ends_with("/result") && page.has("đang ở đâu"), "{}", page.body);
    assert!(page.has("chưa xác nhận"), "thresholds are labelled");
    let ask = browser.add("Lan").await;
    assert_eq!(ask.path, "/assess/attach", "whose it is, is asked, not supposed");
    let kept = browser.post(&ask, "/assess/attach", &[]).await;
    assert!(kept.path.ends_with("/result"), "{}", kept.path);
    let assess = browser.get("/assess").await;
    assert!(assess.has("/result"), "it is hers now: {}", assess.body);
}

// 3. Who may see what.

#[tokio::test]
async fn a_phone_lists_only_who_learned_with_it_until_the_volunteer_opens_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut here = Browser::new(&kiosk);
    here.add("Lan").await;
    let mut phone = Browser::phone(&kiosk);
    phone.add("Mai").await;
    let first = phone.get("/").await;
    assert!(first.has("Mai") && !first.has("Lan"), "{}", first.body);
    let volunteer = here.volunteer().await;
    here.post(&volunteer, "/volunteer/list", &[("open", "yes")]).await;
    assert!(phone.get("/").await.has("Lan"));
    let volunteer = here.get("/volunteer").await;
    here.post(&volunteer, "/volunteer/list", &[("open", "no")]).await;
    assert!(!phone.get("/").await.has("Lan"));
}

#[tokio::test]
async fn the_passcode_is_set_here_or_with_the_consoles_code_and_then_needed() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut phone = Browser::phone(&kiosk);
    let form = phone.get("/volunteer").await;
    let set = |code| [("new", "con trâu đen"), ("again", "con trâu đen"), ("code", code)];
    let refused = phone.post(&form, "/volunteer/passcode", &set("0000-0000")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let refused = phone.post(&form, "/volunteer/passcode", &set("")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let asked = phone.post(&form, "/volunteer/passcode", &set("1234-5678")).await;
    assert_eq!(asked.path, "/volunteer/commune", "the commune is asked for right after");

    let mut here = Browser::new(&kiosk);
    let form = here.get("/volunteer/learners.csv").await;
    assert!(form.path == "/volunteer" && !form.has("Đặt mã"), "it is set already: {}", form.body);
    let taken = here.post(&form, "/volunteer/passcode", &set("")).await;
    assert_eq!(taken.status, StatusCode::FORBIDDEN, "it is not replaced without the old one");
    let wrong = here.post(&form, "/volunteer/enter", &[("passcode", "con trâu trắng")]).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    let inside = here.post(&form, "/volunteer/enter", &[("passcode", "con trâu đen")]).await;
    assert!(inside.has("/volunteer/learners"));
    kiosk.clock.0.fetch_add(31 * 60, Ordering::SeqCst);
    let outside = here.get("/volunteer/learners").await;
    assert_eq!(outside.path, "/volunteer", "half an hour later it is asked again");
}

#[tokio::test]
async fn the_volunteer_sees_who_did_what_resets_a_pin_and_chooses_the_commune() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.add("=Lan").await;
    let form = browser.get("/me/pin").await;
    browser.post(&form, "/me/pin", &[("new", "2580"), ("again", "2580")]).await;
    browser.volunteer().await;
    let list = browser.get("/volunteer/learners").await;
    assert!(list.has("Lan") && list.has("có mã PIN"));
    let csv = browser.get("/volunteer/learners.csv").await;
    let columns = "\u{feff}\"Tên\",\"Nhóm\",\"Mã khóa học\",\"Khóa học\",\"Số bài đã xong\",\
        \"Số bài của khóa\",\"Xong khóa\",\"Luyện tập: số câu đúng\",\"Luyện tập: số câu\",\
        \"Ngày học gần nhất\"\r\n";
    assert!(csv.body.starts_with(columns), "{}", csv.body);
    let row = "\"Bà =Lan\",\"Người dân\",\"mat-khau-otp\",\"Mật khẩu và mã OTP\",\
        \"0\",\"8\",\"chưa\",\"\",\"\",\"2026-11-23\"\r\n";
    assert_eq!(csv.body[columns.len()..], *row);
    let form = browser.get("/about").await;
    browser.post(&form, "/settings", &[("lang", "en"), ("to", "/about")]).await;
    let english = browser.get("/volunteer/learners.csv").await;
    assert_eq!(english.body, csv.body, "the table does not depend on the reader's language");
    browser.post(&form, "/settings", &[("lang", "vi"), ("to", "/about")]).await;
    let one = format!("/volunteer/learners/{}", list.between("href=\"/volunteer/learners/", "\""));
    let page = browser.get(&one).await;
    browser.post(&page, &format!("{one}/pin"), &[]).await;
    assert!(!browser.get("/volunteer/learners").await.has("có mã PIN"));
    let found = browser.get("/volunteer/commune?q=dat+mui").await;
    assert!(found.has("Xã Đất Mũi, Tỉnh Cà Mau"));
    let set = browser.post(&found, "/volunteer/commune", &[("code", "32248")]).await;
    assert!(set.path == "/volunteer" && set.has("Xã Đất Mũi"));
    let form = browser.get("/volunteer/commune").await;
    let none = browser.post(&form, "/volunteer/commune", &[("code", "99999")]).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_volunteer_downloads_a_sealed_backup_that_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.add("Lan").await;
    let outside = browser.get("/").await;
    let phrase = "lúa chín vàng";
    let fields = [("passphrase", phrase), ("again", phrase)];
    let refused = browser.post(&outside, "/volunteer/backup", &fields).await;
    assert_eq!(refused.path, "/volunteer", "only the volunteer takes everything along");
    browser.volunteer().await;
    let form = browser.get("/volunteer/backup").await;
    assert!(form.has("hocvu restore"), "{}", form.body);
    for [passphrase, again] in [["ngắn", "ngắn"], [phrase, "lúa chín xanh"], ["", ""]] {
        let fields = [("passphrase", passphrase), ("again", again)];
        let refused = browser.post(&form, "/volunteer/backup", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.has("role=\"alert\"") && !refused.has(phrase), "{}", refused.body);
    }
    let unsigned = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let refused = browser.post_raw("/volunteer/backup", &unsigned).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let file = browser.post(&form, "/volunteer/backup", &fields).await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.body.starts_with("hocvubak") && !file.has("Lan"));
    let disposition = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"hocvu-20"), "{disposition}");
    let left = std::fs::read_dir(folder.path().join("data/outgoing")).unwrap().count();
    assert_eq!(left, 0, "nothing stays behind");
}

// 4. Courses from a file.

/// A course signed under a root that no kiosk knows.
fn signed_pack() -> &'static [u8] {
    static PACK: OnceLock<Vec<u8>> = OnceLock::new();
    PACK.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("khoa-moi");
        new_course(&dir, Day { year: 2026, month: 11, day: 22 }).unwrap();
        let course = read_course(&dir).unwrap();
        let (root, key) =
            (SecretKey::generate(&SystemEntropy), SecretKey::generate(&SystemEntropy));
        let publisher = Publisher {
            id: PublisherId::parse("so-gd").unwrap(),
            name: "Sở Giáo dục".into(),
            keys: vec![key.public()],
            courses: None,
            generation: 1,
        };
        let first = Root::first("Tỉnh", 1, vec![root.public()], vec![publisher]);
        let signed = SignedRoot::new(&first).unwrap().sign(&root);
        let roots = RootChain::begin(signed).unwrap();
        let signer = Signer::new(roots, PublisherId::parse("so-gd").unwrap(), key).unwrap();
        pack_of(&course, Some(&signer)).unwrap()
    })
}

#[tokio::test]
async fn a_hostile_upload_is_refused_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    let outside = browser.get("/").await;
    let refused = browser.upload(&outside, signed_pack()).await;
    assert_eq!(refused.path, "/volunteer", "only the volunteer installs");
    browser.volunteer().await;
    let mut altered = signed_pack().to_vec();
    let at = altered.len() / 2;
    altered[at] ^= 1;
    let cases: [&[u8]; 5] =
        [b"", b"not a pack", &signed_pack()[..900], &altered, assets::STARTER_PACKS[0]];
    for bytes in cases {
        let page = browser.get("/volunteer/courses").await;
        let tells_room = page.has("Còn trống: ") || page.has("Máy sắp hết chỗ, chỉ còn ");
        assert!(tells_room, "{}", page.body);
        let mut refused = browser.upload(&page, bytes).await;
        if refused.has("name=\"fingerprint\"") {
            // The publisher comes first; whoever trusts it still gets no altered course.
            let upload = refused.between("name=\"upload\" value=\"", "\"");
            let fingerprint = refused.between("name=\"fingerprint\" value=\"", "\"");
            let fields = [
                ("upload", upload.as_str()),
                ("trust", "yes"),
                ("fingerprint", fingerprint.as_str()),
            ];
            refused = browser.post(&refused, "/volunteer/courses/trust", &fields).await;
        }
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert!(refused.has("Mật khẩu và mã OTP"), "what is held is still listed");
        let left = std::fs::read_dir(folder.path().join("data/uploads")).unwrap().count();
        assert_eq!(left, 0, "nothing stays behind");
    }
    let forged = Request::post("/volunteer/courses?csrf=00")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
        .body(Body::from("--cut--\r\n"))
        .unwrap();
    assert_eq!(browser.send(forged).await.status, StatusCode::FORBIDDEN);
    for name in ["", "../x", "..%2f..%2fdata", &"a".repeat(33)] {
        let page = browser.get("/volunteer/courses").await;
        let fields = [("upload", name), ("trust", "yes"), ("fingerprint", "")];
        let refused = browser.post(&page, "/volunteer/courses/trust", &fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn an_unknown_publisher_is_trusted_only_by_its_fingerprint() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.volunteer().await;
    let page = browser.get("/volunteer/courses").await;
    let ask = browser.upload(&page, signed_pack()).await;
    assert!(ask.has("Sở Giáo dục") && ask.has("Dấu khóa:"), "{}", ask.body);
    let upload = ask.between("name=\"upload\" value=\"", "\"");
    let fingerprint = ask.between("name=\"fingerprint\" value=\"", "\"");
    let other = fingerprint.replace(|c: char| c.is_ascii_digit(), "f");
    let fields = [("upload", upload.as_str()), ("trust", "yes"), ("fingerprint", &other)];
    let refused = browser.post(&ask, "/volunteer/courses/trust", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    let ask = browser.upload(&page, signed_pack()).await;
    let upload = ask.between("name=\"upload\" value=\"", "\"");
    let fields = [("upload", upload.as_str()), ("trust", "yes"), ("fingerprint", &fingerprint)];
    let installed = browser.post(&ask, "/volunteer/courses/trust", &fields).await;
    assert_eq!(installed.path, "/volunteer/courses");
    assert!(installed.has("Chữ ký của Sở Giáo dục"), "{}", installed.body);
}

#[tokio::test]
async fn a_removed_course_leaves_the_list_and_a_quiz_in_the_middle_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    let cookies = {
        let kiosk = kiosk(folder.path());
        let mut browser = Browser::new(&kiosk);
        browser.add("Lan").await;
        lesson_until_check(&mut browser).await;
        let course = browser.get("/course/mat-khau-otp").await;
        let quiz = format!("/course/{}", course.between("action=\"/course/", "\""));
        let question = browser.post(&course, &quiz, &[]).await;
        browser.volunteer().await;
        let list = browser.get("/volunteer/courses").await;
        assert!(list.has("Kết quả của người học vẫn còn"), "{}", list.body);
        let fields = [("course", "mat-khau-otp")];
        let gone = browser.post(&list, "/volunteer/courses/remove", &fields).await;
        assert!(gone.has("Đã gỡ “Mật khẩu và mã OTP”") && !gone.has("Kết quả của người học"));
        let again = browser.post(&gone, "/volunteer/courses/remove", &fields).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        let none = browser.post(&gone, "/volunteer/courses/remove", &[("course", "../x")]).await;
        assert_eq!(none.status, StatusCode::BAD_REQUEST);
        assert_eq!(browser.get("/course/mat-khau-otp").await.status, StatusCode::NOT_FOUND);
        for path in ["/", "/home", "/progress", "/assess", "/search?q=otp", "/volunteer/learners"] {
            assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
        }
        let mut page = browser.get(&action(&question)).await;
        for _ in 0..40 {
            if !page.has("class=\"question\"") {
                break;
            }
            let said = browser.post_raw(&action(&page), &filled(&page)).await;
            assert_eq!(browser.follow(said).await.status, StatusCode::OK);
            page = browser.get(&action(&question)).await;
        }
        assert!(page.has("làm xong rồi"), "{}", page.body);
        assert_eq!(browser.get("/me/export").await.status, StatusCode::OK);
        browser.cookies
    };
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.cookies = cookies;
    assert_eq!(browser.get("/course/mat-khau-otp").await.status, StatusCode::NOT_FOUND);
    let list = browser.get("/volunteer/courses").await;
    let form = if list.has("Khóa có sẵn đã gỡ") {
        list
    } else {
        let door = browser.get("/volunteer").await;
        browser.post(&door, "/volunteer/enter", &[("passcode", "lúa chín vàng")]).await;
        browser.get("/volunteer/courses").await
    };
    let fields = [("course", "mat-khau-otp")];
    let back = browser.post(&form, "/volunteer/courses/back", &fields).await;
    assert!(back.has("Đã cài “Mật khẩu và mã OTP”"), "{}", back.body);
    assert_eq!(browser.get("/course/mat-khau-otp").await.status, StatusCode::OK);
    let progress = browser.get("/progress").await;
    assert!(progress.has("Mật khẩu và mã OTP") && progress.has("Đã trả lời"), "{}", progress.body);
}

// 5. Forged forms and cookies; what pages reveal.

#[tokio::test]
async fn a_form_without_the_sessions_token_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.add("Lan").await;
    for token in [None, Some(""), Some("00000000000000000000000000000000")] {
        let mut fields = vec![("count".to_owned(), "yes".to_owned())];
        fields.extend(token.map(|token| ("csrf".to_owned(), token.to_owned())));
        let page = browser.post_raw("/me/consent", &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.has("lang=\"vi\"") && page.has("href=\"/home\""), "{}", page.body);
    }
    let form = browser.get("/me/consent").await;
    assert!(form.has("Chưa đồng ý"));
    let body = format!("csrf={}&count=yes", form.csrf());
    let foreign = Request::post("/me/consent")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("origin", "http://evil.example")
        .header("host", "127.0.0.1:8080")
        .body(Body::from(body))
        .unwrap();
    assert_eq!(browser.send(foreign).await.status, StatusCode::FORBIDDEN);
    assert!(browser.post(&form, "/me/consent", &[("count", "yes")]).await.path == "/me/consent");
}

#[tokio::test]
async fn the_switches_on_a_refused_form_lead_to_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.volunteer().await;
    let form = browser.get("/volunteer").await;
    let from = [
        (Some("http://kiosk:8080/volunteer/courses"), "/volunteer/courses"),
        (Some("http://evil.example/volunteer/courses"), "/"),
        (Some("http://kiosk:8080//evil.example/"), "/"),
        // Two faults in a row: where the first form was sent to is no page, but near one.
        (Some("http://kiosk:8080/volunteer/enter"), "/volunteer/enter"),
        (None, "/"),
    ];
    for (referer, wanted) in from {
        let mut request = Request::post("/volunteer/enter")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::HOST, "kiosk:8080");
        if let Some(referer) = referer {
            request = request.header(header::REFERER, referer);
        }
        let body = Body::from(format!("csrf={}&passcode=wrong", form.csrf()));
        let refused = browser.send(request.body(body).unwrap()).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let to = refused.between("name=\"to\" value=\"", "\"");
        assert_eq!(to, wanted, "{referer:?}");
        let switched = browser.post(&refused, "/settings", &[("to", &to), ("lang", "vi")]).await;
        assert_eq!(switched.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn an_address_that_only_takes_forms_leads_to_the_nearest_page() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.add("Lan").await;
    let course = browser.get("/course/mat-khau-otp").await;
    let quiz = format!("/course/{}", course.between("action=\"/course/", "\""));
    let question = browser.post(&course, &quiz, &[]).await;
    let finish = format!("{}/finish", action(&question));
    browser.volunteer().await;
    let list = browser.get("/volunteer/learners").await;
    let one = format!("/volunteer/learners/{}", list.between("href=\"/volunteer/learners/", "\""));
    for (path, page) in [
        ("/settings", "/"),
        ("/still", "/"),
        ("/people/switch", "/"),
        ("/assess/discard", "/assess"),
        ("/volunteer/enter", "/volunteer"),
        ("/volunteer/leave", "/volunteer"),
        ("/volunteer/list", "/volunteer"),
        ("/volunteer/notice", "/volunteer"),
        ("/volunteer/courses/trust", "/volunteer/courses"),
        (&format!("{one}/pin"), &one),
        (&format!("{one}/erase"), &one),
        (&quiz, "/course/mat-khau-otp"),
        (&finish, &action(&question)),
    ] {
        let shown = browser.get(path).await;
        assert_eq!((shown.status, shown.path.as_str()), (StatusCode::OK, page), "{path}");
    }
}

#[tokio::test]
async fn a_cookie_that_was_tampered_with_is_a_new_visitor() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.add("Lan").await;
    let cookie = browser.cookies["hocvu"].clone();
    for at in [0, 63, 64, cookie.len() - 1] {
        let mut altered = cookie.clone().into_bytes();
        altered[at] = if altered[at] == b'0' { b'1' } else { b'0' };
        browser.cookies.insert("hocvu".into(), String::from_utf8(altered).unwrap());
        let me = browser.get("/me").await;
        assert_eq!(me.path, "/", "nobody is signed in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_broke_reveals_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let broken: Box<Before> =
        Box::new(|_| Err(Error::Damaged { detail: "page 7 of /srv/secret.db".into() }));
    let kiosk = kiosk_with(folder.path(), Some(broken));
    let mut browser = Browser::new(&kiosk);
    for path in ["/", "/home", "/volunteer", "/attempt/x"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!page.has("page 7") && !page.has("secret"), "{}", page.body);
        assert!(page.has("Máy đọc sổ ghi chưa được"), "{}", page.body);
    }
}

#[tokio::test]
async fn every_page_forbids_scripts_and_styles_from_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.add("Lan").await;
    for path in ["/", "/home", "/me/edit", "/progress", "/assess", "/volunteer", "/nothing-here"] {
        let page = browser.get(path).await;
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store", "{path}");
        assert!(!page.has(" style=\"") && !page.has("<script"), "{path}");
        assert!(page.body.len() < 30_000, "{path}: {}", page.body.len());
        assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
    }
}

#[tokio::test]
async fn ids_that_are_none_are_no_pages() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    browser.add("Lan").await;
    let other = format!("/attempt/{}-1", "0".repeat(32));
    for path in ["/attempt/x", "/attempt/x/result", &other, "/course/khong-co", "/course/A/check/b"]
    {
        let page = browser.get(path).await;
        assert!(page.status.is_client_error(), "{path}: {}", page.status);
    }
}

// 6. The record travels.

/// Two kiosks, each a relay too, and a learner on the first who agreed to be counted.
struct Two {
    _folder: tempfile::TempDir,
    one: Kiosk,
    two: Kiosk,
}

fn two_kiosks() -> Two {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = |name: &str| {
        let folder = folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        kiosk(&folder)
    };
    let (one, two) = (kiosk("Xóm Trên"), kiosk("Xóm Dưới"));
    Two { one, two, _folder: folder }
}

fn relay(kiosk: &Kiosk) -> &Relay {
    &kiosk.hub.as_ref().unwrap().relay
}

fn only_learner(kiosk: &Kiosk) -> LearnerId {
    kiosk.core.learners().list().unwrap()[0].id
}

fn code_of(kiosk: &Kiosk) -> String {
    kiosk.hub.as_ref().unwrap().join_code().unwrap().to_text()
}

fn hub_code_of(kiosk: &Kiosk) -> String {
    kiosk.hub.as_ref().unwrap().hub_code().unwrap().to_text()
}

/// Lets the kiosk's record into its own relay, as the background does.
fn settle(kiosk: &Kiosk) {
    let hub = kiosk.hub.as_ref().unwrap();
    bring_in(&kiosk.core, &hub.relay, &hub.name, true).unwrap();
}

/// The typed form of the code on a page.
fn typed_code(page: &Page) -> String {
    page.between("translate=\"no\">", "<")
}

async fn shown_card(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> Page {
    let form = browser.get("/me/card").await;
    browser.post(&form, "/me/card", fields).await
}

const WHO: [(&str, &str); 3] = [("name", "Lan"), ("address", "ba"), ("pictogram", "1")];

/// Takes a card in by its code; gives the last page.
async fn take_in(browser: &mut Browser<'_>, card: &str) -> Page {
    let form = browser.get("/people/card").await;
    let who = browser.post(&form, "/people/card", &[("card", card)]).await;
    if !who.has("/people/card/who") {
        return who;
    }
    let mut fields = vec![("card", card)];
    fields.extend(WHO);
    browser.post(&who, "/people/card/who", &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_join_page_shows_the_code_that_joins_this_relay() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let page = Browser::phone(&kiosk).get("/join").await;
    assert!(page.has("class=\"qr\"") && page.has("http://192.168.1.5:8080"));
    let code = JoinCode::from_text(&typed_code(&page)).unwrap();
    assert_eq!(code, kiosk.hub.as_ref().unwrap().join_code().unwrap());
    assert_ne!(code.token, kiosk.hub.as_ref().unwrap().hub_code().unwrap().token);
    let progress = Browser::phone(&kiosk).get("/volunteer/sync").await;
    assert!(!progress.has(&grouped(&hub_code_of(&kiosk))), "without the passcode");
    let folder = tempfile::tempdir().unwrap();
    let shown = kiosk_with(folder.path(), Some(Box::new(|_| Ok(None))));
    let mut browser = Browser::new(&shown);
    browser.volunteer().await;
    for path in ["/join", "/volunteer/sync", "/volunteer/courier"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_card_is_shown_to_its_owner_alone_and_has_her_name_only_if_she_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut browser = Browser::new(&kiosk);
    assert_eq!(browser.get("/me/card").await.path, "/", "nobody's turn");
    browser.add("Lan").await;
    let card = shown_card(&mut browser, &[]).await;
    assert!(card.has("class=\"qr\"") && card.has("Ai cầm thẻ"));
    assert_eq!(card.headers[header::CACHE_CONTROL], "no-store");
    let card = Card::from_text(&typed_code(&card)).unwrap();
    assert_eq!((card.learner(), card.name), (only_learner(&kiosk), None));
    let named = shown_card(&mut browser, &[("name", "yes")]).await;
    assert_eq!(Card::from_text(&typed_code(&named)).unwrap().name.as_deref(), Some("Lan"));
    assert!(!browser.get("/me/card").await.has("HOCVUC"), "a card on a page that opens again");

    let lan = only_learner(&kiosk);
    kiosk.core.learners().set_pin(lan, Some("2580")).unwrap();
    for pin in ["", "0000"] {
        let refused = shown_card(&mut browser, &[("pin", pin)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.has("Chưa đúng") && !refused.has("HOCVUC"));
    }
    assert!(shown_card(&mut browser, &[("pin", "2580")]).await.has("HOCVUC"));
    let forged = browser.post_raw("/me/card", &[("pin".into(), "2580".into())]).await;
    assert!(forged.status == StatusCode::FORBIDDEN && !forged.has("HOCVUC"));
}

#[tokio::test]
async fn a_card_is_taken_in_by_its_code_and_what_is_none_says_why() {
    let Two { one, two, .. } = &two_kiosks();
    let mut first = Browser::new(one);
    first.add("Lan").await;
    let card = typed_code(&shown_card(&mut first, &[("name", "yes")]).await);
    let lan = only_learner(one);
    let mut browser = Browser::phone(two);
    let wrong = card.replace("A", "B");
    let join = code_of(one);
    for (code, words) in [
        ("", "Xin gõ mã"),
        ("xin chào", "không phải thẻ"),
        (join.as_str(), "không phải thẻ"),
        (wrong.as_str(), "gõ sai"),
        (&card[..card.len() - 3], "gõ sai"),
    ] {
        let page = take_in(&mut browser, code).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}");
        assert!(page.has(words), "{code}: {}", page.body);
    }
    let form = browser.get("/people/card").await;
    let who = browser.post(&form, "/people/card", &[("card", &card.to_lowercase())]).await;
    assert!(who.has("value=\"Lan\"") && who.has("chưa về ngay"), "{}", who.body);
    let missing = browser.post(&who, "/people/card/who", &[("card", &card), ("name", "")]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.has("address-fault") && missing.has("name-fault"));
    assert!(two.core.learners().list().unwrap().is_empty());
    let home = take_in(&mut browser, &card).await;
    assert_eq!(home.path, "/home", "{}", home.body);
    assert_eq!(only_learner(two), lan);
    assert!(browser.get("/").await.has("Lan"), "this phone knows her now");
    assert!(two.hub.as_ref().unwrap().doing.is_busy(), "the next exchange is asked for");

    // Whoever has the card finds her here, and still needs her PIN.
    two.core.learners().set_pin(lan, Some("2580")).unwrap();
    let mut other = Browser::phone(two);
    let door = take_in(&mut other, &card).await;
    assert_eq!(door.path, format!("/people/{lan}"));
    assert!(door.has("Gõ 4 số") && other.get("/progress").await.path == "/");
}

/// A picture of a code.
fn picture_of(text: &str) -> Vec<u8> {
    let code = Qr::of(text).unwrap();
    let side = (code.side + 8) * 4;
    let picture = image::GrayImage::from_fn(side, side, |x, y| {
        let at = |n: u32| (n / 4).checked_sub(4);
        let dark = at(x).zip(at(y)).is_some_and(|(x, y)| code.is_dark(x, y));
        image::Luma([if dark { 20 } else { 230 }])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn a_card_is_taken_in_by_a_photo_of_it_within_bounds() {
    let Two { one, two, .. } = &two_kiosks();
    let mut first = Browser::new(one);
    first.add("Lan").await;
    let card = typed_code(&shown_card(&mut first, &[]).await).replace(' ', "");
    let mut browser = Browser::new(two);
    let form = browser.get("/people/card").await;
    let blank = picture_of("HOCVU1-NO-CARD");
    for (bytes, words) in [
        (&b""[..], "chọn một tấm ảnh"),
        (b"GIF89a", "không phải ảnh JPEG hay PNG"),
        (&blank, "không phải thẻ"),
        (&vec![0; 12 * 1024 * 1024 + 1], "Ảnh lớn quá"),
    ] {
        let page = browser.upload_to(&form, "/people/card/photo", ("photo", bytes)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(page.has(words), "{words}: {}", page.body);
    }
    let huge = vec![0; 13 * 1024 * 1024];
    let page = browser.upload_to(&form, "/people/card/photo", ("photo", &huge)).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    let who = browser.upload_to(&form, "/people/card/photo", ("photo", &picture_of(&card))).await;
    assert!(who.has("/people/card/who"), "{}", who.body);
    let held = who.between("name=\"card\" value=\"", "\"");
    let mut fields = vec![("card", held.as_str())];
    fields.extend(WHO);
    assert_eq!(browser.post(&who, "/people/card/who", &fields).await.path, "/home");
    assert_eq!(only_learner(two), only_learner(one));
}

#[tokio::test]
async fn a_learner_sees_where_her_record_is_and_sent_is_never_said_without_a_receipt() {
    let Two { one, two, .. } = &two_kiosks();
    let mut browser = Browser::new(one);
    browser.add("Lan").await;
    let lan = only_learner(one);
    let progress = browser.get("/progress").await;
    assert!(progress.has("Mới chỉ có ở máy này: 2"), "{}", progress.body);
    assert!(progress.has("Bà chưa đồng ý gửi kết quả") && progress.has("<li>Máy này</li>"));
    settle(one);
    assert!(browser.get("/progress").await.has("Mới chỉ có ở máy này: 2"), "only hashes left");
    one.core.learners().set_consent(lan, Purpose::Count, true).unwrap();
    settle(one);
    let progress = browser.get("/progress").await;
    assert!(progress.has("Trạm Xóm Trên, ở ngay máy này, đã nhận và tính: 3"), "{}", progress.body);
    assert!(!progress.has("Mới chỉ có") && !progress.has("chưa đồng ý gửi"));
    // With an upstream, its own relay's receipt counts for less.
    let mut volunteer = Browser::new(one);
    volunteer.volunteer().await;
    let page = volunteer.get("/volunteer/sync").await;
    let code = hub_code_of(two);
    volunteer.post(&page, "/volunteer/sync/upstream", &[("code", &code)]).await;
    settle(one);
    let progress = browser.get("/progress").await;
    assert!(progress.has("Trạm Xóm Trên đã nhận: 3"), "{}", progress.body);
}

#[tokio::test]
async fn sending_and_receiving_is_the_volunteers_alone() {
    let folder = tempfile::tempdir().unwrap();
    let kiosk = kiosk(folder.path());
    let mut visitor = Browser::new(&kiosk);
    let page = visitor.get("/").await;
    for path in ["/volunteer/sync", "/volunteer/courier", "/volunteer/courier/reply/1-a"] {
        assert_eq!(visitor.get(path).await.path, "/volunteer", "{path}");
    }
    let posts = ["now", "upstream", "limit", "code", "shut-out", "let-in"];
    let code_before = hub_code_of(&kiosk);
    for path in posts.map(|post| format!("sync/{post}")).into_iter().chain(["courier/out".into()]) {
        let hub = relay(&kiosk).hub_id().to_string();
        let fields = [("code", code_of(&kiosk)), ("mb", "1".to_owned()), ("hub", hub)];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let answer = visitor.post(&page, &format!("/volunteer/{path}"), &fields).await;
        assert_eq!(answer.path, "/volunteer", "{path}");
    }
    let answer = visitor.upload_to(&page, "/volunteer/courier/in", ("bundle", b"x")).await;
    assert_eq!(answer.path, "/volunteer");
    assert_eq!(relay(&kiosk).upstream_traffic().unwrap().bytes_max, None);
    assert_eq!(hub_code_of(&kiosk), code_before);
    assert!(!kiosk.hub.as_ref().unwrap().doing.is_busy());
}

#[tokio::test]
async fn the_volunteer_sees_what_waits_and_why_and_sets_upstream_and_limit() {
    let Two { one, two, .. } = &two_kiosks();
    let mut browser = Browser::new(one);
    browser.add("Lan").await;
    one.core.learners().set_consent(only_learner(one), Purpose::Count, true).unwrap();
    browser.volunteer().await;
    let page = browser.get("/volunteer/sync").await;
    assert!(page.has("Còn 3 việc ghi trên máy này chưa vào trạm") && page.has("Chưa có máy nào"));
    settle(one);
    let page = browser.get("/volunteer/sync").await;
    assert!(page.has("Trạm đã nhận đủ") && page.has("Chưa nối với trạm trên"));
    assert!(page.has("<b>Máy này</b>, gửi lần gần nhất: 09:13 ngày 23/11/2026"), "{}", page.body);

    assert!(page.has(&grouped(&hub_code_of(one))) && !page.has(&grouped(&code_of(one))));
    let (own, for_phones) = (hub_code_of(one), code_of(two));
    for (code, words) in [
        ("HOCVU1-AAAA", "gõ sai"),
        ("x", "bắt đầu bằng"),
        (&own, "chính trạm này"),
        (&for_phones, "mã cho điện thoại"),
    ] {
        let page = browser.post(&page, "/volunteer/sync/upstream", &[("code", code)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.has(words), "{words}: {}", page.body);
    }
    assert_eq!(relay(one).upstream().unwrap(), None);
    let code = hub_code_of(two);
    let joined = browser.post(&page, "/volunteer/sync/upstream", &[("code", &code)]).await;
    assert!(joined.has("Đã nối với Xóm Dưới") && !joined.has("http-equiv=\"refresh\""));
    // Nobody works in the background of this test, so what was asked for is still to come.
    let running = browser.post(&joined, "/volunteer/sync/now", &[]).await;
    assert_eq!(running.path, "/volunteer/sync/running");
    assert!(running.has("http-equiv=\"refresh\"") && running.has("Còn 3 việc chờ gửi lên"));
    assert!(joined.has("Còn 3 việc chờ gửi lên, lâu nhất từ 09:13"), "{}", joined.body);
    assert!(joined.has("Chưa lần nào liên lạc được"));
    let mut round = relay(one).upstream_round();
    round.next_exchange().unwrap().unwrap();
    round.take(Outcome::Redirect).unwrap();
    let page = browser.get("/volunteer/sync").await;
    assert!(page.has("Wi-Fi này đòi đăng nhập"), "{}", page.body);

    for bad in ["0", "ít thôi", "-3"] {
        let page = browser.post(&page, "/volunteer/sync/limit", &[("mb", bad)]).await;
        assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.has("số từ 1 đến"));
    }
    let page = browser.post(&page, "/volunteer/sync/limit", &[("mb", "1")]).await;
    assert!(page.has("Đã đặt mức 1 MB") && page.has("value=\"1\""), "{}", page.body);
    relay(one).set_upstream_bytes_max(Some(1)).unwrap();
    assert!(relay(one).upstream_traffic().unwrap().bytes > 1, "the round was counted");
    assert_eq!(relay(one).upstream_room().unwrap(), Some(0), "no course may come either");
    let moved = relay(one).upstream_traffic().unwrap().bytes;
    relay(one).set_upstream_bytes_max(Some(4 * moved)).unwrap();
    assert_eq!(relay(one).upstream_room().unwrap(), Some(2 * moved), "a quarter is the record's");
    relay(one).set_upstream_bytes_max(Some(1)).unwrap();
    assert!(relay(one).upstream_round().next_exchange().unwrap().is_none());
    assert!(browser.get("/volunteer/sync").await.has("Đã dùng hết mức dung lượng"));
    // Another month begins, by this computer's clock.
    one.clock.0.fetch_add(31 * 86_400, Ordering::SeqCst);
    assert!(relay(one).upstream_round().next_exchange().unwrap().is_some());
}

/// Lets a kiosk's record go up, as the background does.
fn pass_on(kiosk: &Kiosk, upstream: &Kiosk) -> Option<Trouble> {
    settle(kiosk);
    let mut round = relay(kiosk).upstream_round();
    while let Some(exchange) = round.next_exchange().unwrap() {
        let (body, _) = relay(upstream).answer(&exchange.body).unwrap().unwrap();
        round.take(Outcome::Reply { address: String::new(), body }).unwrap();
    }
    round.trouble
}

#[tokio::test]
async fn the_volunteer_sees_which_stations_send_here_and_shuts_one_out_and_lets_it_in_again() {
    let Two { one, two, .. } = &two_kiosks();
    let mut browser = Browser::new(two);
    browser.volunteer().await;
    let page = browser.get("/volunteer/sync").await;
    assert!(page.has("Chưa có trạm nào nối vào đây"), "{}", page.body);
    relay(one).set_upstream(&JoinCode::from_text(&hub_code_of(two)).unwrap()).unwrap();
    Browser::new(one).add("Lan").await;
    assert_eq!(pass_on(one, two), None);

    let page = browser.get("/volunteer/sync").await;
    let (id, short) = (relay(one).hub_id().to_string(), short_id(relay(one).hub_id()));
    assert!(page.has(&format!("<b>Trạm mã {short}</b> <small>Nối lúc 09:13 ngày 23/11/2026.")));
    assert!(
        page.has("Máy gửi về trạm này") && page.has("Chưa có máy nào"),
        "a station is no device"
    );
    // The question comes first, and says what stays.
    let asked = page.body.find("Không nhận gì từ trạm mã").unwrap();
    assert!(
        asked < page.body.find("Đúng, không nhận nữa").unwrap() && page.has("vẫn còn và vẫn tính")
    );
    let token = ("csrf".to_owned(), "0".repeat(32));
    let forged = [token, ("hub".to_owned(), id.clone())];
    let answer = browser.post_raw("/volunteer/sync/shut-out", &forged).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(pass_on(one, two), None);
    for bad in ["", "3f2a-91c0", &"0".repeat(32)] {
        let answer = browser.post(&page, "/volunteer/sync/shut-out", &[("hub", bad)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }

    let out = browser.post(&page, "/volunteer/sync/shut-out", &[("hub", &id)]).await;
    assert_eq!(out.path, "/volunteer/sync");
    assert!(out.has(&format!("Không nhận từ trạm mã {short} nữa. Người ở trạm đó còn giữ mã")));
    assert!(out.has("Ngừng nhận từ lúc 09:13 ngày 23/11/2026") && out.has("Nhận lại<span"));
    assert!(!out.has("Đúng, không nhận nữa"));
    assert_eq!(pass_on(one, two), Some(Trouble::NotAdmitted));
    let mut there = Browser::new(one);
    there.volunteer().await;
    let theirs = there.get("/volunteer/sync").await;
    assert!(theirs.has("Trạm kia không nhận từ máy này") && theirs.has("bấm “Nhận lại”"));
    assert!(theirs.has(&format!("Mã của trạm này: {short}.")), "{}", theirs.body);
    let (file, _) = relay(one).export().unwrap().unwrap();
    let form = courier_form(&mut browser).await;
    let answer = browser.upload_to(&form, "/volunteer/courier/in", ("bundle", &file)).await;
    assert!(answer.has("một trạm mà trạm mình đang không nhận"), "{}", answer.body);

    let back = browser.post(&out, "/volunteer/sync/let-in", &[("hub", &id)]).await;
    assert!(back.has(&format!("Đã nhận lại trạm mã {short}")) && back.has("Đúng, không nhận nữa"));
    assert_eq!(pass_on(one, two), None);
}

#[tokio::test]
async fn the_volunteer_replaces_the_code_for_stations_and_sees_the_new_one_at_once() {
    let Two { one, two, .. } = &two_kiosks();
    let mut browser = Browser::new(two);
    browser.volunteer().await;
    let page = browser.get("/volunteer/sync").await;
    let leaked = hub_code_of(two);
    assert!(page.has(&grouped(&leaked)) && page.has("mã cũ không cho thêm trạm nào vào nữa"));
    assert!(page.has("<details><summary>Cho trạm khác nối"));
    let token = ("csrf".to_owned(), "0".repeat(32));
    let answer = browser.post_raw("/volunteer/sync/code", &[token]).await;
    assert_eq!((answer.status, hub_code_of(two)), (StatusCode::FORBIDDEN, leaked.clone()));
    let made = browser.post(&page, "/volunteer/sync/code", &[]).await;
    let fresh = hub_code_of(two);
    assert_ne!(fresh, leaked);
    assert!(made.has("Đã làm mã mới") && made.has("<details open><summary>Cho trạm khác nối"));
    assert!(made.has(&grouped(&fresh)) && !made.has(&grouped(&leaked)), "{}", made.body);
    relay(one).set_upstream(&JoinCode::from_text(&leaked).unwrap()).unwrap();
    assert_eq!(pass_on(one, two), Some(Trouble::NotAdmitted));
    // Another process may make one too.
    relay(two).renew_hub_code().unwrap();
    let page = browser.get("/volunteer/sync").await;
    assert!(page.has(&grouped(&hub_code_of(two))) && !page.has(&grouped(&fresh)));
}

#[tokio::test]
async fn a_courier_carries_a_record_there_and_receipts_back() {
    let Two { one, two, .. } = &two_kiosks();
    let (mut first, mut second) = (Browser::new(one), Browser::new(two));
    first.add("Lan").await;
    let lan = only_learner(one);
    one.core.learners().set_consent(lan, Purpose::Count, true).unwrap();
    let card = typed_code(&shown_card(&mut first, &[]).await);
    take_in(&mut second, &card).await;
    first.volunteer().await;
    second.volunteer().await;

    let form = first.get("/volunteer/courier").await;
    let refused = first.post(&form, "/volunteer/courier/out", &[("code", "x")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = hub_code_of(two);
    let file = first.post(&form, "/volunteer/courier/out", &[("code", &code)]).await;
    let disposition = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert_eq!(disposition, "attachment; filename=\"hocvu-gui-di-2026-11-23.hvb\"");
    let into = "/volunteer/courier/in";
    let form = second.get("/volunteer/courier").await;
    for (bytes, words) in [
        (&b""[..], "chọn một tệp"),
        (b"<html>", "không phải tệp gửi nhận"),
        (b"hvb\x09\x01", "bản hocvu mới hơn"),
        (&vec![7; 5_000_000], "Tệp lớn quá"),
    ] {
        let page = second.upload_to(&form, into, ("bundle", bytes)).await;
        assert!(page.has(words), "{words}: {}", page.body);
    }
    let at_first = courier_form(&mut first).await;
    let lost = first.upload_to(&at_first, into, ("bundle", &file.bytes)).await;
    assert!(lost.has("cho một trạm khác"), "{}", lost.body);
    let mut altered = file.bytes.clone();
    altered[60] ^= 1;
    let page = second.upload_to(&form, into, ("bundle", &altered)).await;
    assert!(page.has("bị hỏng hoặc bị sửa"), "{}", page.body);
    assert!(!page.has("courier/reply"));

    let taken = second.upload_to(&form, into, ("bundle", &file.bytes)).await;
    assert!(taken.has("Đã nhận 3 việc mới"), "{}", taken.body);
    let devices = second.get("/progress").await;
    assert!(devices.has("Máy khác, mã "), "her other device is known: {}", devices.body);
    assert!(two.core.learners().get(lan).unwrap().unwrap().counts, "what she agreed to came along");
    let again = second.upload_to(&form, into, ("bundle", &file.bytes)).await;
    assert!(again.has("không có việc gì mới"), "{}", again.body);

    let reply = format!("/volunteer/courier/{}", taken.between("href=\"/volunteer/courier/", "\""));
    let reply = second.get(&reply).await;
    let form = courier_form(&mut first).await;
    assert!(form.has("đang chờ 3 việc"), "{}", form.body);
    let back = first.upload_to(&form, into, ("bundle", &reply.bytes)).await;
    assert!(back.has("Xóm Dưới đã trả lời. Không còn việc nào chờ"), "{}", back.body);
    let progress = first.get("/progress").await;
    assert!(progress.has("Nơi tính kết quả đã nhận: 3"), "{}", progress.body);
    let form = courier_form(&mut second).await;
    let stray = second.upload_to(&form, into, ("bundle", &reply.bytes)).await;
    assert!(stray.has("không phải cho máy này"), "{}", stray.body);
    for name in ["..%2Fhocvu.db", "1-zz", "x"] {
        let page = second.get(&format!("/volunteer/courier/reply/{name}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{name}");
    }
}

async fn courier_form(browser: &mut Browser<'_>) -> Page {
    browser.get("/volunteer/courier").await
}

#[tokio::test]
async fn only_so_many_answers_wait_for_couriers() {
    let Two { one, two, .. } = &two_kiosks();
    let mut first = Browser::new(one);
    first.add("Lan").await;
    relay(one).set_upstream(&JoinCode::from_text(&hub_code_of(two)).unwrap()).unwrap();
    let (mut second, mut names) = (Browser::new(two), Vec::new());
    second.volunteer().await;
    for _ in 0..11 {
        two.clock.0.fetch_add(1, Ordering::SeqCst);
        settle(one);
        let (bytes, _) = relay(one).export().unwrap().unwrap();
        let form = courier_form(&mut second).await;
        let page = second.upload_to(&form, "/volunteer/courier/in", ("bundle", &bytes)).await;
        names.push(page.between("href=\"/volunteer/courier/reply/", "\""));
    }
    let page = courier_form(&mut second).await;
    assert_eq!(page.body.matches("href=\"/volunteer/courier/reply/").count(), 8);
    assert!(page.has(&names[10]) && page.has(&names[3]) && !page.has(&names[2]));
}

#[tokio::test]
async fn whoever_was_added_elsewhere_is_erased_everywhere_by_the_volunteers_word_alone() {
    let Two { one, two, .. } = &two_kiosks();
    let (mut first, mut second) = (Browser::new(one), Browser::new(two));
    first.add("Lan").await;
    let lan = only_learner(one);
    let card = typed_code(&shown_card(&mut first, &[]).await);
    take_in(&mut second, &card).await;
    two.core.learners().set_pin(lan, Some("2580")).unwrap();
    let mut volunteer = Browser::new(two);
    volunteer.volunteer().await;
    let form = second.get("/me/erase").await;
    let mut fields = vec![("where", "everywhere"), ("understood", "yes"), ("proof", "2580")];
    let refused = second.post(&form, "/me/erase", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("được thêm ở máy khác"), "{}", refused.body);
    assert!(two.core.learners().get(lan).unwrap().is_some());
    let page = volunteer.get(&format!("/volunteer/learners/{lan}")).await;
    fields[2] = ("proof", "lúa chín vàng");
    let gone = volunteer.post(&page, &format!("/volunteer/learners/{lan}/erase"), &fields).await;
    assert_eq!(gone.path, "/volunteer/learners", "{}", gone.body);
    assert!(two.core.learners().get(lan).unwrap().is_none());
    settle(two);
    assert_eq!(relay(two).counts().unwrap().erased, 1, "the relay heard of it");
    let refused = take_in(&mut second, &card).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("đã được xóa ở mọi nơi"), "{}", refused.body);
    assert_eq!(two.core.learners().list().unwrap(), Vec::new());
}
