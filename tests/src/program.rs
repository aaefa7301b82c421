//! The program itself, as people run it: a machine with a home and a data folder of its own, and
//! `hocvu` in another process on it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use hocvu_core::sync::JoinCode;

use crate::Browser;

type Fail = Box<dyn std::error::Error>;

/// One computer of a story.
pub struct Machine {
    folder: PathBuf,
    program: PathBuf,
}

/// `hocvu serve` in a process; killed when it is dropped.
pub struct Serving {
    child: Child,
    /// Where it serves.
    pub address: SocketAddr,
}

impl Machine {
    /// A machine in a folder that is made, with the program built as this process was.
    pub fn new(folder: &Path) -> Result<Self, Fail> {
        Self::with(program()?, folder)
    }

    /// The same with any build of the program.
    pub fn with(program: &Path, folder: &Path) -> Result<Self, Fail> {
        std::fs::create_dir_all(folder.join("home"))?;
        Ok(Self { folder: folder.to_owned(), program: program.to_owned() })
    }

    /// Where its data folder is, or will be.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A file of that name beside the data folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Serves the data folder on a free port of this computer.
    pub fn serve(&self, args: &[&str]) -> Result<Serving, Fail> {
        let log = File::options().create(true).append(true).open(self.file("log"))?;
        let mut child = self
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let stdout = child.stdout.take().ok_or("the program has no output")?;
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            if let Some(address) = line.strip_prefix("hocvu: http://") {
                return Ok(Serving { address: address.parse()?, child });
            }
        }
        let status = child.wait()?;
        Err(format!("hocvu serve ended with {status}: {}", self.log()).into())
    }

    /// Runs a command that works on the data folder, and expects that it succeeds.
    pub fn run(&self, args: &[&OsStr]) -> Result<String, Fail> {
        said(args, self.command(args).output()?)
    }

    /// Runs a command that works on files alone, and expects that it succeeds.
    pub fn run_alone(&self, args: &[&OsStr]) -> Result<String, Fail> {
        said(args, self.bare(args).output()?)
    }

    /// What its programs said of themselves.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.file("log")).unwrap_or_default()
    }

    fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut command = self.bare(args);
        command.arg("--data").arg(self.data());
        command
    }

    fn bare<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(args)
            .env("HOME", self.file("home"))
            .env("XDG_STATE_HOME", self.file("home/state"))
            .env("LC_ALL", "vi_VN.UTF-8")
            .env_remove("RUST_LOG");
        command
    }
}

/// What a command said, if it succeeded.
fn said(args: &[&OsStr], output: Output) -> Result<String, Fail> {
    let Output { status, stdout, stderr } = output;
    let (said, wrong) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    match status.success() {
        true => Ok(said.into_owned()),
        false => Err(format!("hocvu {args:?} ended with {status}: {said}{wrong}").into()),
    }
}

impl Serving {
    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The code that phones join with, with the address at which this computer reaches it.
    pub fn join_code(&self) -> Result<JoinCode, Fail> {
        let page = Browser::new(self.address).get("/join")?.body;
        let code = code_on(&page).ok_or("the page shows no code")??;
        Ok(JoinCode { addresses: vec![format!("http://{}", self.address)], ..code })
    }

    /// Ends it in the middle of whatever it does: SIGKILL.
    pub fn kill(mut self) -> Result<(), Fail> {
        self.child.kill()?;
        let status = self.child.wait()?;
        match status.code() {
            None => Ok(()),
            Some(code) => Err(format!("hocvu had ended by itself with {code}").into()),
        }
    }

    /// Asks it to stop, as Ctrl-C does, and expects that it does so cleanly.
    pub fn stop(mut self) -> Result<(), Fail> {
        let told = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status()?;
        let status = self.child.wait()?;
        if told.success() && status.success() {
            return Ok(());
        }
        Err(format!("hocvu was told to stop ({told}) and ended with {status}").into())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The join code that a page shows as text, if it shows one.
pub fn code_on(page: &str) -> Option<Result<JoinCode, Fail>> {
    let (_, shown) = page.split_once("class=\"typed-code\"")?;
    let (_, text) = shown.split('<').next()?.split_once('>')?;
    Some(JoinCode::from_text(text).map_err(Fail::from))
}

/// The program, built as this process was: whoever runs the tests of this crate alone has not built
/// it, or has built it before the last change.
fn program() -> Result<&'static Path, Fail> {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = PROGRAM.get_or_init(|| build().map_err(|error| error.to_string()));
    Ok(built.as_deref().map_err(String::as_str)?)
}

fn build() -> Result<PathBuf, Fail> {
    let own = std::env::current_exe()?;
    // A test lies in a folder of the build's, a program in the build's own.
    let is_of_build = |folder: &&Path| !folder.ends_with("deps");
    let folder = own.ancestors().skip(1).find(is_of_build).ok_or("this process lies nowhere")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--locked", "--package", "hocvu", "--bin", "hocvu"]);
    if folder.ends_with("release") {
        command.arg("--release");
    }
    let status = command.current_dir(env!("CARGO_MANIFEST_DIR")).status()?;
    if !status.success() {
        return Err(format!("building hocvu ended with {status}").into());
    }
    Ok(folder.join(format!("hocvu{}", std::env::consts::EXE_SUFFIX)))
}
