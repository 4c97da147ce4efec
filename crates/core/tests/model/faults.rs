//! Proptest strategies for faults that the network, the server or an intermediary (proxy, captive portal) causes.

use std::time::Duration;

use lapel_testkit::proxy::{FakeResponse, Fault, StoredForm};
use proptest::prelude::*;

pub(crate) fn network() -> impl Strategy<Value = Fault> {
    prop_oneof![
        6 => Just(Fault::ResetBefore),
        6 => Just(Fault::ResetAfter),
        3 => Just(Fault::Latency(Duration::from_millis(15))),
        3 => Just(Fault::Truncate(40)),
        3 => Just(Fault::CorruptBody),
        1 => Just(Fault::Stall),
        1 => Just(Fault::StallAfter),
    ]
}

pub(crate) fn server() -> impl Strategy<Value = Fault> {
    let refused = |status, code| Fault::refused(status, code, "no");
    let unavailable = |status, retry_after| Fault::Status { status, envelope: None, retry_after };
    let form = prop_oneof![Just(StoredForm::SingleSpaces), Just(StoredForm::Decomposed), Just(StoredForm::Capitalized)];
    let dropped_field = prop_oneof![Just("firstName"), Just("lastName"), Just("picture"), Just("language")];
    prop_oneof![
        2 => Just(refused(401, 4002)),
        1 => Just(refused(401, 4011)),
        2 => Just(unavailable(429, Some(0))),
        3 => Just(unavailable(500, None)),
        3 => Just(refused(400, 5120)),
        1 => Just(refused(403, 4003)),
        1 => Just(refused(404, 3001)),
        1 => Just(refused(412, 9999)),
        3 => form.prop_map(Fault::Normalizes),
        3 => dropped_field.prop_map(|field| Fault::drops(&[field])),
        2 => Just(Fault::NoContent),
    ]
}

pub(crate) fn intermediary() -> impl Strategy<Value = Fault> {
    let status = prop::sample::select(&[200_u16, 204, 401, 403, 404, 405, 407, 409, 412, 413, 451, 502][..]);
    let content = prop_oneof![
        Just(("text/html", "<html>Please accept the terms of this network.</html>")),
        Just(("application/json", r#"{"message":"Unauthorized"}"#)),
    ];
    let response = (status, content).prop_map(|(status, (kind, body))| FakeResponse::new(status, kind, body));
    let redirect = prop::sample::select(&[301_u16, 302, 303, 307, 308][..]);
    // Redirects to the same route and to another server.
    let location = prop_oneof![Just("?again"), Just("https://portal.example.com/")];
    prop_oneof![
        6 => response.clone().prop_map(Fault::Respond),
        3 => response.prop_map(Fault::RespondAfter),
        3 => (redirect, location).prop_map(|(status, location)| Fault::redirect(status, location)),
        3 => Just(Fault::StaleInstead),
        3 => Just(Fault::StaleAfter),
        1 => Just(Fault::Cached),
        1 => Just(Fault::WeakEtag),
        2 => Just(Fault::RewrittenEtag),
        1 => Just(Fault::NoEtag),
        3 => Just(Fault::SomebodyElse),
    ]
}
