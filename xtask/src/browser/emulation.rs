//! Another screen, another reader's wishes.

use super::Page;
use crate::Result;
use serde_json::json;

/// What a reader has asked of the browser; the default is a light screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Media {
    /// `prefers-color-scheme: dark`
    pub dark: bool,
    /// `prefers-reduced-motion: reduce`
    pub reduced_motion: bool,
    /// The print style sheet.
    pub print: bool,
}

impl Page {
    /// A screen of `width` by `height` CSS pixels, `scale` device pixels to each. A `mobile` one
    /// heeds the viewport's meta tag and takes touches.
    ///
    /// # Errors
    /// The browser refuses the size, or went away.
    pub fn set_viewport(&self, width: u32, height: u32, scale: f64, mobile: bool) -> Result<()> {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile,
        });
        self.call("Emulation.setDeviceMetricsOverride", metrics)?;
        self.set_touch(mobile)
    }

    pub(super) fn set_touch(&self, enabled: bool) -> Result<()> {
        let params = json!({ "enabled": enabled });
        self.call("Emulation.setTouchEmulationEnabled", params).map(|_| ())
    }

    /// Answers media queries as `media` says.
    ///
    /// # Errors
    /// The browser went away.
    pub fn emulate_media(&self, media: Media) -> Result<()> {
        let scheme = if media.dark { "dark" } else { "light" };
        let motion = if media.reduced_motion { "reduce" } else { "no-preference" };
        let params = json!({
            "media": if media.print { "print" } else { "" },
            "features": [
                { "name": "prefers-color-scheme", "value": scheme },
                { "name": "prefers-reduced-motion", "value": motion },
            ],
        });
        self.call("Emulation.setEmulatedMedia", params).map(|_| ())
    }
}
