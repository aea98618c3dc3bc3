//! The browser half of a component.

/// An ES module that follows the anywidget front-end contract
/// (`export default { render({ model, el }) { …; return cleanup } }`), and the kernel it uses.
///
/// The module imports nothing: glue, wasm and data reach it through the model, as URLs.
#[derive(Debug, Clone, Copy)]
pub struct Widget {
    /// The module's source.
    pub module: &'static str,
    /// Styles that the component's figures need, inlined in pages that hold one.
    pub style: &'static str,
    /// The wasm half, if there is one.
    pub kernel: Option<Kernel>,
}

/// A wasm module with its JavaScript glue, as `prebake-bundle` makes them: the glue's default
/// export takes `{ module_or_path: URL }` and resolves to the instance's exports.
#[derive(Debug, Clone, Copy)]
pub struct Kernel {
    /// The glue, an ES module.
    pub glue: &'static str,
    /// The wasm module.
    pub wasm: &'static [u8],
}
