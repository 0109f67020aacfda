use std::{collections::HashMap, path::Path};

/// The order of the book: where SUMMARY.md first mentions a lab's chapter. Others follow, by name.
#[derive(Default)]
pub struct Order(HashMap<String, usize>);

impl Order {
    pub fn read(summary: Option<&Path>) -> Self {
        let text = summary.and_then(|path| std::fs::read_to_string(path).ok());
        Self::of(&text.unwrap_or_default())
    }

    fn of(summary: &str) -> Self {
        let mut order = HashMap::new();
        for (at, _) in summary.match_indices(".md") {
            let start = summary[..at].rfind(['/', '(', '<']).map_or(0, |i| i + 1);
            let slug = summary[start..at].to_owned();
            let next = order.len();
            order.entry(slug).or_insert(next);
        }
        Self(order)
    }

    pub fn key(&self, slug: &str) -> (usize, String) {
        (self.0.get(slug).copied().unwrap_or(usize::MAX), slug.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labs_stand_in_the_order_of_the_book_and_the_rest_by_name() {
        let order =
            Order::of("- [Tasks](tasks/index.md)\n  - [x](tasks/second.md)\n- [y](http/first.md)");
        let mut slugs = ["unknown-b", "first", "unknown-a", "second"];
        slugs.sort_by_key(|slug| order.key(slug));
        assert_eq!(slugs, ["second", "first", "unknown-a", "unknown-b"]);
    }
}
