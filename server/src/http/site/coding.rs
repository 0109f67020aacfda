use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, header};
use std::io::{self, Write};

/// How a file may be compressed on its way, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Browsers ask for it over HTTPS and on this machine only.
    Brotli,
    Gzip,
}

impl Coding {
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// The best of those that the client takes.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        Self::ALL.into_iter().find(|coding| coding.is_taken(headers))
    }

    pub fn header(self) -> HeaderValue {
        HeaderValue::from_static(self.name())
    }

    fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    fn is_taken(self, headers: &HeaderMap) -> bool {
        let said = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
        said.flat_map(|codings| codings.split(',')).any(|coding| {
            let (name, quality) = coding.split_once(';').unwrap_or((coding, "q=1"));
            // A quality of zero is a no.
            let refused =
                quality.trim().strip_prefix("q=").and_then(|q| q.parse().ok()) == Some(0.0);
            name.trim().eq_ignore_ascii_case(self.name()) && !refused
        })
    }

    /// Compressed, unless that makes it no smaller. Takes some 10 ms for a long page.
    pub fn pack(self, bytes: &[u8]) -> Option<Bytes> {
        let packed = match self {
            Self::Brotli => brotli(bytes),
            Self::Gzip => gzip(bytes),
        };
        // To write into memory does not fail.
        packed.ok().filter(|packed| packed.len() < bytes.len()).map(Bytes::from)
    }
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn brotli(mut bytes: &[u8]) -> io::Result<Vec<u8>> {
    /// Of 0 to 11: the highest take ten times as long for 5 % less.
    const QUALITY: i32 = 6;
    let mut packed = Vec::new();
    let how = brotli::enc::BrotliEncoderParams { quality: QUALITY, ..Default::default() };
    brotli::BrotliCompress(&mut bytes, &mut packed, &how)?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_that_the_client_takes_is_chosen() {
        let of = |said: &'static str| {
            let said = [(header::ACCEPT_ENCODING, HeaderValue::from_static(said))];
            Coding::of(&HeaderMap::from_iter(said))
        };
        assert_eq!(of("gzip, deflate, br, zstd"), Some(Coding::Brotli));
        assert_eq!(of("gzip, deflate"), Some(Coding::Gzip));
        assert_eq!(of("br;q=0, GZIP;q=0.5"), Some(Coding::Gzip));
        for none in ["", "identity", "br; q=0.0", "zstd"] {
            assert_eq!(of(none), None, "{none}");
        }
        assert_eq!(Coding::of(&HeaderMap::new()), None);
    }
}
