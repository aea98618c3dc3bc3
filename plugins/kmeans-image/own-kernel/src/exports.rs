//! What the worker calls.

use crate::{OwnFigure, figure};
use prebake_quantize::Space;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// The worker's own: a bare number that reaches the page is the share of the work done.
    #[wasm_bindgen(js_name = postMessage)]
    fn post_message(share: f64);
}

/// [`OwnFigure`], from which the worker takes each part once.
#[wasm_bindgen]
pub struct Made(OwnFigure);

#[wasm_bindgen]
impl Made {
    /// In pixels.
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> u32 {
        self.0.width
    }

    /// In pixels.
    #[wasm_bindgen(getter)]
    pub fn height(&self) -> u32 {
        self.0.height
    }

    /// How many states there are.
    #[wasm_bindgen(getter)]
    pub fn states(&self) -> usize {
        self.0.states
    }

    /// The picture's RGBA bytes.
    pub fn picture(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.0.picture)
    }

    /// The packed palettes.
    pub fn palettes(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.0.palettes)
    }
}

/// See [`figure`]; `oklab` says where distances are measured.
#[wasm_bindgen]
#[must_use]
pub fn cluster(rgba: Vec<u8>, width: u32, working: u32, ks: &[u16], oklab: bool) -> Made {
    let space = if oklab { Space::Oklab } else { Space::Srgb };
    Made(figure(rgba, width, working, ks, space, &post_message))
}
