//! A page as a browser's tokenizer takes it apart.

use html5ever::{
    Attribute,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::RawKind,
    },
};
use std::cell::RefCell;

/// What stands in a page, in its order. Comments are left out, and names are in lower case.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Markup {
    /// A tag's name and attributes.
    Open(String, Vec<(String, String)>),
    Close(String),
    /// As one reads it. A text may come in several pieces.
    Text(String),
}

#[derive(Default)]
struct Pieces(RefCell<Vec<Markup>>);

/// All pieces of a page.
pub(crate) fn pieces(html: &str) -> Vec<Markup> {
    let input = BufferQueue::default();
    input.push_back(html.into());
    let tokenizer = Tokenizer::new(Pieces::default(), TokenizerOpts::default());
    // It stops for a script that is to run; ours asks for none.
    drop(tokenizer.feed(&input));
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

impl TokenSink for Pieces {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                let inside = raw(&tag);
                self.0.borrow_mut().push(piece(tag));
                return inside.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData);
            }
            Token::CharacterTokens(text) => {
                self.0.borrow_mut().push(Markup::Text(text.to_string()));
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// How the inside of an element is read where nothing in it is a tag.
fn raw(tag: &Tag) -> Option<RawKind> {
    match &*tag.name {
        "script" if tag.kind == TagKind::StartTag => Some(RawKind::ScriptData),
        "style" if tag.kind == TagKind::StartTag => Some(RawKind::Rawtext),
        "title" | "textarea" if tag.kind == TagKind::StartTag => Some(RawKind::Rcdata),
        _ => None,
    }
}

fn piece(tag: Tag) -> Markup {
    let name = tag.name.to_string();
    let pair = |a: Attribute| (a.name.local.to_string(), a.value.to_string());
    match tag.kind {
        TagKind::StartTag => Markup::Open(name, tag.attrs.into_iter().map(pair).collect()),
        TagKind::EndTag => Markup::Close(name),
    }
}

/// The value of an attribute.
pub(crate) fn value<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(its, _)| its == name).map(|(_, value)| value.as_str())
}
