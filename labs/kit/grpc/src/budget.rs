use std::time::Duration;
use tonic::metadata::MetadataMap;

// ANCHOR: time_left
/// How long the caller will wait, as its header `grpc-timeout` says; `None` where it says nothing, or nothing that can be read.
///
/// The header has at most eight digits and a letter for the unit: `250m` is a quarter of a second.
pub fn time_left(metadata: &MetadataMap) -> Option<Duration> {
    let text = metadata.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(n * 3600),
        "M" => Duration::from_secs(n * 60),
        "S" => Duration::from_secs(n),
        "m" => Duration::from_millis(n),
        "u" => Duration::from_micros(n),
        "n" => Duration::from_nanos(n),
        _ => return None,
    })
}
// ANCHOR_END: time_left

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Request;

    fn left(header: &str) -> Option<Duration> {
        let mut metadata = MetadataMap::new();
        metadata.insert("grpc-timeout", header.parse().unwrap());
        time_left(&metadata)
    }

    #[test]
    fn what_tonic_sends_is_read() {
        let mut ask = Request::new(());
        ask.set_timeout(Duration::from_millis(250));
        assert_eq!(time_left(ask.metadata()), Some(Duration::from_millis(250)));
        assert_eq!(time_left(&MetadataMap::new()), None);
    }

    #[test]
    fn each_unit_is_read_and_nonsense_is_not() {
        assert_eq!(left("2H"), Some(Duration::from_secs(7200)));
        assert_eq!(left("99999999n"), Some(Duration::from_nanos(99_999_999)));
        for nonsense in ["", "m", "5", "5x", "-5m", "123456789m"] {
            assert_eq!(left(nonsense), None, "{nonsense}");
        }
    }
}
