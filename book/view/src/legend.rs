//! What the signs of a picture mean.

/// Of each sign: the class by which the style sheet finds it in a picture, a sample, and what it means.
const SIGNS: [(&str, &str, &str); 7] = [
    (
        "dropped",
        "<g class=\"is-dropped\"><path class=\"sr-tl-bar\" d=\"M1 2H15l-3 2.5 3 2.5-3 2.5 3 2.5H1z\"/><path class=\"sr-tl-x\" d=\"M19 4l6 6m0-6l-6 6\"/></g>",
        "dropped before it was done",
    ),
    (
        "open",
        "<g class=\"is-open\"><path class=\"sr-tl-bar\" d=\"M1 2H16v10H1zM18 2h3v10h-3zM23 2h2v10h-2z\"/></g>",
        "still running at the end",
    ),
    (
        "nobody",
        "<path class=\"sr-tl-bar\" d=\"M1 2H25v10H1z\"/><path class=\"sr-tl-nobody\" d=\"M9 12l10 -10M15 12l10 -10M21 12l4 -4\"/>",
        "work for nobody: who wanted it has left",
    ),
    (
        "limit",
        "<path class=\"sr-tl-time\" d=\"M2 3v8m0 -4H18\"/><path class=\"sr-tl-due\" d=\"M21 3l4 4l-4 4l-4 -4z\"/>",
        "a limit, and where it is due",
    ),
    (
        "link",
        "<path class=\"sr-tl-link\" d=\"M2 2C12 2 10 11 19 11\"/><path class=\"sr-tl-head\" d=\"M18 7.5L25 11L18 14.5z\"/>",
        "came of",
    ),
    (
        "many",
        "<g class=\"is-many\"><path class=\"sr-tl-bar\" d=\"M1 2H25v10H1z\"/></g>",
        "several, drawn as one",
    ),
    (
        "note",
        "<path class=\"sr-tl-badge\" d=\"M10 1h6a6 6 0 0 1 0 12h-6a6 6 0 0 1 0-12z\"/><text class=\"sr-tl-number\" x=\"13\" y=\"11\">1</text>",
        "a note: point at it for all its words",
    ),
];

/// A paragraph that explains every sign. The style sheet shows those that are in the picture: so one text, written once,
/// fits a recorded picture and one that is drawn in its place.
pub fn legend() -> String {
    let sign = |(of, sample, words)| {
        format!(
            "<span class=\"of-{of}\"><svg class=\"sr-key\" width=\"27\" height=\"14\" aria-hidden=\"true\">{sample}</svg> {words}</span> "
        )
    };
    let signs: String = SIGNS.map(sign).concat();
    format!("<p class=\"sr-legend sr-timeline\">{signs}</p>")
}
