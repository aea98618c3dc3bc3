//! The wasm half of `<KMeansImage>`.
