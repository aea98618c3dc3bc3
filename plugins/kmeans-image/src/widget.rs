//! The browser half, as the build script made it.

use prebake_plugin::{Kernel, Widget};

/// Digest of everything that a figure's artifact can depend on, made by the build script.
pub(crate) const VERSION: &str = env!("PREBAKE_COMPONENT_VERSION");

/// The slider, the styles of the figure, and the kernel that recolours.
pub(crate) fn widget() -> Widget<'static> {
    Widget {
        name: "kmeans-image",
        module: include_str!(concat!(env!("OUT_DIR"), "/widget.js")),
        style: include_str!("../widget.css"),
        kernel: Some(Kernel {
            name: "kmeans-image",
            // Only numbers cross the border.
            glue: None,
            wasm: include_bytes!(concat!(env!("OUT_DIR"), "/kernel.wasm")),
        }),
        files: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{VERSION, widget};

    #[test]
    fn one_file_stands_by_itself() {
        let module = widget().module;
        assert!(module.ends_with("export default{render};"), "{module}");
        assert!(!module.contains("import{") && !module.contains("from\""), "{module}");
    }

    /// What a panic or a formatted number brings in is as large as all the rest.
    #[test]
    fn the_kernel_holds_no_panic_and_no_formatting() {
        let wasm = widget().kernel.expect("a kernel").wasm;
        assert!(wasm.starts_with(b"\0asm\x01\0\0\0"));
        for text in ["index out of bounds", "00010203", ".rs"] {
            assert!(!wasm.windows(text.len()).any(|bytes| bytes == text.as_bytes()), "{text}");
        }
        // Two kilobytes under brotli: vectors are long to write.
        assert!(wasm.len() < 5_500, "{} bytes", wasm.len());
    }

    #[test]
    fn the_version_is_a_digest() {
        assert_eq!(VERSION.len(), 64);
        assert!(VERSION.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
