//! The mirror over its router, without a socket.
//!
//! 1. what is published, listed and given: whole, in ranges, from an older edition
//! 2. what is refused, and that nothing changes then
//! 3. the folder: torn, altered, emptied; what is dropped when
//! 4. many readers at once, while a new edition is published
//! 5. the stick

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use hocvu::author::{Course, new_course, read_course};
use hocvu::commands::course::pack_of;
use hocvu::kiosk::assets::STARTER_PACKS;
use hocvu::mirror::stick::Stick;
use hocvu::mirror::{Mirror, http};
use hocvu_core::course::Day;
use hocvu_core::ids::{CourseId, PublisherId};
use hocvu_core::pack::{
    Catalogue, CataloguePack, Edition, FileEntry, Listing, Publisher, Root, RootChain, SecretKey,
    SignedRoot, Signer, UpdateOffer, apply_update, build_catalogue, update_path,
};
use hocvu_core::platform::FileKeyStore;
use hocvu_core::ports::{Clock, SystemEntropy};
use hocvu_core::{HocvuCore, OpenRequest, Ports};
use http_body_util::BodyExt;
use tower::ServiceExt;

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now_s(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A publisher under a root of its own.
fn signer(courses: Option<Vec<CourseId>>) -> (Signer, RootChain) {
    let (root, key) = (SecretKey::generate(&SystemEntropy), SecretKey::generate(&SystemEntropy));
    let id = PublisherId::parse("nxb").unwrap();
    let (name, keys) = ("Nhà xuất bản".to_owned(), vec![key.public()]);
    let publisher = Publisher { id: id.clone(), name, keys, courses, generation: 1 };
    let first = Root::first("Tỉnh", 1, vec![root.public()], vec![publisher]);
    let roots = RootChain::begin(SignedRoot::new(&first).unwrap().sign(&root)).unwrap();
    (Signer::new(roots.clone(), id, key).unwrap(), roots)
}

fn noise(seed: u64, bytes: usize) -> Vec<u8> {
    let mut stream = blake3::Hasher::new().update(&seed.to_le_bytes()).finalize_xof();
    let mut noise = vec![0; bytes];
    stream.fill(&mut noise);
    noise
}

/// An example course that weighs something, in a version; each has other words.
fn course(id: &str, version: u32) -> Course {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("khoa-moi");
    new_course(&dir, Day { year: 2026, month: 11, day: 22 }).unwrap();
    let lesson = dir.join("lessons/02-gui-tin-cho-gon.md");
    let text = fs::read_to_string(&lesson).unwrap();
    let (head, rest) = text.rsplit_once("+++\n").unwrap();
    fs::write(&lesson, format!("{head}+++\n\nĐây là bản số {version}.\n{rest}")).unwrap();
    let mut course = read_course(&dir).unwrap();
    course.id = CourseId::parse(id).unwrap();
    course.version = version;
    for info in course.infos.values_mut() {
        info.id = course.id.clone();
    }
    course.media.insert("loi.opus".into(), [b"OggS\0".to_vec(), noise(1, 150_000)].concat());
    course
}

struct Server {
    router: Router,
    core: Arc<HocvuCore>,
    mirror: Arc<Mirror>,
    users: usize,
    signer: Signer,
    data: PathBuf,
    _folder: tempfile::TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Server {
    /// A server that trusts the root of a publisher.
    fn new() -> Self {
        let server = Self::strange();
        let (signer, roots) = signer(None);
        server.core.packs().trust_root(&roots.encode(), &roots.fingerprint()).unwrap();
        Self { signer, ..server }
    }

    /// A server that trusts nobody yet.
    fn strange() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let ports = Ports {
            clock: Arc::new(TestClock(AtomicI64::new(1_795_400_000))),
            entropy: Arc::new(SystemEntropy),
            keys: Arc::new(FileKeyStore::new(folder.path().join("keys"))),
        };
        let request = OpenRequest { data: data.clone(), marker: folder.path().join("marker") };
        let core = Arc::new(HocvuCore::open(&request, ports).unwrap());
        let mirror = Mirror::new(&data);
        let router = http::routes(Arc::clone(&mirror), Arc::clone(&core));
        let signer = signer(None).0;
        let users = Arc::strong_count(&mirror);
        Self { router, core, mirror, users, signer, data, _folder: folder }
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.with(Method::GET, path, headers).await
    }

    async fn with(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, bytes: Vec<u8>) -> Answer {
        self.ask(Request::post("/v1/courses").body(Body::from(bytes)).unwrap()).await
    }

    fn pack(&self, course: &Course) -> Vec<u8> {
        pack_of(course, Some(&self.signer)).unwrap()
    }

    fn catalogue(&self, version: u32, packs: &[&[u8]]) -> Vec<u8> {
        let packs = packs.iter().map(|pack| CataloguePack::of(pack).unwrap()).collect();
        build_catalogue(version, packs, &self.signer).unwrap()
    }

    /// Publishes an edition as an author does, and waits until it is listed.
    async fn publish(&self, catalogue: u32, course: &Course) -> [u8; 32] {
        let pack = self.pack(course);
        let answer = self.post(pack.clone()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let answer = self.post(self.catalogue(catalogue, &[&pack])).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        self.mirror.keep(&self.core).unwrap();
        CataloguePack::of(&pack).unwrap().manifest
    }

    async fn listing(&self) -> Listing {
        let answer = self.get("/v1/courses", &[]).await;
        assert_eq!(answer.status, StatusCode::OK);
        Listing::decode(&answer.body).unwrap()
    }

    /// A mirror on the same folder, as after a start.
    async fn again(self) -> Self {
        // What the earlier one has begun it ends first.
        while Arc::strong_count(&self.mirror) > self.users {
            tokio::task::yield_now().await;
        }
        let mirror = Mirror::new(&self.data);
        let router = http::routes(Arc::clone(&mirror), Arc::clone(&self.core));
        Self { mirror, router, ..self }
    }
}

fn offer(listing: &Listing, to: [u8; 32], from: Option<[u8; 32]>) -> Option<&UpdateOffer> {
    let is_from = |offer: &UpdateOffer| offer.from.as_ref().map(|from| **from) == from;
    listing.updates.iter().find(|offer| *offer.to == to && is_from(offer))
}

// 1.

#[tokio::test]
async fn a_published_course_is_listed_and_given_whole() {
    let server = Server::new();
    let (status, retry) = {
        let early = server.get("/v1/courses", &[]).await;
        (early.status, early.header("retry-after").to_owned())
    };
    assert_eq!((status, retry.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "10"));
    let course = course("khoa-moi", 1);
    let to = server.publish(1, &course).await;
    let answer = server.get("/v1/courses", &[]).await;
    assert_eq!(answer.header("content-type"), "application/vnd.hocvu.listing");
    assert_eq!(answer.header("cache-control"), "no-cache");
    let listing = Listing::decode(&answer.body).unwrap();
    let (catalogue, _) = Catalogue::read_signed(&listing.catalogues[0]).unwrap();
    assert_eq!((catalogue.packs.len(), catalogue.packs[0].manifest), (1, to));
    let offer = offer(&listing, to, None).unwrap();
    let update = server.get(&update_path(&to, None), &[]).await;
    assert_eq!(update.header("content-type"), "application/vnd.hocvu.update");
    assert_eq!(update.header("accept-ranges"), "bytes");
    assert!(!update.header("cache-control").contains("immutable"));
    assert_eq!(update.body.len() as u64, offer.text_bytes + offer.media_bytes);
    let tag = format!("\"{}\"", blake3::hash(&update.body).to_hex());
    assert_eq!(update.header("etag"), tag);
    let (_, files) = apply_update(&update.body, &to, None).unwrap();
    assert_eq!(files, course.files());

    let tag = answer.header("etag").to_owned();
    let known = server.get("/v1/courses", &[("if-none-match", &tag)]).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let other = server.get("/v1/courses", &[("if-none-match", "\"x\"")]).await;
    assert_eq!(other.body, answer.body);
}

#[tokio::test]
async fn every_range_is_the_whole_from_there_to_there() {
    let server = Server::new();
    let to = server.publish(1, &course("khoa-moi", 1)).await;
    let path = update_path(&to, None);
    let whole = server.get(&path, &[]).await;
    let (size, tag) = (whole.body.len(), whole.header("etag").to_owned());
    assert!(size > 150_000);
    let edges = [0, 1, 19, 20, 65_535, 65_536, 65_537, 131_072, size - 2, size - 1];
    for (at, first) in edges.into_iter().enumerate() {
        for last in edges.into_iter().skip(at).chain([size, size + 9]) {
            let range = format!("bytes={first}-{last}");
            let headers = [("range", range.as_str()), ("if-range", tag.as_str())];
            let part = server.get(&path, &headers).await;
            assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
            let end = (last + 1).min(size);
            assert!(part.body == whole.body[first..end], "{range}");
            let said = format!("bytes {first}-{}/{size}", end - 1);
            assert_eq!(part.header("content-range"), said);
            assert_eq!(part.header("content-length"), (end - first).to_string());
            assert_eq!(part.header("etag"), tag);
        }
        let rest = server.get(&path, &[("range", &format!("bytes={first}-"))]).await;
        assert!(rest.body == whole.body[first..]);
    }
    let behind = server.get(&path, &[("range", &format!("bytes={size}-"))]).await;
    assert_eq!(behind.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(behind.header("content-range"), format!("bytes */{size}"));
    let changed = server.get(&path, &[("range", "bytes=5-"), ("if-range", "\"other\"")]).await;
    assert_eq!((changed.status, changed.body == whole.body), (StatusCode::OK, true));
    let head = server.with(Method::HEAD, &path, &[]).await;
    assert_eq!(head.header("content-length"), size.to_string());
    assert_eq!((head.body.len(), head.header("etag")), (0, tag.as_str()));
    let post = server.with(Method::POST, &path, &[]).await;
    assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn who_has_an_older_edition_is_given_what_changed() {
    let server = Server::new();
    server.core.packs().install_starters(&STARTER_PACKS[..1]).unwrap();
    server.mirror.keep(&server.core).unwrap();
    assert!(server.listing().await.updates.is_empty(), "nobody published it");
    let mut editions = Vec::new();
    for version in 1..=7 {
        editions.push((server.publish(version, &course("khoa-moi", version)).await, version));
    }
    let listing = server.listing().await;
    let (to, _) = editions.pop().unwrap();
    let whole = server.get(&update_path(&to, None), &[]).await;
    for (from, version) in &editions {
        let found = offer(&listing, to, Some(*from));
        assert_eq!(found.is_some(), *version >= 3, "the last four");
        let update = server.get(&update_path(&to, Some(from)), &[]).await;
        let older = course("khoa-moi", *version);
        let files: BTreeMap<_, _> = older.files();
        let read = |entry: &FileEntry| Ok(files[&entry.path].clone());
        let pack = server.pack(&older);
        let manifest = manifest_of(&pack);
        assert_eq!(blake3::hash(&manifest).as_bytes(), from);
        let edition = Edition { body: &manifest, read: &read };
        let (_, made) = apply_update(&update.body, &to, Some(&edition)).unwrap();
        assert_eq!(made, course("khoa-moi", 7).files());
        match found {
            Some(offer) => {
                assert_eq!(update.body.len() as u64, offer.text_bytes + offer.media_bytes);
                assert!(update.body.len() < 1_000, "{}", update.body.len());
            }
            None => assert_eq!(update.body, whole.body),
        }
    }
    assert_eq!(server.get(&update_path(&[9; 32], None), &[]).await.status, StatusCode::NOT_FOUND);
    let known = format!("/v1/courses/{}", "g".repeat(64));
    assert_eq!(server.get(&known, &[]).await.status, StatusCode::NOT_FOUND);
    let odd = format!("{}?from=1", update_path(&to, None));
    assert_eq!(server.get(&odd, &[]).await.status, StatusCode::BAD_REQUEST);
    let (older, _) = editions[0];
    let gone = server.get(&update_path(&older, None), &[]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND, "no catalogue names it any more");
}

/// The exact bytes of a pack's manifest: key 1 of the cover.
fn manifest_of(pack: &[u8]) -> Vec<u8> {
    let cover = &pack[12..];
    let mut decoder = minicbor::Decoder::new(cover);
    decoder.map().unwrap();
    decoder.u32().unwrap();
    decoder.skip().unwrap();
    assert_eq!(decoder.u32().unwrap(), 1);
    decoder.bytes().unwrap().to_vec()
}

#[tokio::test]
async fn a_course_that_the_program_brought_is_brought_up_to_date_from_it() {
    let server = Server::new();
    let own = pack_of(&course("khoa-moi", 3), None).unwrap();
    server.core.packs().install_starter(&own).unwrap();
    server.mirror.keep(&server.core).unwrap();
    let to = server.publish(1, &course("khoa-moi", 1)).await;
    let from = CataloguePack::of(&own).unwrap().manifest;
    let listing = server.listing().await;
    let small = offer(&listing, to, Some(from)).unwrap();
    assert!(small.text_bytes + small.media_bytes < 1_000);
    let server = server.again().await;
    server.mirror.keep(&server.core).unwrap();
    assert_eq!(server.listing().await, listing, "also after the next start");
}

#[tokio::test]
async fn a_pack_without_a_catalogue_is_not_listed_and_the_older_one_stays() {
    let server = Server::new();
    let one = server.publish(1, &course("khoa-moi", 1)).await;
    let before = server.listing().await;
    let two = server.pack(&course("khoa-moi", 2));
    assert_eq!(server.post(two.clone()).await.status, StatusCode::OK);
    server.mirror.keep(&server.core).unwrap();
    assert_eq!(server.listing().await, before);
    assert_eq!(server.get(&update_path(&one, None), &[]).await.status, StatusCode::OK);
    let again = server.post(two.clone()).await;
    assert!(again.text().contains("was here already"), "{}", again.text());
    assert_eq!(server.post(server.catalogue(2, &[&two])).await.status, StatusCode::OK);
    // Taken out again.
    assert_eq!(server.post(server.catalogue(3, &[])).await.status, StatusCode::OK);
    server.mirror.keep(&server.core).unwrap();
    assert!(server.listing().await.updates.is_empty());
    assert_eq!(fs::read_dir(server.data.join("mirror/files")).unwrap().count(), 0);
    assert_eq!(fs::read_dir(server.data.join("mirror/updates")).unwrap().count(), 0);
}

// 2.

#[tokio::test]
async fn what_is_not_rightly_signed_is_refused_with_its_reason() {
    let server = Server::new();
    let first = server.publish(1, &course("khoa-moi", 2)).await;
    let before = server.listing().await;
    let pack = server.pack(&course("khoa-moi", 3));
    let refused = |answer: &Answer, status: u16, why: &str| {
        let said = answer.text();
        assert!(answer.status == status && said.contains(why), "{} {said}", answer.status);
    };
    let strange = signer(None);
    let other = pack_of(&course("khoa-moi", 3), Some(&strange.0)).unwrap();
    refused(&server.post(other).await, 403, &strange.1.fingerprint());
    let unsigned = pack_of(&course("khoa-moi", 3), None).unwrap();
    refused(&server.post(unsigned).await, 403, "is not signed");
    refused(&server.post(server.pack(&course("khoa-moi", 1))).await, 409, "is held and newer");
    let mut changed = course("khoa-moi", 2);
    changed.title = "Khác".into();
    for info in changed.infos.values_mut() {
        info.title = "Khác".into();
    }
    refused(&server.post(server.pack(&changed)).await, 409, "raise the version");
    for at in [0, 9, 40, 400, pack.len() / 2, pack.len() - 1] {
        let mut altered = pack.clone();
        altered[at] ^= 1;
        let answer = server.post(altered).await;
        assert!(answer.status.is_client_error(), "{at}: {}", answer.status);
    }
    for bytes in [0, 7, 8, 12, 100, pack.len() - 1] {
        let answer = server.post(pack[..bytes].to_vec()).await;
        assert!(answer.status.is_client_error(), "{bytes}: {}", answer.status);
    }
    let missing = server.catalogue(2, &[&pack]);
    refused(&server.post(missing).await, 409, "upload the pack first");
    let held = server.pack(&course("khoa-moi", 2));
    let mut forged = server.catalogue(2, &[&held]);
    let last = forged.len() - 1;
    forged[last] ^= 1;
    refused(&server.post(forged).await, 403, "altered");
    assert_eq!(server.post(server.catalogue(5, &[&held])).await.status, StatusCode::OK);
    refused(&server.post(server.catalogue(4, &[])).await, 409, "is held and newer");
    server.mirror.keep(&server.core).unwrap();
    assert_eq!(server.listing().await.updates, before.updates);
    assert_eq!(server.get(&update_path(&first, None), &[]).await.status, StatusCode::OK);
    assert!(!server.data.join("mirror/upload").exists(), "nothing stays behind");
}

#[tokio::test]
async fn what_is_too_large_is_cut_off_while_it_comes() {
    let server = Server::new();
    let claimed = Request::post("/v1/courses").header("content-length", "99999999");
    let answer = server.ask(claimed.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let catalogue = server.post(vec![0xa0; 3 * 1024 * 1024]).await;
    assert_eq!(catalogue.status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut endless = b"hocvupak".to_vec();
    endless.resize(69 * 1024 * 1024, 0);
    assert_eq!(server.post(endless).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(!server.data.join("mirror/upload").exists());
}

#[tokio::test]
async fn one_publication_at_a_time() {
    let server = Server::new();
    let pack = server.pack(&course("khoa-moi", 1));
    let (hold, held) = tokio::io::duplex(64);
    let slow = Body::new(axum_extra::body::AsyncReadBody::new(held));
    let router = server.router.clone();
    let request = Request::post("/v1/courses").body(slow).unwrap();
    let first = tokio::spawn(async move { router.oneshot(request).await.unwrap().status() });
    while !server.data.join("mirror/upload").exists() {
        tokio::task::yield_now().await;
    }
    let second = server.post(pack.clone()).await;
    assert_eq!(second.status, StatusCode::SERVICE_UNAVAILABLE);
    drop(hold);
    assert!(first.await.unwrap().is_client_error(), "it was empty");
    assert_eq!(server.post(pack).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_publisher_publishes_its_own_courses_only() {
    let server = Server::strange();
    let mine = CourseId::parse("khoa-moi").unwrap();
    let (signer, roots) = signer(Some(vec![mine]));
    server.core.packs().trust_root(&roots.encode(), &roots.fingerprint()).unwrap();
    let server = Server { signer, ..server };
    server.publish(1, &course("khoa-moi", 1)).await;
    let answer = server.post(server.pack(&course("khoa-khac", 1))).await;
    assert!(answer.text().contains("may not publish"), "{}", answer.text());
}

// 3.

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files_of(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[tokio::test]
async fn whatever_a_cut_left_in_the_folder_is_found_and_made_good() {
    let mut server = Server::new();
    server.publish(1, &course("khoa-moi", 1)).await;
    server.publish(2, &course("khoa-moi", 2)).await;
    let listing = server.listing().await;
    let folder = server.data.join("mirror");
    let whole: BTreeMap<PathBuf, Vec<u8>> = files_of(&folder)
        .into_iter()
        .map(|path| (path.clone(), fs::read(&path).unwrap()))
        .collect();
    let two = offer(&listing, *listing.updates[0].to, None).unwrap().clone();
    for (n, (path, bytes)) in whole.iter().enumerate() {
        match n % 4 {
            0 => fs::write(path, &bytes[..bytes.len() / 2]).unwrap(),
            1 => fs::remove_file(path).unwrap(),
            2 => fs::write(path, b"").unwrap(),
            _ => {
                let mut altered = bytes.clone();
                altered[bytes.len() / 3] ^= 1;
                fs::write(path, altered).unwrap();
            }
        }
        if path.parent() != Some(&folder) {
            fs::write(path.with_file_name(".abc.new"), b"half").unwrap();
        }
        server = server.again().await;
        server.mirror.keep(&server.core).unwrap();
        let update = server.get(&update_path(&two.to, None), &[]).await;
        assert_eq!(update.body.len() as u64, two.text_bytes + two.media_bytes);
        apply_update(&update.body, &two.to, None).unwrap();
        for path in files_of(&folder) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(!name.starts_with('.'), "{name}");
        }
        // What the first edition had alone is not on this device any more; the rest is back.
        fs::remove_dir_all(&folder).unwrap();
        for (path, bytes) in &whole {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let server = server.again().await;
    server.mirror.keep(&server.core).unwrap();
    assert_eq!(server.listing().await, listing);
}

#[tokio::test]
async fn an_update_that_was_altered_under_a_running_program_is_told_by_its_bytes() {
    let server = Server::new();
    let to = server.publish(1, &course("khoa-moi", 1)).await;
    let path = files_of(&server.data.join("mirror/updates")).remove(0);
    fs::write(&path, b"short").unwrap();
    let answer = server.get(&update_path(&to, None), &[]).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let server = server.again().await;
    server.mirror.keep(&server.core).unwrap();
    assert_eq!(server.get(&update_path(&to, None), &[]).await.status, StatusCode::OK);
}

// 4.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_readers_get_the_same_bytes_while_a_new_edition_is_published() {
    let server = Arc::new(Server::new());
    let to = server.publish(1, &course("khoa-moi", 1)).await;
    let whole = server.get(&update_path(&to, None), &[]).await.body;
    let mut reading = Vec::new();
    for n in 0..200 {
        let (server, whole) = (Arc::clone(&server), whole.clone());
        reading.push(tokio::spawn(async move {
            let mut at = (n * 677) % whole.len();
            while at < whole.len() {
                let end = (at + 9_001).min(whole.len());
                let range = format!("bytes={at}-{}", end - 1);
                let part = server.get(&update_path(&to, None), &[("range", &range)]).await;
                if [StatusCode::NOT_FOUND, StatusCode::SERVICE_UNAVAILABLE].contains(&part.status) {
                    return; // Nothing names this edition any more.
                }
                assert!(part.body == whole[at..end]);
                at = end;
            }
        }));
    }
    let open = server.router.clone();
    let request = Request::get(update_path(&to, None)).body(Body::empty()).unwrap();
    let begun = open.oneshot(request).await.unwrap().into_body();
    server.publish(2, &course("khoa-moi", 2)).await;
    server.publish(3, &course("khoa-khac", 1)).await;
    assert_eq!(server.get(&update_path(&to, None), &[]).await.status, StatusCode::NOT_FOUND);
    let rest = begun.collect().await.unwrap().to_bytes();
    assert!(rest == whole, "who had begun gets it to the end");
    for reading in reading {
        reading.await.unwrap();
    }
}

#[tokio::test]
async fn too_many_readers_are_told_to_come_later() {
    let server = Server::new();
    let to = server.publish(1, &course("khoa-moi", 1)).await;
    let mut open = Vec::new();
    for _ in 0..256 {
        let request = Request::get(update_path(&to, None)).body(Body::empty()).unwrap();
        let response = server.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        open.push(response);
    }
    let late = server.get(&update_path(&to, None), &[]).await;
    assert_eq!(late.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(late.header("retry-after"), "10");
    assert_eq!(server.get("/v1/courses", &[]).await.status, StatusCode::OK);
    open.pop();
    assert_eq!(server.get(&update_path(&to, None), &[]).await.status, StatusCode::OK);
}

// 5.

#[tokio::test]
async fn a_stick_holds_the_listing_and_every_update() {
    let server = Server::new();
    assert!(Stick::of(&server.data, &[]).unwrap().is_none());
    let one = server.pack(&course("khoa-moi", 1));
    server.publish(1, &course("khoa-moi", 1)).await;
    let two = server.pack(&course("khoa-moi", 2));
    let other = server.pack(&course("khoa-khac", 1));
    for pack in [&two, &other] {
        assert_eq!(server.post(pack.clone()).await.status, StatusCode::OK);
    }
    let both = server.catalogue(2, &[&two, &other]);
    assert_eq!(server.post(both).await.status, StatusCode::OK);
    server.mirror.keep(&server.core).unwrap();
    let listing = server.listing().await;
    assert_eq!(listing.updates.len(), 3);
    let from = CataloguePack::of(&one).unwrap().manifest;
    assert!(listing.updates.iter().any(|offer| offer.from.as_deref() == Some(&from)));

    let stick = Stick::of(&server.data, &[]).unwrap().unwrap();
    let (bytes, mut file) = (stick.bytes(), Vec::new());
    stick.write(&mut file).unwrap();
    assert_eq!(file.len() as u64, bytes);
    let mut rest = file.strip_prefix(b"hocvustk").unwrap();
    let mut take = |bytes: usize| {
        let (taken, behind) = rest.split_at(bytes);
        rest = behind;
        taken
    };
    let length = u32::from_le_bytes(take(4).try_into().unwrap());
    assert_eq!(Listing::decode(take(length as usize)).unwrap(), listing);
    for offer in &listing.updates {
        let length = u64::from_le_bytes(take(8).try_into().unwrap());
        let update = take(usize::try_from(length).unwrap());
        let path = update_path(&offer.to, offer.from.as_deref());
        assert!(server.get(&path, &[]).await.body == update);
    }
    assert!(rest.is_empty());

    let only = [CourseId::parse("khoa-khac").unwrap()];
    let stick = Stick::of(&server.data, &only).unwrap().unwrap();
    assert_eq!(stick.courses.iter().collect::<Vec<_>>(), only.iter().collect::<Vec<_>>());
    let path = server.data.with_file_name("stick");
    stick.write_file(&path).unwrap();
    assert!(fs::metadata(&path).unwrap().len() < bytes);
    let none = [CourseId::parse("khong-co").unwrap()];
    assert!(Stick::of(&server.data, &none).is_err());
}
