//! Rows of the kiosk: starting, first page, memory, thirty learners at once over real HTTP.

use std::net::SocketAddr;
use std::path::Path;

use hocvu_tests::{Browser, Machine, Serving, form};

use super::row::{Row, percentile};
use super::{Fail, memory_peak_mib, ms_of};

const LEARNERS: usize = 30;
const ANSWERS_EACH: usize = 10;

fn first_reply(machine: &Machine) -> Result<(Serving, usize), Fail> {
    let kiosk = machine.serve(&[])?;
    let reply = Browser::new(kiosk.address).get("/")?;
    if reply.status != 200 {
        return Err(format!("the first page answered {}", reply.status).into());
    }
    Ok((kiosk, reply.bytes))
}

/// All rows of the kiosk.
pub(crate) fn rows(program: &Path, scratch: &Path) -> Result<Vec<Row>, Fail> {
    let machine = Machine::with(program, &scratch.join("kiosk"))?;
    let (first_ms, first) = ms_of(|| first_reply(&machine));
    drop(first?);
    let (later_ms, later) = ms_of(|| first_reply(&machine));
    let (kiosk, page_bytes) = later?;
    let idle = memory_peak_mib(&kiosk.pid().to_string())?;
    let page = Browser::new(kiosk.address).get("/")?;
    let style = page
        .body
        .split("href=\"")
        .find(|rest| rest.split('"').next().is_some_and(|path| path.ends_with(".css")));
    let style = style.and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let style_bytes = match style {
        "" => 0,
        path => Browser::new(kiosk.address).get(path)?.bytes,
    };
    let first = Row::at_most("kiosk: first start to first reply", first_ms, "ms", 100.0);
    let later = Row::at_most("kiosk: later start to first reply", later_ms, "ms", 50.0);
    let memory = Row::at_most("kiosk: memory, idle", idle, "MiB", 24.0);
    let kilobytes = (page_bytes + style_bytes) as f64 / 1_000.0;
    let weight = Row::at_most("kiosk: first page and its style", kilobytes, "kB", 30.0);
    let mut rows = vec![
        first.beside("Kolibri 2,400, Anki 170", Some(170.0)),
        later.beside("Kolibri 900 - 1,100, Anki 170", Some(170.0)),
        memory.beside("Kolibri 106, Anki 37", Some(37.0)),
        weight.beside("Kolibri 2,860", Some(2_860.0)),
    ];
    rows.extend(thirty(&kiosk)?);
    Ok(rows)
}

/// What one learner's pages and answers took, and what went wrong.
#[derive(Default)]
struct Told {
    pages: Vec<f64>,
    answers: Vec<f64>,
    errors: Vec<String>,
}

fn thirty(kiosk: &Serving) -> Result<Vec<Row>, Fail> {
    let address = kiosk.address;
    let told: Vec<Told> = std::thread::scope(|scope| {
        let people: Vec<_> =
            (0..LEARNERS).map(|n| scope.spawn(move || one_learner(address, n))).collect();
        people.into_iter().map(|p| p.join().expect("a learner's thread ends")).collect()
    });
    let mut all = Told::default();
    for one in told {
        all.pages.extend(one.pages);
        all.answers.extend(one.answers);
        all.errors.extend(one.errors);
    }
    if let Some(error) = all.errors.first() {
        eprintln!("bench: {} errors of thirty learners, first: {error}", all.errors.len());
    }
    let peak = memory_peak_mib(&kiosk.pid().to_string())?;
    let given = all.answers.len();
    let slow = percentile(&mut all.answers, 99.0);
    let half = percentile(&mut all.answers, 50.0);
    let page = percentile(&mut all.pages, 99.0);
    let page_half = percentile(&mut all.pages, 50.0);
    let name = format!("{LEARNERS} learners at once: {given} answers with next page, p99");
    let answers = Row::at_most(&name, slow, "ms", 550.0);
    let pages = Row::at_most("… a page, p99", page, "ms", 250.0);
    let mut errors = Row::at_most("… errors", all.errors.len() as f64, "", 0.0);
    errors.ok &= given == LEARNERS * ANSWERS_EACH;
    let memory = Row::at_most("… memory of the kiosk, peak", peak, "MiB", 32.0);
    let kolibri = "Kolibri p99 550 with 4 clients";
    Ok(vec![
        answers.beside(&format!("median {half:.1} ms; {kolibri}"), Some(550.0)),
        pages.beside(&format!("median {page_half:.1} ms"), None),
        errors.beside(&format!("of {} answers wanted", LEARNERS * ANSWERS_EACH), None),
        memory.beside("Kolibri's server 180", Some(180.0)),
    ])
}

fn one_learner(address: SocketAddr, number: usize) -> Told {
    let mut told = Told::default();
    if let Err(error) = learn(address, number, &mut told) {
        told.errors.push(error.to_string());
    }
    told
}

fn learn(address: SocketAddr, number: usize, told: &mut Told) -> Result<(), Fail> {
    let mut browser = Browser::new(address);
    let page = browser.get("/people/new")?;
    let name = format!("Trần Thị Lan {number}");
    let fields = [("name", name.as_str()), ("guardian", ""), ("consent_record", "yes")];
    let mut added = form(&page.body, "/people/new", &fields).ok_or("no form to add somebody")?;
    added.leave_out(&["child", "guardian_agrees", "child_agrees", "consent_count"]);
    expect_200(browser.send(&added)?.status, "adding somebody")?;
    let mut see = |browser: &mut Browser, path: &str| {
        let (took, page) = ms_of(|| browser.get(path));
        told.pages.push(took);
        let page = page?;
        expect_200(page.status, path)?;
        Ok::<_, Fail>(page)
    };
    see(&mut browser, "/home")?;
    let course = see(&mut browser, "/course/mat-khau-otp")?;
    let start = form(&course.body, "/quiz/", &[]).ok_or("no quiz to begin")?;
    let mut page = browser.send(&start)?;
    for _ in 0..ANSWERS_EACH {
        let question = form(&page.body, "/attempt/", &[]).ok_or("no question to answer")?;
        let attempt = question.action.clone();
        let (took, next) = ms_of(|| {
            let said = browser.send(&question)?;
            expect_200(said.status, "an answer")?;
            browser.get(&attempt)
        });
        told.answers.push(took);
        page = next?;
    }
    Ok(())
}

fn expect_200(status: u16, what: &str) -> Result<(), Fail> {
    if status == 200 { Ok(()) } else { Err(format!("{what} was answered with {status}").into()) }
}
