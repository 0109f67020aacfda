//! The inside of `select!`: to the compiler a heap of tokens, to us branches.

use syn::{
    Block, Expr, Ident, Pat, Token,
    parse::{Parse, ParseStream},
    token::Brace,
};

/// `pattern = future, if guard => handler`.
pub(crate) struct Branch {
    /// `None` for `else`, `default`, `complete`.
    pub(crate) future: Option<Expr>,
    pub(crate) handler: Expr,
}

pub(crate) struct Select {
    pub(crate) branches: Vec<Branch>,
}

impl Parse for Select {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Ident) && input.peek2(Token![;]) {
            input.parse::<Ident>()?;
            input.parse::<Token![;]>()?;
        }
        let mut branches = vec![];
        while !input.is_empty() {
            branches.push(branch(input)?);
        }
        Ok(Self { branches })
    }
}

fn branch(input: ParseStream<'_>) -> syn::Result<Branch> {
    if is_otherwise(input) {
        input.parse::<proc_macro2::TokenTree>()?;
        return Ok(Branch { future: None, handler: handler(input)? });
    }
    Pat::parse_multi_with_leading_vert(input)?;
    input.parse::<Token![=]>()?;
    let future = input.parse::<Expr>()?;
    if input.peek(Token![,]) && input.peek2(Token![if]) {
        input.parse::<Token![,]>()?;
        input.parse::<Token![if]>()?;
        input.parse::<Expr>()?;
    }
    Ok(Branch { future: Some(future), handler: handler(input)? })
}

fn is_otherwise(input: ParseStream<'_>) -> bool {
    let word = input.fork().parse::<Ident>();
    let named = word.is_ok_and(|w| w == "complete" || w == "default") && input.peek2(Token![=>]);
    input.peek(Token![else]) || named
}

fn handler(input: ParseStream<'_>) -> syn::Result<Expr> {
    input.parse::<Token![=>]>()?;
    let handler = match input.peek(Brace) && !continues(input) {
        true => block(input.parse()?),
        false => input.parse()?,
    };
    input.parse::<Option<Token![,]>>()?;
    Ok(handler)
}

/// `{ … }.method()` is one expression, `{ … }` alone needs no comma.
fn continues(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Block>().is_ok() && ahead.peek(Token![.])
}

fn block(block: Block) -> Expr {
    Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block })
}
