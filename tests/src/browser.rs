//! A small browser over plain sockets, for the kiosk on this machine only: cookies, forms, bounds. It
//! runs no script, so what it can do everybody can.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Why a page was not had.
type Fail = Box<dyn std::error::Error>;

/// The longest reply that is read.
const REPLY_BYTES_MAX: u64 = 4 << 20;

/// How long a reply may take.
const WAIT: Duration = Duration::from_secs(30);

/// A reply as it came.
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Bytes with the head.
    pub bytes: usize,
    /// The page.
    pub body: String,
    location: Option<String>,
}

/// One person's browser.
pub struct Browser {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
}

/// A form of a page: where it goes and its fields, filled in.
pub struct Form {
    /// Where it goes.
    pub action: String,
    fields: Vec<(String, String)>,
}

impl Form {
    /// Leaves boxes unchecked.
    pub fn leave_out(&mut self, names: &[&str]) {
        self.fields.retain(|(name, _)| !names.contains(&name.as_str()));
    }
}

impl Browser {
    /// A browser that knows no cookie yet, on the kiosk at this address.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new() }
    }

    /// Goes on where the kiosk is now.
    pub fn go_to(&mut self, address: SocketAddr) {
        self.address = address;
    }

    /// Gets a page and whatever it leads to.
    pub fn get(&mut self, path: &str) -> Result<Reply, Fail> {
        let reply = self.once("GET", path, "")?;
        self.follow(reply)
    }

    /// Sends a form and gets the page that it leads to.
    pub fn send(&mut self, form: &Form) -> Result<Reply, Fail> {
        let pairs: Vec<String> =
            form.fields.iter().map(|(n, v)| format!("{}={}", encoded(n), encoded(v))).collect();
        let reply = self.once("POST", &form.action, &pairs.join("&"))?;
        self.follow(reply)
    }

    fn follow(&mut self, mut reply: Reply) -> Result<Reply, Fail> {
        for _ in 0..5 {
            match reply.location.take() {
                Some(to) if (300..400).contains(&reply.status) => {
                    reply = self.once("GET", &to, "")?;
                }
                _ => return Ok(reply),
            }
        }
        Err("a page leads in a circle".into())
    }

    fn once(&mut self, method: &str, path: &str, form: &str) -> Result<Reply, Fail> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(WAIT))?;
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\n\
             Origin: http://{}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{form}",
            self.address,
            cookies.join("; "),
            self.address,
            form.len()
        );
        stream.write_all(head.as_bytes())?;
        let mut bytes = Vec::new();
        stream.take(REPLY_BYTES_MAX).read_to_end(&mut bytes)?;
        self.read(&bytes)
    }

    fn read(&mut self, bytes: &[u8]) -> Result<Reply, Fail> {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").ok_or("no HTTP reply")?;
        let status = head.split(' ').nth(1).ok_or("no status")?.parse()?;
        let mut location = None;
        for line in head.lines() {
            let Some((name, value)) = line.split_once(": ") else { continue };
            match name.to_ascii_lowercase().as_str() {
                "location" => location = Some(value.to_owned()),
                "set-cookie" => {
                    let pair = value.split(';').next().and_then(|pair| pair.split_once('='));
                    if let Some((name, value)) = pair {
                        self.cookies.insert(name.to_owned(), value.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(Reply { status, bytes: bytes.len(), body: body.to_owned(), location })
    }
}

/// The first form whose action holds `wanted`, filled in as somebody does who takes the first
/// choice everywhere; `extra` goes first.
pub fn form(page: &str, wanted: &str, extra: &[(&str, &str)]) -> Option<Form> {
    let after = page.split("<form ").skip(1).find(|form| {
        let tag = form.split('>').next().unwrap_or("");
        attribute(tag, "action").is_some_and(|action| action.contains(wanted))
    })?;
    let text = after.split("</form>").next()?;
    let action = attribute(text.split('>').next()?, "action")?;
    let mut fields: Vec<(String, String)> =
        extra.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    for (number, tag) in text.split('<').filter(|tag| !tag.starts_with('/')).enumerate() {
        let Some(name) = attribute(tag, "name") else { continue };
        if fields.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let value = attribute(tag, "value").unwrap_or_default();
        if tag.starts_with("select ") {
            let turn = fields.len();
            fields.push((name, chosen(text, number, turn)));
        } else if tag.starts_with("input ") {
            match attribute(tag, "type").as_deref() {
                Some("hidden" | "radio" | "checkbox") => fields.push((name, value)),
                _ => fields.push((name, String::from("1"))),
            }
        }
    }
    Some(Form { action, fields })
}

/// Another option for each select, so that an order names every item once.
fn chosen(text: &str, number: usize, turn: usize) -> String {
    let tags: Vec<&str> = text.split('<').filter(|tag| !tag.starts_with('/')).collect();
    let options: Vec<String> = tags[number + 1..]
        .iter()
        .take_while(|tag| tag.starts_with("option"))
        .filter_map(|tag| attribute(tag, "value"))
        .filter(|value| !value.is_empty())
        .collect();
    options.get(turn % options.len().max(1)).cloned().unwrap_or_default()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next().map(str::to_owned)
}

fn encoded(text: &str) -> String {
    let one = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    };
    text.bytes().map(one).collect()
}
