//! Ours beside serde_json.

use super::*;
use serde_json::Value;

/// What ours says of a text, in the other's words.
fn read(json: Json<'_>) -> Value {
    let mut object = serde_json::Map::new();
    if json.each_field(&mut |k, v| drop(object.insert(k.text().unwrap(), read(v)))) {
        return Value::Object(object);
    }
    let none = json.is_null().then_some(Value::Null);
    none.or_else(|| json.items().map(|all| all.into_iter().map(read).collect()))
        .or_else(|| json.text().map(Value::String))
        .or_else(|| json.truth().map(Value::Bool))
        .or_else(|| json.number().map(Value::from))
        .or_else(|| json.signed().map(Value::from))
        .unwrap_or_else(|| serde_json::from_slice(json.0).unwrap())
}

const TEXTS: &[&str] = &[
    "",
    " ",
    "null",
    "nul",
    "nulls",
    " true ",
    "false,",
    "0",
    "-0",
    "-",
    "01",
    "1.",
    ".5",
    "1.5",
    "1e3",
    "1E+3",
    "1e",
    "-7",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "\"\"",
    "\"",
    r#""a\"b\\c\/d\n\t\r\b\f""#,
    r#""\x""#,
    r#""größer — 🦀""#,
    r#""\u00e4\ud83e\udd80\u0000""#,
    r#""\ud83e""#,
    r#""\ud83e\u0041""#,
    r#""\ud83ex\udd80""#,
    r#""\udd80""#,
    r#""\u+041""#,
    "\"a\nb\"",
    "[]",
    "[ ]",
    "[1,2 , [3 ],\"]\"]",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1",
    "]",
    "{}",
    "{ }",
    r#"{"a":1}"#,
    r#" { "a" : [ 1 , { "b" : "}\"" } ] , "\u0063" : null } "#,
    r#"{"a":1,"a":2}"#,
    r#"{"a":1,}"#,
    r#"{"a" 1}"#,
    r#"{"a":}"#,
    "{1:1}",
    "{\"a\":1]",
    "[1}",
];

#[test]
fn it_reads_what_serde_json_reads_and_nothing_else() {
    let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
    let more = [deep(127), deep(128), deep(129), r#"{"a":"#.repeat(200)];
    for text in TEXTS.iter().copied().chain(more.iter().map(String::as_str)) {
        let theirs: Option<Value> = serde_json::from_str(text).ok();
        assert_eq!(Json::parse(text.as_bytes()).map(read), theirs, "{text}");
    }
    assert_eq!(Json::parse(b"\"\xff\""), None);
}

#[test]
fn a_text_cut_short_anywhere_is_refused() {
    let whole = r#"{"a":["\ud83e\udd80",true,{"b":-1.5e-7}]}"#.as_bytes();
    assert!(Json::parse(whole).is_some());
    for end in 0..whole.len() {
        assert_eq!(Json::parse(&whole[..end]), None, "{end}");
    }
}

#[test]
fn a_field_is_found_by_its_name_and_the_last_one_counts() {
    let json = Json::parse(br#"{"a":{"b":1},"b":2,"\u0062":3}"#).unwrap();
    assert_eq!(json.get("b").and_then(Json::number), Some(3));
    assert_eq!(json.get("a").and_then(|a| a.get("b")).and_then(Json::number), Some(1));
    assert_eq!((json.get("c"), Json::parse(b"[]").unwrap().get("a")), (None, None));
}
