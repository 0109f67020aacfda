//! HTML that goes through Markdown unharmed.

use maud::{Markup, PreEscaped};
use mdbook_markdown::pulldown_cmark::{Event, Options, Parser, html};

/// A block of HTML within Markdown: on one line, for a blank line would end it.
pub(crate) fn block(html: &Markup) -> String {
    format!("\n\n{}\n\n", html.0.trim_end().replace('\n', "&#10;"))
}

/// A line of Markdown as HTML, without an element around it. As a heading's text it cannot become a list, a quote or a
/// block of code: an option that reads `29.` is no list.
pub(crate) fn inline(markdown: &str) -> Markup {
    let options = Options::ENABLE_SMART_PUNCTUATION | Options::ENABLE_STRIKETHROUGH;
    let line = format!("# {}", one_line(markdown));
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(&line, options));
    PreEscaped(out.trim().trim_start_matches("<h1>").trim_end_matches("</h1>").to_owned())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line of Markdown as plain text, for an attribute or for those who only hear it.
pub(crate) fn plain(markdown: &str) -> String {
    let line = format!("# {}", one_line(markdown));
    Parser::new(&line)
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.to_string()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_one_line_between_blank_ones() {
        let html = PreEscaped("<pre>a\n\nb\n</pre>\n".to_owned());
        assert_eq!(block(&html), "\n\n<pre>a&#10;&#10;b&#10;</pre>\n\n");
    }

    #[test]
    fn a_line_stays_a_line_whatever_it_begins_with() {
        assert_eq!(inline("a `b`\n*c*").0, "a <code>b</code> <em>c</em>");
        assert_eq!(inline("29.").0, "29.");
        assert_eq!(inline("- 5 > 4").0, "- 5 &gt; 4");
    }

    #[test]
    fn plain_is_what_one_reads() {
        assert_eq!(plain("a `b` *c*\n[d](e.md)\n"), "a b c d");
        assert_eq!(plain("29."), "29.");
    }
}
