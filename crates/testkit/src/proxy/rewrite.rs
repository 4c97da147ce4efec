//! What is changed in a request before the server sees it, and in its answer afterwards.

use serde_json::{Map, Value, json};
use unicode_normalization::UnicodeNormalization;

use super::{Fault, fault::StoredForm, message::Message};

/// What [`Fault::SomebodyElse`] says of a person. The names are ones that tests save too, so that an answer about the
/// wrong person can look like the one that was hoped for.
const SOMEBODY_ELSE: [(&str, &str); 5] = [
    ("email", "somebody.else@example.com"),
    ("firstName", "Ada"),
    ("lastName", "Xi"),
    ("fullName", "Ada Xi"),
    ("role", "adminViewer"),
];

/// The names in a change, which a server may store in a form of its own.
const NAMES: [&str; 3] = ["firstName", "lastName", "tags"];

/// Changes the request as the fault says.
pub(super) fn request(fault: &Fault, request: &mut Message) {
    let change: &dyn Fn(&mut Map<String, Value>) = match fault {
        Fault::Normalises(form) => &|fields| normalise(fields, *form),
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

/// Changes the answer as the fault says. `number` differs from answer to answer.
pub(super) fn answer(fault: &Fault, answer: &mut Message, number: usize) {
    match fault {
        Fault::WeakEtag => {
            let weak = answer.header("etag").map(|tag| format!("W/{}", tag.trim_start_matches("W/")));
            set_etag(answer, weak);
        }
        Fault::RewrittenEtag => {
            let other = answer.header("etag").map(|_| format!("\"rewritten-{number}\""));
            set_etag(answer, other);
        }
        Fault::NoEtag => set_etag(answer, None),
        Fault::SomebodyElse => each_subject(answer, &somebody_else),
        Fault::OtherOrganization => each_subject(answer, &|subject| set_other_id(subject, "organization")),
        Fault::NoContent if (200..300).contains(&answer.status()) => *answer = Message::bare(204),
        _ => {}
    }
}

fn set_etag(answer: &mut Message, tag: Option<String>) {
    answer.remove_header("etag");
    answer.headers.extend(tag.map(|tag| format!("etag: {tag}")));
}

/// Changes what a successful answer is about: a person, a row of a team, or each row of a page.
fn each_subject(answer: &mut Message, change: &dyn Fn(&mut Value)) {
    let Ok(mut envelope) = serde_json::from_slice::<Value>(&answer.content()) else { return };
    if answer.status() != 200 {
        return;
    }
    match envelope.pointer_mut("/data/items") {
        Some(Value::Array(rows)) => rows.iter_mut().for_each(change),
        _ => envelope.pointer_mut("/data").into_iter().for_each(change),
    }
    answer.set_content(envelope.to_string());
}

/// Makes a person, or the one in a row of a team, somebody else; the row gets another id too.
fn somebody_else(subject: &mut Value) {
    set_other_id(subject, "id");
    let person = if subject.get("organization").is_some() { subject.get_mut("user") } else { Some(subject) };
    let Some(person) = person else { return };
    set_other_id(person, "id");
    for (field, value) in SOMEBODY_ELSE {
        if let Some(known) = person.get_mut(field) {
            *known = value.into();
        }
    }
}

/// Another id of the same form; two that differ stay different.
fn set_other_id(subject: &mut Value, field: &str) {
    if let Some(Value::String(id)) = subject.get_mut(field) {
        *id = "ffff".chars().chain(id.chars().skip(4)).collect();
    }
}

fn normalise(fields: &mut Map<String, Value>, form: StoredForm) {
    for (_, value) in fields.iter_mut().filter(|(name, _)| NAMES.contains(&name.as_str())) {
        match value {
            Value::String(text) => *text = stored(text, form),
            Value::Array(texts) => {
                for text in texts {
                    if let Value::String(text) = text {
                        *text = stored(text, form);
                    }
                }
            }
            _ => {}
        }
    }
}

fn stored(text: &str, form: StoredForm) -> String {
    match form {
        StoredForm::SingleSpaces => text.split_whitespace().collect::<Vec<_>>().join(" "),
        StoredForm::Decomposed => text.nfd().collect(),
        StoredForm::Capitalised => {
            let mut letters = text.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
        }
    }
}

/// Takes fields away. A server takes no change without any field, but ignores one that it does not know.
fn drop_fields(fields: &mut Map<String, Value>, dropped: &[String]) {
    let before = fields.len();
    fields.retain(|name, _| !dropped.contains(name));
    if fields.is_empty() && before > 0 {
        fields.insert("unknown".to_owned(), json!(true));
    }
}
