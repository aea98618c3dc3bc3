//! The browser half of a component.

/// An ES module that follows the anywidget front-end contract
/// (`export default { render({ model, el }) { …; return cleanup } }`), and the kernel it uses.
///
/// The module imports nothing: glue, wasm, files and data reach it through the model, as URLs.
#[derive(Debug, Clone)]
pub struct Widget<'a> {
    /// What the module's file is called before its digest: `kmeans-image`. Components that use one
    /// module under one name share it.
    pub name: &'a str,
    /// The module's source.
    pub module: &'a str,
    /// Styles that the component's figures need, inlined in pages that hold one.
    pub style: &'a str,
    /// The wasm half, if there is one.
    pub kernel: Option<Kernel>,
    /// More files that the widget fetches if and when it needs them: a worker, a second kernel,
    /// the widget of another component.
    pub files: Vec<WidgetFile<'a>>,
}

/// A file of a widget. The model holds its URL under `key`.
#[derive(Debug, Clone, Copy)]
pub struct WidgetFile<'a> {
    /// The key of the model.
    pub key: &'a str,
    /// A plain file name with an extension, `kmeans-image.js`, into which a digest of the bytes is
    /// put. Components that name the same file with the same bytes share it.
    pub name: &'a str,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// A wasm module with its JavaScript glue, as `prebake-bundle` makes them: the glue's default
/// export takes `{ module_or_path: URL }` and resolves to the instance's exports.
#[derive(Debug, Clone, Copy)]
pub struct Kernel {
    /// What its files are called before their digests: `kmeans-image`. Components that use one
    /// kernel under one name share its files.
    pub name: &'static str,
    /// The glue, an ES module; `None` where only numbers cross the border and the widget starts the
    /// module by itself.
    pub glue: Option<&'static str>,
    /// The wasm module.
    pub wasm: &'static [u8],
}
