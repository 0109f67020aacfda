use crate::page::Page;

/// Why a widget cannot run anything.
pub fn refusal(page: &Page, lab: &str, variant: &str) -> Option<String> {
    let Some(labs) = &page.labs else { return page.trouble.clone() };
    if labs.building.iter().any(|slug| slug == lab) {
        return Some("This lab is still being built. Load this page again in a minute.".into());
    }
    let Some(known) = page.lab(lab) else {
        return Some(format!("This server has no lab {lab}. Build it: cargo xtask serve"));
    };
    if variant == "mine" {
        let why = "Your own variant runs on your own machine: cargo xtask serve";
        return (!labs.mine).then(|| why.into());
    }
    let has = known.variants.iter().any(|v| v == variant);
    (!has).then(|| format!("The lab {lab} has no variant {variant}."))
}
