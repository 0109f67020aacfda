//! A file of the site as it is sent. What is the same for every reader is worked out once: its tag, its policy, and its
//! compressed forms. A class that opens one chapter at the same moment waits for one compression, not for a hundred.

use super::{coding::Coding, policy};
use bytes::Bytes;
use http::HeaderValue;
use mime_guess::Mime;
use std::hash::{DefaultHasher, Hash, Hasher};
use tokio::{sync::OnceCell, task::spawn_blocking};

/// One version of one file.
#[derive(Debug)]
pub struct Ready {
    pub bytes: Bytes,
    /// With its charset, where it is text.
    pub kind: HeaderValue,
    /// Weak, because the same file may be sent compressed.
    pub tag: String,
    /// What a page may do, or a script in a thread of its own; other files have none.
    pub policy: Option<HeaderValue>,
    /// By [`Coding`]; filled when first asked for. None inside where it would not have become smaller.
    packed: [OnceCell<Option<Bytes>>; Coding::ALL.len()],
}

impl Ready {
    /// `path` is the one inside the site.
    pub fn new(path: &str, bytes: Bytes) -> Self {
        let kind = mime_guess::from_path(path).first_or_octet_stream();
        let page = kind.subtype() == mime_guess::mime::HTML;
        Self {
            tag: tag(&bytes),
            policy: match page {
                true => Some(policy::of(path, &bytes)),
                false => policy::of_worker(path),
            },
            kind: header(&kind),
            packed: Default::default(),
            bytes,
        }
    }

    /// Its compressed form, where there is one. Cancel-safe: who asks next goes on waiting for the same.
    pub async fn packed(&self, coding: Coding) -> Option<Bytes> {
        let bytes = self.bytes.clone();
        // It takes milliseconds of a processor, which the sockets of others need meanwhile.
        let pack =
            || async move { spawn_blocking(move || coding.pack(&bytes)).await.ok().flatten() };
        self.packed[coding as usize].get_or_init(pack).await.clone()
    }
}

fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("W/\"{:x}-{:016x}\"", bytes.len(), hasher.finish())
}

fn header(kind: &Mime) -> HeaderValue {
    let text = kind.type_() == mime_guess::mime::TEXT;
    let kind = if text { format!("{kind}; charset=utf-8") } else { kind.to_string() };
    HeaderValue::try_from(kind).expect("it is plain ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;

    #[tokio::test]
    async fn a_page_that_a_hundred_ask_for_at_once_is_compressed_once() {
        let page = Ready::new("a.html", Bytes::from("You cancelled it. ".repeat(9000)));
        for coding in Coding::ALL {
            let all = join_all((0..100).map(|_| page.packed(coding))).await;
            let first = all[0].as_ref().unwrap();
            assert!(first.len() < page.bytes.len() / 10, "{coding:?}: {}", first.len());
            let same = |other: &Option<Bytes>| other.as_ref().unwrap().as_ptr() == first.as_ptr();
            assert!(all.iter().all(same), "they read the same memory");
        }
    }

    #[tokio::test]
    async fn what_does_not_become_smaller_is_sent_as_it_is() {
        let short = Ready::new("a.html", Bytes::from_static(b"a"));
        for coding in Coding::ALL {
            assert!(short.packed(coding).await.is_none());
        }
    }
}
