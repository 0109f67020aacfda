//! A few things to do with text, each once. The library's are generic: in the page's client each use of one would be
//! some hundred bytes more.

/// A whole number, as one would type it.
#[inline(never)]
pub fn whole(text: &str) -> Option<u64> {
    text.parse().ok()
}

/// The parts, with something between each and the next.
pub fn join(parts: &[String], between: &str) -> String {
    let mut out = String::new();
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push_str(between);
        }
        out.push_str(part);
    }
    out
}

/// What is before and behind the first such character, which is one of ASCII.
pub fn cut(text: &str, at: char) -> Option<(&str, &str)> {
    let at = text.bytes().position(|b| char::from(b) == at)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// What is before the first such character, or all.
pub fn before(text: &str, at: char) -> &str {
    cut(text, at).map_or(text, |(before, _)| before)
}

/// What is before and behind the last such character, which is one of ASCII.
pub fn cut_last(text: &str, at: char) -> Option<(&str, &str)> {
    let at = text.bytes().rposition(|b| char::from(b) == at)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// All that is between such characters.
pub fn split(text: &str, at: char) -> Vec<&str> {
    let (mut all, mut rest) = (vec![], text);
    while let Some((part, behind)) = cut(rest, at) {
        all.push(part);
        rest = behind;
    }
    all.push(rest);
    all
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
