use crate::{Problem, catalog::Catalog, expand::Book};
use mdbook_preprocessor::{
    Preprocessor, PreprocessorContext,
    book::{Book as MdBook, BookItem},
    errors::Result,
};

/// The preprocessor: expands every chapter, or says all that is wrong with them.
pub struct StillRunning;

impl Preprocessor for StillRunning {
    fn name(&self) -> &str {
        "still-running"
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(renderer == "html")
    }

    fn run(&self, ctx: &PreprocessorContext, mut book: MdBook) -> Result<MdBook> {
        let problems = expand(&ctx.root, &ctx.config.book.src.to_string_lossy(), &mut book);
        Problem::fail(problems)?;
        Ok(book)
    }
}

/// Expands the chapters in place; a chapter with problems keeps what could be expanded.
fn expand(root: &std::path::Path, src: &str, book: &mut MdBook) -> Vec<Problem> {
    let chapters: Vec<_> = book.chapters().filter_map(|c| c.source_path.clone()).collect();
    let mut all = Book::new(Catalog::new(root), src, &chapters);
    book.for_each_mut(|item| {
        if let BookItem::Chapter(chapter) = item
            && let Some(path) = chapter.source_path.clone()
        {
            chapter.content = all.expand(&path, &chapter.content);
        }
    });
    all.problems
}
