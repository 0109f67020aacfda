//! The modules of a crate, each with the file it is in.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use syn::{Attribute, Item, ItemMod, Meta};

/// A module's path from the root of its crate: the root is empty.
pub type Name = Vec<String>;

pub struct Module {
    /// Relative to the repository.
    pub file: PathBuf,
    /// Without its tests, and without the modules within: those stand for themselves.
    pub items: Vec<Item>,
}

pub struct Crate {
    pub modules: BTreeMap<Name, Module>,
}

impl Crate {
    /// The crate whose root is the file `path`, in the repository `root`.
    pub fn read(root: &Path, path: &Path) -> Crate {
        let mut reader = Reader { root, modules: BTreeMap::new() };
        reader.file(path, path.parent().expect("a file is in a folder"), Name::new());
        Crate { modules: reader.modules }
    }

    pub fn files(&self) -> Vec<&Path> {
        let mut files: Vec<_> = self.modules.values().map(|module| &*module.file).collect();
        files.sort();
        files.dedup();
        files
    }
}

struct Reader<'a> {
    root: &'a Path,
    modules: BTreeMap<Name, Module>,
}

impl Reader<'_> {
    /// `beneath` is the folder in which the modules declared here are looked for.
    fn file(&mut self, path: &Path, beneath: &Path, name: Name) {
        let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        self.module(path, beneath, name, parsed.items);
    }

    fn module(&mut self, path: &Path, beneath: &Path, name: Name, items: Vec<Item>) {
        let mut own = Vec::new();
        for item in items.into_iter().filter(|item| !for_tests(attributes(item))) {
            match item {
                Item::Mod(inner) => self.inner(path, beneath, &name, inner),
                item => own.push(item),
            }
        }
        let file = path.strip_prefix(self.root).unwrap_or(path).to_owned();
        self.modules.insert(name, Module { file, items: own });
    }

    fn inner(&mut self, path: &Path, beneath: &Path, outer: &Name, module: ItemMod) {
        let ident = module.ident.to_string();
        let name: Name = outer.iter().cloned().chain([ident.clone()]).collect();
        if let Some((_, items)) = module.content {
            return self.module(path, &beneath.join(&ident), name, items);
        }
        if let Some(told) = told_path(&module.attrs) {
            let file = path.parent().expect("a file is in a folder").join(told);
            return self.file(&file, file.parent().expect("a folder"), name);
        }
        let flat = beneath.join(&ident).with_extension("rs");
        let file = if flat.exists() { flat } else { beneath.join(&ident).join("mod.rs") };
        self.file(&file, &beneath.join(&ident), name);
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => &[],
    }
}

fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string() == "test",
        _ => false,
    })
}

/// `#[path = "group.rs"]`
fn told_path(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}
