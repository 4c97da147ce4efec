//! Document faults applied to team rows.

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

async fn set_role(person: &SignedIn, row: &Value, role: &str) -> Value {
    let path = format!("{ROWS}{}", row["id"].as_str().unwrap());
    person.ask("PUT", &path, &[], json!({ "role": role })).await.data()
}

#[tokio::test]
async fn somebody_else_replaces_the_person_in_team_rows() {
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
    assert_ne!(set_role(&person, row, "viewer").await["id"], row["id"]);
    assert_eq!(role_on_server(&person, row).await, "viewer");
}

#[tokio::test]
async fn other_organization_changes_the_organization_of_team_rows() {
    let person = SignedIn::new("owner@example.com").await;
    let own = rows(&person).await;
    person.proxy.always(Fault::OtherOrganization).await;
    let others = rows(&person).await;
    let changed = set_role(&person, editor(&own), "viewer").await;
    for (other, own) in others.iter().zip(&own).chain([(&changed, editor(&own))]) {
        assert!(other["organization"].is_string() && other["organization"] != own["organization"], "{other}");
        assert_eq!((&other["id"], &other["user"]), (&own["id"], &own["user"]));
    }
    assert_eq!(role_on_server(&person, editor(&own)).await, "viewer");
}

#[tokio::test]
async fn a_dropped_role_is_accepted_but_not_stored() {
    let person = SignedIn::new("owner@example.com").await;
    let own = rows(&person).await;
    let row = editor(&own);
    person.proxy.next_on("PUT", ROWS, Fault::drops(&["role"]));
    let response = set_role(&person, row, "viewer").await;
    assert_eq!((&response["id"], &response["role"]), (&row["id"], &row["role"]));
    assert_eq!(&role_on_server(&person, row).await, &row["role"]);
}
