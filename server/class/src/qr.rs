//! An address as a picture for cameras.

use qrcode::{QrCode, render::svg, render::unicode};

/// A QR code of an address, as an SVG that scales. None where the address is too long for one.
pub fn qr_svg(address: &str) -> Option<String> {
    let code = QrCode::new(address).ok()?;
    // Dark on light whatever the theme: that is what cameras look for.
    let mut shown = code.render();
    shown.dark_color(svg::Color("#000")).light_color(svg::Color("#fff")).min_dimensions(200, 200);
    Some(shown.build())
}

/// The same for a terminal, two rows a line, light on dark.
pub fn qr_text(address: &str) -> Option<String> {
    let code = QrCode::new(address).ok()?;
    let mut shown = code.render::<unicode::Dense1x2>();
    let (dark, light) = (unicode::Dense1x2::Light, unicode::Dense1x2::Dark);
    Some(shown.dark_color(dark).light_color(light).build())
}
