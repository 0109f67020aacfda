//! The context crosses a call in a header, and what was seen is one tree.

use labkit_trace::{Trace, parent, pass_on};
use std::{collections::BTreeSet, time::Duration};
use tonic::metadata::MetadataMap;

#[test]
fn a_call_from_service_to_service_is_one_trace() {
    let trace = Trace::default();
    let (shop, till) = (trace.service("shop").unwrap(), trace.service("till").unwrap());
    let mut headers = MetadataMap::new();
    {
        let order = shop.root("order");
        pass_on(&shop.inside(&order, "call"), &mut headers);
        drop(till.below(&parent(&headers), "pay"));
    }
    assert!(headers.get("traceparent").is_some(), "{headers:?}");
    let seen = trace.seen();
    assert_eq!(seen.traces(), 1, "{seen:?}");
    assert_eq!(seen.services(), BTreeSet::from(["shop", "till"]));
    assert_eq!(seen.outlive_the_root(Duration::ZERO), 0, "{seen:?}");
}

#[test]
fn a_call_without_the_header_is_not_traced() {
    let trace = Trace::default();
    let till = trace.service("till").unwrap();
    let pay = till.below(&parent(&MetadataMap::new()), "pay");
    let mut headers = MetadataMap::new();
    pass_on(&pay, &mut headers);
    drop(pay);
    assert!(headers.is_empty(), "{headers:?}");
    assert_eq!(trace.seen().traces(), 0);
}

#[test]
fn a_span_that_ends_after_its_root_is_counted() {
    let trace = Trace::default();
    let shop = trace.service("shop").unwrap();
    let root = shop.root("order");
    let late = shop.inside(&root, "left behind");
    drop(root);
    std::thread::sleep(Duration::from_millis(30));
    drop(late);
    let seen = trace.seen();
    assert_eq!(seen.outlive_the_root(Duration::from_millis(10)), 1, "{seen:?}");
}
