//! Who may run programs: the author, asked on a terminal that the test plays.

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

struct Home {
    folder: TempDir,
}

impl Home {
    fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        home.write("site/content/a/index.md", "---\ntitle: A\n---\n\n<Figure/>\n");
        home.write("site/figure.sh", "echo ran >> ../ran; echo '{\"html\": \"made\"}'");
        home.toml("sh");
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn toml(&self, shell: &str) {
        let toml = format!("[components.Figure]\ncommand = [\"{shell}\", \"figure.sh\"]\n");
        self.write("site/prebake.toml", &toml);
    }

    /// How often the program ran.
    fn runs(&self) -> usize {
        fs::read_to_string(self.path("ran")).map_or(0, |text| text.lines().count())
    }

    /// Forgets the figures.
    fn forget(&self) {
        let _ = fs::remove_dir_all(self.path("site/.prebake"));
    }

    fn command(&self, args: &[&str]) -> Command {
        self.program(&[&["build"], args].concat())
    }

    fn program(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prebake"));
        command
            .args(args)
            .current_dir(self.path("site"))
            .env("HOME", self.path("home"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env_remove("CI");
        command
    }

    /// Where nobody can be asked.
    fn quietly(&self, args: &[&str]) -> Output {
        self.command(args).stdin(Stdio::null()).output().unwrap()
    }

    /// On a terminal, where `answer` is typed as soon as a question mark shows. Gives all that the
    /// terminal shows, and whether the build went well.
    fn on_a_terminal(&self, command: &mut Command, answer: &str) -> (String, bool) {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let path = Path::new(std::ffi::OsStr::from_bytes(name.to_bytes()));
        let end = || File::options().read(true).write(true).open(path).unwrap();
        let mut child = command.stdin(end()).stderr(end()).stdout(Stdio::null()).spawn().unwrap();
        command.stdin(Stdio::null()).stderr(Stdio::null());
        let mut keyboard = File::from(master);
        let mut screen = keyboard.try_clone().unwrap();
        let (tell, shown) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            // When the last of the other ends is closed, reading fails.
            while let Ok(read @ 1..) = screen.read(&mut buffer) {
                if tell.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        let (mut text, mut answered) = (Vec::new(), false);
        let start = Instant::now();
        let status = loop {
            if let Ok(bytes) = shown.recv_timeout(Duration::from_millis(20)) {
                text.extend(bytes);
            }
            if !answered && text.ends_with(b"[y/N] ") {
                keyboard.write_all(answer.as_bytes()).unwrap();
                answered = true;
            }
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > PATIENCE {
                let _ = child.kill();
                panic!("it waits: {}", String::from_utf8_lossy(&text));
            }
        };
        while let Ok(bytes) = shown.recv_timeout(Duration::from_millis(100)) {
            text.extend(bytes);
        }
        (String::from_utf8_lossy(&text).replace('\r', ""), status.success())
    }

    fn asked(&self, answer: &str) -> (String, bool) {
        self.on_a_terminal(&mut self.command(&[]), answer)
    }
}

#[test]
fn the_author_is_asked_once_for_each_list() {
    let home = Home::new();
    let (said, done) = home.asked("y\n");
    assert!(done, "{said}");
    assert!(said.contains("Figure: sh figure.sh\n"), "{said}");
    let site = home.path("site").canonicalize().unwrap();
    assert!(said.contains(&format!("in {}\n", site.display())), "{said}");
    assert_eq!(home.runs(), 1);

    home.forget();
    let (said, done) = home.asked("");
    assert!(done && !said.contains("[y/N]"), "{said}");
    assert_eq!(home.runs(), 2);
    home.forget();
    assert!(home.quietly(&[]).status.success(), "what is remembered needs no terminal");

    home.toml("/bin/sh");
    home.forget();
    let (said, done) = home.asked("yes\n");
    assert!(done && said.contains("Figure: /bin/sh figure.sh\n"), "{said}");
    assert_eq!(home.runs(), 4);

    fs::rename(home.path("site"), home.path("moved")).unwrap();
    fs::create_dir(home.path("site")).unwrap();
    fs::rename(home.path("moved"), home.path("site/inner")).unwrap();
    fs::remove_dir_all(home.path("site/inner/.prebake")).unwrap();
    let (said, _) = home.on_a_terminal(&mut home.command(&["--root", "inner"]), "n\n");
    assert!(said.contains("[y/N]"), "another place is another site: {said}");
}

#[test]
fn no_is_the_answer_unless_somebody_says_yes() {
    let home = Home::new();
    for answer in ["n\n", "\n", "\x04", "maybe\n"] {
        let (said, done) = home.asked(answer);
        assert!(!done, "{answer:?}: {said}");
        assert!(said.contains("refused-command"), "{answer:?}: {said}");
    }
    assert_eq!(home.runs(), 0);
}

#[test]
fn where_nobody_can_be_asked_the_command_line_has_to_say() {
    let home = Home::new();
    let refused = home.quietly(&[]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("error[refused-command]: `sh figure.sh` was not run"), "{said}");
    assert!(said.contains("--allow-commands"), "{said}");
    assert_eq!(home.runs(), 0);

    let (said, done) = home.on_a_terminal(home.command(&[]).env("CI", "true"), "y\n");
    assert!(!done && said.contains("refused-command") && !said.contains("[y/N]"), "{said}");
    assert_eq!(home.runs(), 0);

    let allowed = home.quietly(&["--allow-commands"]);
    assert!(allowed.status.success(), "{}", String::from_utf8_lossy(&allowed.stderr));
    assert_eq!(home.runs(), 1);
    assert!(home.quietly(&[]).status.success(), "what is cached is there all the same");
    home.forget();
    assert!(!home.quietly(&[]).status.success(), "the flag is not remembered");
}

#[test]
fn checking_runs_nothing_and_asks_nothing() {
    let home = Home::new();
    let (said, done) = home.on_a_terminal(&mut home.program(&["check"]), "y\n");
    assert!(done && !said.contains("[y/N]"), "{said}");
    assert_eq!(home.runs(), 0);
}

#[test]
fn an_interrupt_ends_what_runs() {
    let home = Home::new();
    let seconds = format!("7{}.5", std::process::id());
    home.write("site/figure.sh", &format!("echo ran >> ../ran; sleep {seconds}"));
    for signal in ["INT", "TERM"] {
        let mut child = home
            .command(&["--allow-commands"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        let runs = || {
            let listed = Command::new("pgrep").args(["-f", &format!("^sleep {seconds}")]).output();
            !listed.unwrap().stdout.is_empty()
        };
        while !runs() {
            assert!(start.elapsed() < PATIENCE, "it never ran");
            thread::sleep(Duration::from_millis(20));
        }
        let pid = child.id().to_string();
        Command::new("kill").args(["-s", signal, &pid]).status().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
        let start = Instant::now();
        while runs() {
            assert!(start.elapsed() < PATIENCE, "it still runs after {signal}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}
