//! Real programs, in the shell that every Unix has.

use crate::scratch::Scratch;

#[test]
fn a_shell_script_makes_a_figure() {
    let script = "cat > request.json\n\
                  echo working >&2\n\
                  out=$(sed 's/.*\"out\":\"\\([^\"]*\\)\".*/\\1/' request.json)\n\
                  rm request.json\n\
                  echo '<svg viewBox=\"0 0 3 2\"></svg>' > \"$out/a.svg\"\n\
                  echo '{\"picture\": {\"file\": \"a.svg\", \"alt\": \"a drawing\"}}'\n";
    let site = Scratch::new("<Figure n={1}/>", script, "");
    let page = site.page();
    assert!(page.contains("width=\"3\" height=\"2\" alt=\"a drawing\""), "{page}");
    assert_eq!(site.log(), ["[Figure] working"]);
    assert_eq!(site.page(), page);
    assert_eq!(site.log(), ["[Figure] working"], "from the cache");
}

#[test]
fn a_script_of_the_site_can_be_the_program_itself() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = Scratch::new("<Own/>", "", "");
    site.write("own.sh", "#!/bin/sh\necho '{\"html\": \"its own\"}'\n");
    site.write("prebake.toml", "[components.Own]\ncommand = [\"./own.sh\"]\n");
    let says = site.says();
    assert!(says.contains("`./own.sh`, which makes `<Own>`, cannot be started"), "{says}");
    assert!(says.contains("chmod +x ./own.sh"), "{says}");
    let path = site.path("own.sh");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert!(site.page().contains("its own"));
}

const SERVER: &str = "echo started >&2\nwhile read -r request; do\n  echo asked >&2\n  \
                      echo '{\"html\": \"served\"}'\ndone\necho ended >&2\n";

#[test]
fn a_server_does_all_jobs_of_a_build() {
    let article = "<Figure n={1}/>\n\n<Figure n={2}/>\n\n<Figure n={3}/>";
    let site = Scratch::new(article, SERVER, "mode = \"server\"");
    assert_eq!(site.page().matches("served").count(), 3);
    let log = site.log();
    let count = |what: &str| log.iter().filter(|line| line.ends_with(what)).count();
    assert_eq!((count("started"), count("asked"), count("ended")), (1, 3, 1), "{log:?}");
}

#[test]
fn a_server_that_crashes_is_started_again_once() {
    let script = "if [ -e crashed ]; then exec sh figures/server.sh; fi\n\
                  read -r request; : > crashed; echo help >&2; kill -SEGV $$\n";
    let site = Scratch::new("<Figure n={1}/>\n\n<Figure n={2}/>", script, "mode = \"server\"");
    site.write("figures/server.sh", SERVER);
    assert_eq!(site.page().matches("served").count(), 2);

    let site = Scratch::new(
        "<Figure n={1}/>",
        "read -r request; echo no >&2; exit 4",
        "mode = \"server\"",
    );
    let says = site.says();
    assert!(says.contains("ended with exit code 4") && says.contains("it said: no"), "{says}");
    assert_eq!(site.log(), ["[Figure] no", "[Figure] no"]);
}

#[test]
fn a_server_that_says_more_than_it_was_asked_for_is_found_out() {
    let script = "while read -r request; do echo hello; echo '{\"html\": \"x\"}'; done\n";
    let site = Scratch::new("<Figure n={1}/>", script, "mode = \"server\"");
    let says = site.says();
    assert!(says.contains("its standard output begins `hello`"), "{says}");
}
