//! Installing a program with the system's own package manager, where that may be.

use std::process::Command;
use xtask::{Error, Result, process};

/// A program, and what each package manager calls it.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) packages: [(&'static str, &'static [&'static str]); 4],
    /// What to do on a system with none of these package managers.
    pub(crate) otherwise: &'static str,
}

/// How a package manager is asked, and whether it wants the administrator.
struct Manager {
    refresh: &'static [&'static str],
    install: &'static [&'static str],
    as_root: bool,
}

fn manager(name: &str) -> Manager {
    match name {
        "apt-get" => Manager {
            refresh: &["update"],
            install: &["install", "--yes", "-o", "DPkg::Lock::Timeout=120"],
            as_root: true,
        },
        "pacman" => {
            Manager { refresh: &[], install: &["-Sy", "--noconfirm", "--needed"], as_root: true }
        }
        "brew" => Manager { refresh: &[], install: &["install"], as_root: false },
        _ => Manager { refresh: &[], install: &["install", "-y"], as_root: true },
    }
}

/// Installs `program`, asking nobody anything.
///
/// # Errors
/// It may not or cannot be installed from here: the message holds the one command to run.
pub(crate) fn install(program: &Program) -> Result<()> {
    let found = program.packages.iter().find(|(name, _)| process::find(&[name]).is_some());
    let Some((name, packages)) = found else {
        return Err(Error::new(format!("there is no {}: {}", program.name, program.otherwise)));
    };
    let manager = manager(name);
    let prefix: &[&str] = match (manager.as_root, rights()) {
        (false, _) | (true, Rights::Root) => &[],
        (true, Rights::Sudo) => &["sudo", "--non-interactive"],
        (true, Rights::None) => {
            let by_hand = by_hand(name, &manager, packages);
            return Err(Error::new(format!("there is no {}: run `{by_hand}`", program.name)));
        }
    };
    let run = |arguments: &[&str]| {
        let mut words = prefix.iter().chain([name]).chain(arguments);
        let mut command = process::command(words.next().unwrap_or(name));
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        process::run(&mut command)
    };
    let refreshed = if manager.refresh.is_empty() { Ok(()) } else { run(manager.refresh) };
    refreshed.and_then(|()| run(&[manager.install, packages].concat())).map_err(|error| {
        let by_hand = by_hand(name, &manager, packages);
        error.within(format!("cannot install {}; run `{by_hand}`", program.name))
    })
}

/// The one command that a person would type.
fn by_hand(name: &str, manager: &Manager, packages: &[&str]) -> String {
    let sudo = if manager.as_root { "sudo " } else { "" };
    let refresh = match manager.refresh {
        [] => String::new(),
        words => format!("{sudo}{name} {} && ", words.join(" ")),
    };
    // The option about locks is for machines that nobody watches.
    let install: Vec<_> =
        manager.install.iter().take_while(|word| **word != "-o").copied().collect();
    format!("{refresh}{sudo}{name} {} {}", install.join(" "), packages.join(" "))
}

#[derive(Clone, Copy)]
enum Rights {
    Root,
    /// `sudo` that asks for no password.
    Sudo,
    None,
}

fn rights() -> Rights {
    if process::output(process::command("id").arg("-u")).is_ok_and(|id| id == "0") {
        return Rights::Root;
    }
    let mut sudo: Command = process::command("sudo");
    match process::output(sudo.args(["--non-interactive", "true"])) {
        Ok(_) => Rights::Sudo,
        Err(_) => Rights::None,
    }
}

#[cfg(test)]
mod tests {
    use super::{by_hand, manager};

    #[test]
    fn the_command_to_run_is_one_line() {
        let command = |name, package| by_hand(name, &manager(name), &[package]);
        assert_eq!(
            command("apt-get", "chromium"),
            "sudo apt-get update && sudo apt-get install --yes chromium"
        );
        assert_eq!(command("dnf", "chromium"), "sudo dnf install -y chromium");
        assert_eq!(command("pacman", "npm"), "sudo pacman -Sy --noconfirm --needed npm");
        assert_eq!(command("brew", "node"), "brew install node");
    }
}
