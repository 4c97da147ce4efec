//! The same faults for the rows of a team.

use lapel_testkit::proxy::Fault;
use serde_json::{Value, json};

use crate::client::SignedIn;

const ROWS: &str = "/v1/organizations/acme-industries/collaborators/";

async fn rows(person: &SignedIn) -> Vec<Value> {
    person.ask("GET", ROWS, &[], Value::Null).await.data()["items"].as_array().unwrap().clone()
}

async fn role_on_server(person: &SignedIn, row: &Value) -> Value {
    let page = person.ask_server("GET", ROWS, Value::Null).await.data();
    page["items"].as_array().unwrap().iter().find(|other| other["id"] == row["id"]).unwrap()["role"].clone()
}

fn editor(rows: &[Value]) -> &Value {
    rows.iter().find(|row| row["user"]["email"] == "editor@example.com").unwrap()
}

async fn give(person: &SignedIn, row: &Value, role: &str) -> Value {
    let path = format!("{ROWS}{}", row["id"].as_str().unwrap());
    person.ask("PUT", &path, &[], json!({ "role": role })).await.data()
}

#[tokio::test]
async fn rows_are_about_somebody_else() {
    let person = SignedIn::new("owner@example.com").await;
    let own = rows(&person).await;
    person.proxy.always(Fault::SomebodyElse).await;
    let others = rows(&person).await;
    assert_eq!(others.len(), own.len());
    for (other, own) in others.iter().zip(&own) {
        assert_ne!(other["id"], own["id"]);
        assert_eq!(other["organization"], own["organization"]);
        if own["user"].is_object() {
            assert!(other["user"]["id"] != own["user"]["id"] && other["user"]["email"] != own["user"]["email"]);
        }
    }
    let row = editor(&own);
    assert_ne!(give(&person, row, "viewer").await["id"], row["id"]);
    assert_eq!(role_on_server(&person, row).await, "viewer");
}

#[tokio::test]
async fn rows_belong_to_another_organization() {
    let person = SignedIn::new("owner@example.com").await;
    let own = rows(&person).await;
    person.proxy.always(Fault::OtherOrganization).await;
    let others = rows(&person).await;
    let changed = give(&person, editor(&own), "viewer").await;
    for (other, own) in others.iter().zip(&own).chain([(&changed, editor(&own))]) {
        assert!(other["organization"].is_string() && other["organization"] != own["organization"], "{other}");
        assert_eq!((&other["id"], &other["user"]), (&own["id"], &own["user"]));
    }
    assert_eq!(role_on_server(&person, editor(&own)).await, "viewer");
}

#[tokio::test]
async fn a_role_is_accepted_and_not_kept() {
    let person = SignedIn::new("owner@example.com").await;
    let own = rows(&person).await;
    let row = editor(&own);
    person.proxy.next_on("PUT", ROWS, Fault::drops(&["role"]));
    let answer = give(&person, row, "viewer").await;
    assert_eq!((&answer["id"], &answer["role"]), (&row["id"], &row["role"]));
    assert_eq!(&role_on_server(&person, row).await, &row["role"]);
}
