//! What scripts a page may run: files of this server, and the inline ones it was built with, by their hashes. The
//! book builder's inline scripts differ from folder to folder, so each page gets a policy of its own.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::HeaderValue;
use sha2::{Digest, Sha256};

/// Shown in a frame of the book's own pages, where scripts are off.
const FRAMED: &str = "toc.html";

/// The policy for one page.
pub fn of(path: &str, page: &[u8]) -> HeaderValue {
    let page = String::from_utf8_lossy(page);
    let hashes: String =
        inline_scripts(&page).map(|script| format!(" 'sha256-{}'", hash(script))).collect();
    let framers = if path == FRAMED { "'self'" } else { "'none'" };
    // xterm.js writes style elements of its own.
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-src 'self'; base-uri 'self'; \
         form-action 'none'; frame-ancestors {framers}"
    );
    HeaderValue::try_from(policy).expect("it is plain ASCII")
}

/// The policy for a script that has a thread of its own, and so not its page's: it may load this server's scripts, and run
/// the program it is given. None for any other file.
pub fn of_worker(path: &str) -> Option<HeaderValue> {
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'none'";
    path.starts_with("client/worker-").then_some(HeaderValue::from_static(policy))
}

fn hash(script: &str) -> String {
    BASE64_STANDARD.encode(Sha256::digest(script.as_bytes()))
}

/// The text of each script that is in the page itself, import maps included.
fn inline_scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script")?;
        let external = attributes.split_whitespace().any(|a| a.starts_with("src=") || a == "src");
        (!external && !script.is_empty()).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_may_run_its_program_and_no_other_file_anything() {
        let policy = of_worker("client/worker-0a1b2c3d4e.mjs").unwrap();
        assert!(policy.to_str().unwrap().contains("script-src 'self' 'wasm-unsafe-eval'"));
        assert_eq!(of_worker("client/page-0a1b2c3d4e.mjs"), None);
        assert_eq!(of_worker("recordings/client/worker-1.cast"), None);
    }

    #[test]
    fn inline_scripts_are_allowed_by_hash_and_no_others() {
        let page = "<script>\nlet a = 1 < 2;\n</script><script type=\"importmap\">{}</script>\
                    <script defer src=\"book.js\"></script><script\nsrc='x.js'></script>";
        let found: Vec<_> = inline_scripts(page).collect();
        assert_eq!(found, ["\nlet a = 1 < 2;\n", "{}"]);
        let policy = of("index.html", page.as_bytes());
        // echo -n '{}' | openssl dgst -sha256 -binary | base64
        assert!(
            policy
                .to_str()
                .unwrap()
                .contains("'sha256-RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o='")
        );
        assert!(!policy.to_str().unwrap().contains("'unsafe-eval'"));
    }
}
