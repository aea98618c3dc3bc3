//! The example, built by its own command line, and its figure in a browser.

use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{fs, io};
use xtask::Browser;

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let from = entry?.path();
        let to = to.join(from.file_name().unwrap_or_default());
        if from.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

#[test]
fn the_page_computes_what_the_build_computed() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR"));
    let site = tempfile::tempdir().unwrap();
    copy(&example.join("content"), &site.path().join("content")).unwrap();
    fs::copy(example.join("prebake.toml"), site.path().join("prebake.toml")).unwrap();
    let built = Command::new(env!("CARGO_BIN_EXE_example-cellular-rule"))
        .arg("build")
        .current_dir(site.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success() && said.is_empty(), "{said}");

    let server = xtask::serve_folder(site.path().join("dist")).unwrap();
    let browser = Browser::launch().unwrap();
    let page = browser.page().unwrap();
    page.goto(&format!("{}rules/index.html", server.url)).unwrap();
    let painted = "document.querySelector('.cellular-rule > canvas')";
    page.wait_for(painted, Duration::from_secs(20)).unwrap();
    for rule in [30, 90, 255, 0, 110] {
        let shown = page
            .evaluate(&format!(
                "(() => {{
                    const input = document.querySelector('.cellular-rule input');
                    input.value = {rule};
                    input.dispatchEvent(new Event('input', {{ bubbles: true }}));
                    const canvas = document.querySelector('.cellular-rule > canvas');
                    // A canvas for reading, beside the one for painting.
                    const read = new OffscreenCanvas(canvas.width, canvas.height)
                        .getContext('2d', {{ willReadFrequently: true }});
                    read.drawImage(canvas, 0, 0);
                    const {{ data }} = read.getImageData(0, 0, canvas.width, canvas.height);
                    return [...data].filter((_, at) => at % 4 == 0).map((red) => +(red < 128));
                }})()"
            ))
            .unwrap();
        assert_eq!(shown, json!(cellular_rule_kernel::cells(rule, 64)), "rule {rule}");
        let alive = cellular_rule_kernel::cells(rule, 64).iter().filter(|cell| **cell == 1).count();
        let prose = page.evaluate("document.querySelector('main').innerText").unwrap();
        let Value::String(prose) = prose else { panic!("no text") };
        assert!(prose.contains(&format!(", {alive} cells live")), "rule {rule}: {prose}");
    }
    let console = page.console().unwrap();
    assert!(console.is_empty(), "{console:?}");
}
