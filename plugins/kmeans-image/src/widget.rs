//! The browser half, as the build script made it.

use prebake_plugin::{Kernel, Widget};

/// Digest of everything that a figure's artifact can depend on, made by the build script.
pub(crate) const VERSION: &str = env!("PREBAKE_COMPONENT_VERSION");

/// The slider, the styles of the figure, and the kernel that recolours.
pub(crate) fn widget() -> Widget {
    Widget {
        module: include_str!(concat!(env!("OUT_DIR"), "/widget.js")),
        style: include_str!("../widget.css"),
        kernel: Some(Kernel {
            glue: include_str!(concat!(env!("OUT_DIR"), "/kernel.js")),
            wasm: include_bytes!(concat!(env!("OUT_DIR"), "/kernel.wasm")),
        }),
    }
}
