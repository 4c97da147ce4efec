//! Faults that change a request before the server receives it, or the response afterwards.

use serde_json::{Map, Value, json};
use unicode_normalization::UnicodeNormalization;

use super::{Fault, fault::StoredForm, message::Message};

/// Values that [`Fault::SomebodyElse`] sets. The model test of the core saves the same names, so a response about the
/// wrong person can look like the expected one.
const OTHER_PERSON: [(&str, &str); 5] = [
    ("email", "somebody.else@example.com"),
    ("firstName", "Ada"),
    ("lastName", "Xi"),
    ("fullName", "Ada Xi"),
    ("role", "adminViewer"),
];

/// The fields that [`Fault::Normalizes`] changes.
const NORMALIZED_FIELDS: [&str; 3] = ["firstName", "lastName", "tags"];

/// Applies the fault to the request.
pub(super) fn request(fault: &Fault, request: &mut Message) {
    let change: &dyn Fn(&mut Map<String, Value>) = match fault {
        Fault::Normalizes(form) => &|fields| normalize(fields, *form),
        Fault::Drops(dropped) => &|fields| drop_fields(fields, dropped),
        _ => return,
    };
    if request.target().0 == "PUT"
        && let Ok(mut fields) = serde_json::from_slice(&request.content())
    {
        change(&mut fields);
        request.set_content(Value::Object(fields).to_string());
    }
}

/// Applies the fault to the response. `number` is different for each response.
pub(super) fn response(fault: &Fault, response: &mut Message, number: usize) {
    match fault {
        Fault::WeakEtag => {
            let weak = response.header("etag").map(|tag| format!("W/{}", tag.trim_start_matches("W/")));
            set_etag(response, weak);
        }
        Fault::RewrittenEtag => {
            let other = response.header("etag").map(|_| format!("\"rewritten-{number}\""));
            set_etag(response, other);
        }
        Fault::NoEtag => set_etag(response, None),
        Fault::SomebodyElse => each_subject(response, &make_other_person),
        Fault::OtherOrganization => each_subject(response, &|subject| set_other_id(subject, "organization")),
        Fault::NoContent if (200..300).contains(&response.status()) => *response = Message::without_body(204),
        _ => {}
    }
}

fn set_etag(response: &mut Message, tag: Option<String>) {
    response.remove_header("etag");
    response.headers.extend(tag.map(|tag| format!("etag: {tag}")));
}

/// Applies `change` to the subject of a successful response: a person, a team row, or each row of a page.
fn each_subject(response: &mut Message, change: &dyn Fn(&mut Value)) {
    let Ok(mut envelope) = serde_json::from_slice::<Value>(&response.content()) else { return };
    if response.status() != 200 {
        return;
    }
    match envelope.pointer_mut("/data/items") {
        Some(Value::Array(rows)) => rows.iter_mut().for_each(change),
        _ => envelope.pointer_mut("/data").into_iter().for_each(change),
    }
    response.set_content(envelope.to_string());
}

/// Replaces the person, directly or within a team row. A row gets another id as well.
fn make_other_person(subject: &mut Value) {
    set_other_id(subject, "id");
    let person = if subject.get("organization").is_some() { subject.get_mut("user") } else { Some(subject) };
    let Some(person) = person else { return };
    set_other_id(person, "id");
    for (field, value) in OTHER_PERSON {
        if let Some(known) = person.get_mut(field) {
            *known = value.into();
        }
    }
}

/// Sets a different id in the same format. Distinct ids stay distinct.
fn set_other_id(subject: &mut Value, field: &str) {
    if let Some(Value::String(id)) = subject.get_mut(field) {
        *id = "ffff".chars().chain(id.chars().skip(4)).collect();
    }
}

fn normalize(fields: &mut Map<String, Value>, form: StoredForm) {
    for (_, value) in fields.iter_mut().filter(|(name, _)| NORMALIZED_FIELDS.contains(&name.as_str())) {
        match value {
            Value::String(text) => *text = normalized(text, form),
            Value::Array(texts) => {
                for text in texts {
                    if let Value::String(text) = text {
                        *text = normalized(text, form);
                    }
                }
            }
            _ => {}
        }
    }
}

fn normalized(text: &str, form: StoredForm) -> String {
    match form {
        StoredForm::SingleSpaces => text.split_whitespace().collect::<Vec<_>>().join(" "),
        StoredForm::Decomposed => text.nfd().collect(),
        StoredForm::Capitalized => {
            let mut letters = text.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
        }
    }
}

/// Removes the fields. If none is left, adds an unknown one: the server refuses an empty change but ignores unknown
/// fields.
fn drop_fields(fields: &mut Map<String, Value>, dropped: &[String]) {
    let before = fields.len();
    fields.retain(|name, _| !dropped.contains(name));
    if fields.is_empty() && before > 0 {
        fields.insert("unknown".to_owned(), json!(true));
    }
}
