use crate::{Edition, Problem, catalog::Catalog, page::Book, trail::Chapter};
use mdbook_preprocessor::{
    Preprocessor, PreprocessorContext,
    book::{Book as MdBook, BookItem},
    errors::Result,
};

/// The preprocessor: expands every chapter, or says all that is wrong with them.
#[derive(Debug, Clone, Copy, Default)]
pub struct StillRunning(pub Edition);

impl Preprocessor for StillRunning {
    fn name(&self) -> &str {
        "still-running"
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(renderer == "html")
    }

    fn run(&self, ctx: &PreprocessorContext, mut book: MdBook) -> Result<MdBook> {
        let src = ctx.config.book.src.to_string_lossy();
        let problems = expand(&ctx.root, &src, &mut book, self.0);
        Problem::fail(problems)?;
        Ok(book)
    }
}

/// Expands the chapters in place; a chapter with problems keeps what could be expanded.
fn expand(root: &std::path::Path, src: &str, book: &mut MdBook, edition: Edition) -> Vec<Problem> {
    let chapters = book.chapters().filter_map(|c| {
        Some((Chapter { path: c.source_path.clone()?, title: c.name.clone() }, c.content.as_str()))
    });
    let mut all = Book::new(Catalog::new(root), src, chapters.collect(), edition);
    book.for_each_mut(|item| {
        if let BookItem::Chapter(chapter) = item
            && let Some(path) = chapter.source_path.clone()
        {
            chapter.content = all.expand(&path, &chapter.content);
        }
    });
    all.problems
}
