//! Which file needs which, and by what words.

use crate::tree::{Crate, Module, Name};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};
use syn::{Item, ItemUse, UseTree, Visibility, visit::Visit};

/// From file to file, with one path as an example.
pub type Imports = BTreeMap<PathBuf, BTreeMap<PathBuf, String>>;

pub fn of(whole: &Crate) -> Imports {
    let known = Known::of(whole);
    let mut imports = Imports::new();
    for (name, module) in &whole.modules {
        for path in paths(whole, name, module) {
            let Some(place) = known.place(name, &path, &mut BTreeSet::new()) else { continue };
            // Of another crate, by way of this one.
            let Some(there) = whole.modules.get(&place).map(|there| &there.file) else { continue };
            if *there != module.file {
                let from = imports.entry(module.file.clone()).or_default();
                from.entry(there.clone()).or_insert_with(|| path.join("::"));
            }
        }
    }
    imports
}

/// All that is written as a path in a module, whether it leads anywhere or not.
fn paths(whole: &Crate, name: &Name, module: &Module) -> Vec<Name> {
    let mut seen = Written::default();
    module.items.iter().for_each(|item| seen.visit_item(item));
    // A module is no value and no type: a name by itself that is also a module's is a variable.
    let is_module = |path: &Name| whole.modules.contains_key(&[&name[..], path].concat());
    let mut paths = seen.paths;
    paths.retain(|path| path.len() > 1 || !is_module(path));
    paths.extend(seen.uses.into_iter().filter(|one| !one.signpost).map(|one| one.path));
    paths
}

/// What is written: paths, and what each `use` names here.
#[derive(Default)]
struct Written {
    paths: Vec<Name>,
    uses: Vec<Use>,
    /// Is what is being read a `pub use`?
    signpost: bool,
}

struct Use {
    /// The name here, `*` for a glob.
    here: String,
    path: Name,
    signpost: bool,
}

impl Visit<'_> for Written {
    fn visit_item_use(&mut self, item: &ItemUse) {
        if item.leading_colon.is_none() {
            self.signpost = !matches!(item.vis, Visibility::Inherited);
            self.tree(&item.tree, Name::new());
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if path.leading_colon.is_none() {
            self.paths.push(path.segments.iter().map(|one| one.ident.to_string()).collect());
        }
        syn::visit::visit_path(self, path);
    }

    /// `pub(crate)` and `pub(super)` say who may see, and import nothing.
    fn visit_vis_restricted(&mut self, _: &syn::VisRestricted) {}

    fn visit_macro(&mut self, called: &syn::Macro) {
        self.visit_path(&called.path);
        self.tokens(called.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &syn::Attribute) {
        if !attribute.path().is_ident("doc") {
            self.tokens(attribute.meta.to_token_stream());
        }
    }
}

impl Written {
    fn tree(&mut self, tree: &UseTree, mut before: Name) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.tree(&path.tree, before);
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|one| self.tree(one, before.clone()))
            }
            UseTree::Name(name) => {
                self.named(name.ident.to_string(), name.ident.to_string(), before)
            }
            UseTree::Rename(name) => {
                self.named(name.rename.to_string(), name.ident.to_string(), before)
            }
            UseTree::Glob(_) => self.named("*".to_owned(), "self".to_owned(), before),
        }
    }

    fn named(&mut self, here: String, there: String, mut path: Name) {
        let here = match (&*here, path.last()) {
            ("self", Some(last)) => last.clone(),
            _ => here,
        };
        if there != "self" {
            path.push(there);
        }
        self.uses.push(Use { here, path, signpost: self.signpost });
    }

    /// `a::b::c` in tokens that are no syntax yet.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut colons) = (Name::new(), 0);
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if colons == 2 => path.push(ident.to_string()),
                TokenTree::Ident(ident) => {
                    self.paths.extend([std::mem::replace(&mut path, vec![ident.to_string()])])
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => self.paths.push(std::mem::take(&mut path)),
            }
            colons = 0;
        }
        self.paths.push(path);
        self.paths
            .retain(|path| !matches!(path.as_slice(), [one] if one == "crate" || one == "super"));
    }
}

/// Segments of a path; nobody writes as many.
const LONGEST: usize = 12;

/// In place of a module: what another crate holds.
const FOREIGN: &str = "another crate";

/// What each module holds by name: to tell where a path leads.
struct Known<'a> {
    whole: &'a Crate,
    own: BTreeMap<&'a Name, BTreeSet<String>>,
    uses: BTreeMap<&'a Name, Vec<Use>>,
}

impl<'a> Known<'a> {
    fn of(whole: &'a Crate) -> Self {
        let (mut own, mut uses) = (BTreeMap::new(), BTreeMap::new());
        for (name, module) in &whole.modules {
            own.insert(name, module.items.iter().filter_map(named).collect());
            let mut written = Written::default();
            module.items.iter().for_each(|item| written.visit_item(item));
            uses.insert(name, written.uses);
        }
        Known { whole, own, uses }
    }

    /// The module that holds what `path`, written in `from`, names. None: of another crate, or a local name.
    fn place(
        &self,
        from: &Name,
        path: &[String],
        seen: &mut BTreeSet<(Name, Name)>,
    ) -> Option<Name> {
        let (first, rest) = path.split_first()?;
        match &**first {
            "crate" => self.down(Name::new(), rest, seen),
            "self" => self.down(from.clone(), rest, seen),
            "super" => self.place_up(from, rest, seen),
            _ => self.within(from, path, seen),
        }
    }

    fn place_up(
        &self,
        from: &Name,
        rest: &[String],
        seen: &mut BTreeSet<(Name, Name)>,
    ) -> Option<Name> {
        let (_, up) = from.split_last()?;
        match rest.split_first() {
            Some((next, rest)) if next == "super" => self.place_up(&up.to_vec(), rest, seen),
            _ => self.down(up.to_vec(), rest, seen),
        }
    }

    /// Like [`Known::within`], but what is not found there is the module's own, for a macro may have made it; unless a `use`
    /// there names it, from another crate.
    fn down(
        &self,
        module: Name,
        path: &[String],
        seen: &mut BTreeSet<(Name, Name)>,
    ) -> Option<Name> {
        let foreign =
            |module: &Name| self.uses[module].iter().any(|one| path.first() == Some(&one.here));
        self.within(&module, path, seen).or_else(|| {
            Some(if foreign(&module) { vec![FOREIGN.to_owned()] } else { module.clone() })
        })
    }

    fn within(
        &self,
        module: &Name,
        path: &[String],
        seen: &mut BTreeSet<(Name, Name)>,
    ) -> Option<Name> {
        let (first, rest) = path.split_first()?;
        // `use rand::rand` leads to itself and grows on the way.
        if path.len() > LONGEST || !seen.insert((module.clone(), path.to_vec())) {
            return None;
        }
        let inner: Name = module.iter().chain([first]).cloned().collect();
        if self.whole.modules.contains_key(&inner) {
            return self.down(inner, rest, seen);
        }
        if self.own[module].contains(first) {
            return Some(module.clone());
        }
        let uses = &self.uses[module];
        let named = uses.iter().filter(|one| one.here == *first);
        let mut ways: Vec<Name> = named.map(|one| [&one.path, rest].concat()).collect();
        let globs = uses.iter().filter(|one| one.here == "*");
        ways.extend(globs.map(|one| [&one.path, path].concat()));
        ways.iter().find_map(|way| self.place(module, way, seen))
    }
}

fn named(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Macro(item) => item.ident.as_ref()?.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        Item::Union(item) => item.ident.to_string(),
        _ => return None,
    })
}
