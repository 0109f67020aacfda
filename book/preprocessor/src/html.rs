//! HTML that goes through Markdown unharmed.

use mdbook_markdown::pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// A block of HTML within Markdown: on one line, for a blank line would end it.
pub(crate) fn block(html: &str) -> String {
    format!("\n\n{}\n\n", html.trim_end().replace('\n', "&#10;"))
}

/// Markdown as HTML; a single paragraph comes without its `<p>`.
pub(crate) fn inline(markdown: &str) -> String {
    let html = render(markdown);
    match html.strip_prefix("<p>").and_then(|h| h.strip_suffix("</p>")) {
        Some(inner) if !inner.contains("<p>") => inner.to_owned(),
        _ => html,
    }
}

/// Markdown as HTML, with links to other chapters as mdBook writes them.
pub(crate) fn render(markdown: &str) -> String {
    let options = Options::ENABLE_SMART_PUNCTUATION | Options::ENABLE_STRIKETHROUGH;
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(markdown, options));
    out.trim_end().to_owned()
}

/// Markdown as plain text, for an attribute or a `<title>`.
pub(crate) fn plain(markdown: &str) -> String {
    let mut out = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph) => out.push(' '),
            Event::Start(Tag::Item) => out.push_str("• "),
            _ => {}
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_one_line_between_blank_ones() {
        assert_eq!(block("<pre>a\n\nb\n</pre>\n"), "\n\n<pre>a&#10;&#10;b&#10;</pre>\n\n");
    }

    #[test]
    fn one_paragraph_is_inline_and_two_are_not() {
        assert_eq!(inline("a `b` *c*"), "a <code>b</code> <em>c</em>");
        assert!(inline("a\n\nb").starts_with("<p>"));
    }

    #[test]
    fn plain_is_what_one_reads() {
        assert_eq!(plain("a `b` *c*\n[d](e.md)\n"), "a b c d");
    }
}
