//! The programs of the machine.

use super::{Exit, Invocation, Process, Processes, Started};
use std::collections::BTreeSet;
use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The programs of the machine, through `std::process`. Clones know of each other's programs.
///
/// On Unix each program leads a process group, which is killed as a whole; what makes a session of
/// its own has left it. On Windows `taskkill` ends the tree of its children.
#[derive(Debug, Clone, Default)]
pub struct RealProcesses {
    running: Arc<Mutex<Running>>,
}

#[derive(Debug, Default)]
struct Running {
    leaders: BTreeSet<u32>,
    closed: bool,
}

fn lock(running: &Mutex<Running>) -> MutexGuard<'_, Running> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Processes for RealProcesses {
    fn start(&self, invocation: &Invocation) -> io::Result<Started> {
        let Invocation { program, arguments, folder, environment, memory } = invocation;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(folder)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        system::lead_a_family(&mut command);
        // Held from before the start to after it, so that an interrupt misses nobody.
        let mut running = lock(&self.running);
        if running.closed {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let mut child = command.spawn()?;
        running.leaders.insert(child.id());
        drop(running);
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let mut process = RealProcess { child, running: Arc::clone(&self.running), exit: None };
        if let Some(bytes) = memory {
            // Where it fails the program runs without, as on a system without limits.
            let _ = system::limit_memory(process.child.id(), *bytes);
        }
        let (Some(input), Some(output), Some(log)) = pipes else {
            process.kill();
            return Err(io::Error::other("the program has no pipes"));
        };
        Ok(Started {
            input: Box::new(input),
            output: Box::new(output),
            log: Box::new(log),
            process: Box::new(process),
        })
    }

    fn limits_memory(&self) -> bool {
        system::LIMITS_MEMORY
    }

    fn end_all(&self) {
        let mut running = lock(&self.running);
        running.closed = true;
        for leader in &running.leaders {
            system::kill_family(*leader);
        }
    }
}

struct RealProcess {
    child: Child,
    running: Arc<Mutex<Running>>,
    exit: Option<Exit>,
}

impl Process for RealProcess {
    fn ended(&mut self) -> io::Result<Option<Exit>> {
        if self.exit.is_none() && system::has_ended(&mut self.child)? {
            // The system still keeps its number: what it has started and left behind ends too.
            self.kill();
        }
        Ok(self.exit)
    }

    fn kill(&mut self) {
        if self.exit.is_some() {
            return;
        }
        let mut running = lock(&self.running);
        system::kill_family(self.child.id());
        // Whatever has become of its family.
        let _ = self.child.kill();
        let status = self.child.wait();
        running.leaders.remove(&self.child.id());
        self.exit = Some(status.map_or(Exit::Signal(9), exit));
    }
}

impl Drop for RealProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

fn exit(status: ExitStatus) -> Exit {
    match status.code() {
        Some(code) => Exit::Code(code),
        None => Exit::Signal(system::signal(status)),
    }
}

#[cfg(unix)]
mod system {
    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
    use std::io;
    use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
    use std::process::{Child, Command, ExitStatus};

    pub(super) const LIMITS_MEMORY: bool = cfg!(target_os = "linux");

    pub(super) fn lead_a_family(command: &mut Command) {
        command.process_group(0);
    }

    /// Whether the process has ended; its number stays its own until it is waited for.
    pub(super) fn has_ended(child: &mut Child) -> io::Result<bool> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let Some(process) = number(child.id()) else { return Ok(true) };
        Ok(waitid(WaitId::Pid(process), options)?.is_some())
    }

    pub(super) fn kill_family(leader: u32) {
        if let Some(group) = number(leader) {
            // It fails where all of them have ended.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    fn number(process: u32) -> Option<Pid> {
        i32::try_from(process).ok().and_then(Pid::from_raw)
    }

    pub(super) fn signal(status: ExitStatus) -> i32 {
        status.signal().unwrap_or_default()
    }

    /// Limits what a process and all that it starts from now on may write to. The limit of address
    /// space would refuse what is only set aside, and interpreters set aside gigabytes.
    #[cfg(target_os = "linux")]
    pub(super) fn limit_memory(process: u32, bytes: u64) -> io::Result<()> {
        use rustix::process::{Resource, Rlimit, prlimit};
        let limit = Rlimit { current: Some(bytes), maximum: Some(bytes) };
        prlimit(number(process), Resource::Data, limit)?;
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn limit_memory(_process: u32, _bytes: u64) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;
    use std::process::{Child, Command, ExitStatus, Stdio};

    pub(super) const LIMITS_MEMORY: bool = false;

    pub(super) fn lead_a_family(_command: &mut Command) {}

    pub(super) fn has_ended(child: &mut Child) -> io::Result<bool> {
        Ok(child.try_wait()?.is_some())
    }

    pub(super) fn kill_family(leader: u32) {
        // Where it fails, the child itself is killed all the same.
        let _ = Command::new("taskkill")
            .args(["/T", "/F", "/PID", &leader.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }

    pub(super) fn signal(_status: ExitStatus) -> i32 {
        0
    }

    pub(super) fn limit_memory(_process: u32, _bytes: u64) -> io::Result<()> {
        Ok(())
    }
}
