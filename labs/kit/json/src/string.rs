//! A string: what JSON writes in other characters, as it is meant.

/// The text of a string that begins at `at`, and where it ends, if it is one.
pub fn string(json: &[u8], mut at: usize) -> Option<(String, usize)> {
    if *json.get(at)? != b'"' {
        return None;
    }
    let mut out = vec![];
    loop {
        at += 1;
        match *json.get(at)? {
            b'"' => return Some((String::from_utf8(out).ok()?, at + 1)),
            b'\\' => {
                at += 1;
                let plain = match *json.get(at)? {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    b'b' => 8,
                    b'f' => 12,
                    b'u' => {
                        at = unicode(json, at, &mut out)?;
                        continue;
                    }
                    byte @ (b'"' | b'\\' | b'/') => byte,
                    _ => return None,
                };
                out.push(plain);
            }
            0..0x20 => return None,
            byte => out.push(byte),
        }
    }
}

/// Reads `uXXXX`, or two of them with a backslash between, which are one character; gives where its last digit is.
fn unicode(json: &[u8], at: usize, out: &mut Vec<u8>) -> Option<usize> {
    let first = unit(json, at)?;
    let (code, end) = match first {
        0xd800..0xdc00 => {
            let second = unit(json, at + 6).filter(|s| (0xdc00..0xe000).contains(s))?;
            if json[at + 5] != b'\\' {
                return None;
            }
            (0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00), at + 10)
        }
        _ => (first, at + 4),
    };
    out.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut [0; 4]).as_bytes());
    Some(end)
}

fn unit(json: &[u8], at: usize) -> Option<u32> {
    let (mark, digits) = json.get(at..at + 5)?.split_first()?;
    let mut unit = 0;
    for digit in digits {
        unit = unit << 4 | char::from(*digit).to_digit(16)?;
    }
    (*mark == b'u').then_some(unit)
}
