//! Lists: pages, order, filters, and the speed with a large team.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::common::{OWNER, TEAM, TestServer, VIEWER, code, config_with_members, row_of};
use lapel_sandbox::{PageLimit, Quirks};
use serde_json::{Value, json};

/// The email address of a row's user or invitation.
fn email(row: &Value) -> &str {
    row.pointer("/user/email").or(row.pointer("/detected/email")).unwrap().as_str().unwrap()
}

async fn list(server: &TestServer, token: &str, query: &str) -> Value {
    let (status, mut body) = server.get(token, &format!("{TEAM}?{query}")).await;
    assert_eq!(status, 200, "{query}: {body}");
    body["data"].take()
}

fn emails(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(email).collect()
}

#[tokio::test]
async fn the_demo_team_is_listed_by_name() {
    let server = TestServer::new().await;
    let token = server.token("viewer").await;
    let team = list(&server, &token, "").await;
    let expected = ["admin", "editor", "owner", "twofactor", "viewer"].map(|who| format!("{who}@example.com"));
    assert_eq!(emails(&team), expected, "sorted by name by default");
    let mut page = team.clone();
    page.as_object_mut().unwrap().remove("items");
    let expected = json!({ "totalDocs": 5, "limit": 100, "page": 1, "totalPages": 1, "hasPrevPage": false,
        "hasNextPage": false, "prevPage": null, "nextPage": null });
    assert_eq!(page, expected);
    let owner = &team["items"][2];
    let expected = json!({ "id": OWNER, "email": "owner@example.com", "firstName": "Olivia", "lastName": "Owner",
        "picture": null, "role": "admin", "ssoUser": false });
    assert_eq!(owner["user"], expected);
    assert_eq!((&owner["role"], &owner["detected"]), (&json!("owner"), &json!({})));
}

#[tokio::test]
async fn pages_contain_every_row_exactly_once() {
    let server = TestServer::with(config_with_members(95)).await;
    let token = server.token("viewer").await;
    for sort in ["name", "name:desc", "email:asc", "email:desc", "role", "role:desc", "createdAt", "createdAt:desc"] {
        let whole = list(&server, &token, &format!("limit=1000&sort={sort}")).await;
        let mut gathered = Vec::new();
        for page in 1..=4 {
            let part = list(&server, &token, &format!("limit=30&page={page}&sort={sort}")).await;
            assert_eq!((&part["totalDocs"], &part["totalPages"]), (&json!(100), &json!(4)));
            assert_eq!(part["prevPage"], if page > 1 { json!(page - 1) } else { Value::Null });
            assert_eq!(part["nextPage"], if page < 4 { json!(page + 1) } else { Value::Null });
            gathered.extend(part["items"].as_array().unwrap().clone());
        }
        assert_eq!(&gathered, whole["items"].as_array().unwrap(), "{sort}");
        let ids: BTreeSet<&str> = gathered.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 100);
    }
    let beyond = list(&server, &token, "limit=30&page=1000000").await;
    assert_eq!((beyond["items"].as_array().unwrap().len(), &beyond["hasPrevPage"]), (0, &json!(true)));
}

#[tokio::test]
async fn the_page_limit_quirk_refuses_or_shortens_pages() {
    let server = TestServer::with(config_with_members(95)).await;
    let token = server.token("viewer").await;
    server.sandbox.set_quirks(Quirks { page_limit: PageLimit::RefusedAbove(100), ..Quirks::default() });
    let refused = server.get(&token, &format!("{TEAM}?limit=101")).await;
    assert_eq!(code(&refused), (400, 5000));
    assert_eq!(refused.1["error"]["message"], "limit must be at most 100");
    assert_eq!(list(&server, &token, "limit=100").await["items"].as_array().unwrap().len(), 100);

    server.sandbox.set_quirks(Quirks { page_limit: PageLimit::CutTo(30), ..Quirks::default() });
    let cut = list(&server, &token, "limit=1000&page=2").await;
    assert_eq!((&cut["limit"], &cut["page"], &cut["totalPages"]), (&json!(30), &json!(2), &json!(4)));
    assert_eq!(cut["items"].as_array().unwrap().len(), 30);
    assert_eq!(list(&server, &token, "limit=20").await["limit"], 20, "a smaller limit is not changed");
}

#[tokio::test]
async fn lists_are_sorted_as_requested() {
    let server = TestServer::with(config_with_members(40)).await;
    let token = server.token("viewer").await;
    let key = |row: &Value, pointer: &str| row.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    for (sort, pointer) in [("role", "/role"), ("createdAt", "/createdAt")] {
        let rows = list(&server, &token, &format!("sort={sort}")).await;
        let keys: Vec<String> = rows["items"].as_array().unwrap().iter().map(|row| key(row, pointer)).collect();
        assert!(keys.is_sorted(), "{sort}: {keys:?}");
    }
    let up = list(&server, &token, "sort=email").await;
    assert!(emails(&up).is_sorted());
    let mut down = list(&server, &token, "sort=email:desc").await;
    down["items"].as_array_mut().unwrap().reverse();
    assert_eq!(up["items"], down["items"]);
}

#[tokio::test]
async fn a_filter_text_that_is_too_long_is_refused_with_its_limit() {
    let server = TestServer::new().await;
    let token = server.token("viewer").await;
    let refused = server.get(&token, &format!("{TEAM}?email={}", "a".repeat(257))).await;
    assert_eq!(code(&refused), (400, 5000));
    assert_eq!(refused.1["error"]["message"], "email must have at most 256 characters");
}

#[tokio::test]
async fn a_changed_name_changes_the_order() {
    let server = TestServer::new().await;
    let token = server.token("owner").await;
    server.put(&token, &format!("/users/{OWNER}"), &json!({ "firstName": "Aaron", "lastName": "" })).await;
    assert_eq!(emails(&list(&server, &token, "").await)[0], "owner@example.com");
}

#[tokio::test]
async fn filters_return_exactly_the_matching_rows() {
    let server = TestServer::with(config_with_members(95)).await;
    let token = server.token("viewer").await;
    let all = list(&server, &token, "limit=1000").await;
    let all = all["items"].as_array().unwrap();
    let count = |predicate: &dyn Fn(&Value) -> bool| all.iter().filter(|row| predicate(row)).count();
    let holds = |row: &Value, tag: &str| row["tags"].as_array().unwrap().contains(&json!(tag));
    let many = (0..8000).map(|number| format!("tags={number}")).collect::<Vec<_>>().join("&");
    let many = &many[..60_000];
    let expected = [
        ("role=editor", count(&|row| row["role"] == "editor")),
        ("role=unassigned", count(&|row| row["role"] == "unassigned")),
        ("onlyUsers=true", count(&|row| row.get("user").is_some())),
        ("onlyUsers=false", 100),
        ("tags=support", count(&|row| holds(row, "support"))),
        ("tags=support&tags=pilot", count(&|row| holds(row, "support") && holds(row, "pilot"))),
        ("tags=nothing", 0),
        ("tags=support&tags=support", count(&|row| holds(row, "support"))),
        (many, 0),
        ("email=OWNER%40example.com", 1),
        ("email=owner", 0),
        ("email=Invited00007@Example.com", 1),
        ("email=invited00007%40example.com&onlyUsers=true", 0),
        (
            "role=viewer&onlyUsers=true&tags=remote",
            count(&|row| row["role"] == "viewer" && row.get("user").is_some() && holds(row, "remote")),
        ),
        ("email=%27%20OR%201%3D1%20--", 0),
    ];
    for (query, expected) in expected {
        let found = list(&server, &token, &format!("{query}&limit=1000")).await;
        assert_eq!(found["items"].as_array().unwrap().len(), expected, "{query}");
        assert_eq!(found["totalDocs"], expected, "{query}");
    }
    for row in all.iter().filter(|row| row.get("user").is_none()) {
        assert!(row["detected"]["email"].is_string());
    }
    assert!(all.iter().any(|row| row["user"]["role"] == "serviceAccount"));
}

#[tokio::test]
async fn groups_lists_the_tags_in_use() {
    let server = TestServer::new().await;
    let (owner, viewer) = (server.token("owner").await, server.token("viewer").await);
    let groups = async |path: &str| server.get(&viewer, &format!("{path}groups")).await;
    let values = |tags: &[&str]| Value::from(tags.iter().map(|tag| json!({ "value": tag })).collect::<Vec<_>>());
    let (status, body) = groups(TEAM).await;
    assert_eq!((status, &body["data"]["items"]), (200, &values(&["engineering", "management", "sales", "support"])));
    // Tags appear with their first use and disappear with their last.
    server.put(&owner, &format!("{TEAM}{}", row_of(VIEWER)), &json!({ "tags": ["Ümlaut", "pilot"] })).await;
    let (_, body) = groups(TEAM).await;
    assert_eq!(body["data"]["items"], values(&["engineering", "management", "pilot", "support", "Ümlaut"]));
    assert_eq!(code(&groups("/organizations/nowhere/collaborators/").await), (404, 3001));
    let put = server.put(&owner, &format!("{TEAM}groups"), &json!({ "role": "editor" })).await;
    assert_eq!(code(&put), (405, 3002), "no row can have that id");
}

#[tokio::test]
async fn invalid_queries_are_refused_and_unknown_parameters_ignored() {
    let server = TestServer::new().await;
    let token = server.token("viewer").await;
    let queries = [
        "page=0",
        "page=-1",
        "page=1000001",
        "page=x",
        "page=",
        "page=1.5",
        "page=99999999999999999999",
        "page=1&page=2",
        "limit=0",
        "limit=1001",
        "sort=id",
        "sort=name:up",
        "sort=name:asc:asc",
        "sort=",
        "role=boss",
        "role=",
        "onlyUsers=1",
        "onlyUsers=",
    ];
    for query in queries {
        assert_eq!(code(&server.get(&token, &format!("{TEAM}?{query}")).await), (400, 5000), "{query}");
    }
    let long = "a".repeat(129);
    assert_eq!(code(&server.get(&token, &format!("{TEAM}?tags=fine&tags={long}")).await), (400, 5000));
    let long = "a".repeat(257);
    assert_eq!(code(&server.get(&token, &format!("{TEAM}?email={long}")).await), (400, 5000));
    for ignored in ["%00=1", "email=%ff%fe", "more=1", "&&&", "tags=%00", "email=%00"] {
        assert_eq!(server.get(&token, &format!("{TEAM}?{ignored}")).await.0, 200, "{ignored}");
    }
    for missing in ["nowhere", "65f0a1c0000000000000ffff", "%ff", "%00", "a%2Fb"] {
        let response = server.get(&token, &format!("/organizations/{missing}/collaborators/")).await;
        assert_eq!(code(&response), (404, 3001), "{missing}");
    }
}

#[tokio::test]
async fn the_callers_organizations_are_listed() {
    let server = TestServer::new().await;
    let token = server.token("editor").await;
    let (_, body) = server.get(&token, "/organizations").await;
    assert_eq!(body["data"]["totalDocs"], 1);
    let acme = &body["data"]["items"][0];
    assert_eq!((&acme["name"], &acme["slug"]), (&json!("Acme Industries"), &json!("acme-industries")));
    let by_id = format!("/organizations/{}/collaborators/", acme["id"].as_str().unwrap().to_uppercase());
    assert_eq!(server.get(&token, &by_id).await.1["data"]["totalDocs"], 5);
    for (query, expected) in
        [("name=acme", 1), ("name=other", 0), ("slug=acme-industries", 1), ("slug=acme", 0), ("page=2", 1)]
    {
        let (_, body) = server.get(&token, &format!("/organizations?{query}")).await;
        assert_eq!(body["data"]["totalDocs"], expected, "{query}");
    }
    assert_eq!(code(&server.get(&token, "/organizations?limit=0").await), (400, 5000));
}

/// The time limit is generous, for a busy machine, but too short for a scan of all rows for every page.
#[tokio::test]
async fn lists_of_a_large_team_are_fast() {
    let server = TestServer::with(config_with_members(20_000)).await;
    let token = server.token("viewer").await;
    for query in [
        "page=200",
        "page=200&sort=email:desc",
        "page=190&onlyUsers=true",
        "role=viewer&page=80",
        "email=member19999@example.com",
    ] {
        let start = Instant::now();
        let found = list(&server, &token, query).await;
        assert!(!found["items"].as_array().unwrap().is_empty(), "{query}");
        assert!(start.elapsed() < Duration::from_millis(500), "{query} took {:?}", start.elapsed());
    }
}
