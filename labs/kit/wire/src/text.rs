//! A few things to do with text, each once. The library's are generic: in the page's client each use of one would be
//! some hundred bytes more, so the code of each stands here and nowhere else.

/// A whole number, as one would type it.
#[inline(never)]
pub fn whole(text: &str) -> Option<u64> {
    text.parse().ok()
}

/// The parts, with something between each and the next.
#[inline(never)]
pub fn join(parts: &[String], between: &str) -> String {
    // The library's own knows five ways to do it.
    let mut all = String::new();
    for (i, part) in parts.iter().enumerate() {
        all += if i == 0 { "" } else { between };
        all += part;
    }
    all
}

/// What is before and behind the first such character.
#[inline(never)]
pub fn cut(text: &str, at: char) -> Option<(&str, &str)> {
    text.split_once(at)
}

/// What is before the first such character, or all.
pub fn before(text: &str, at: char) -> &str {
    cut(text, at).map_or(text, |(before, _)| before)
}

/// What is before and behind the last such character.
#[inline(never)]
pub fn cut_last(text: &str, at: char) -> Option<(&str, &str)> {
    text.rsplit_once(at)
}

/// All that is between such characters.
#[inline(never)]
pub fn split(text: &str, at: char) -> Vec<&str> {
    text.split(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart_and_put_together() {
        for text in ["", "a", "a,b", ",", "ä,,c,"] {
            let parts = split(text, ',');
            assert_eq!(parts, text.split(',').collect::<Vec<_>>());
            assert_eq!(join(&parts.into_iter().map(str::to_owned).collect::<Vec<_>>(), ","), text);
        }
        assert_eq!(
            (cut("a=b=c", '='), cut_last("a=b=c", '=')),
            (Some(("a", "b=c")), Some(("a=b", "c")))
        );
        assert_eq!((before("a?b", '?'), before("a", '?')), ("a", "a"));
        assert_eq!((whole("7"), whole("x"), whole("")), (Some(7), None, None));
    }
}
