//! What may happen, one step at a time. Which steps make sense follows from the little that is known without the app: who
//! is signed in, and whether there is a network.

use lapel_core::views::{Keep, ProfileField};
use lapel_testkit::proxy::Fault;
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use super::faults;

/// The people who share the computer.
pub(crate) const PEOPLE: [&str; 2] = ["owner@example.com", "editor@example.com"];

pub(crate) const FIELDS: [ProfileField; 4] =
    [ProfileField::FirstName, ProfileField::LastName, ProfileField::Picture, ProfileField::Language];

/// Stands for a picture whose bytes are on this computer and have to be uploaded.
pub(crate) const HELD: &str = "held";

/// The values of each field: few, so that both sides often mean the same. Some have a form of the server's own.
pub(crate) fn values(field: ProfileField) -> &'static [&'static str] {
    match field {
        ProfileField::FirstName => &["Ada", "bea", "Zoë"],
        ProfileField::LastName => &["", "Xi", "Yu"],
        ProfileField::Picture => &["", "https://example.com/1.png", "https://example.com/2.png", HELD],
        ProfileField::Language => &["en", "es", "de"],
    }
}

/// One field and what it is set to.
pub(crate) type Change = (ProfileField, &'static str);

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// The person types and presses "Save changes".
    Save(Vec<Change>),
    /// Somebody else with the same account changes it on the server.
    OtherClient(Vec<Change>),
    Drop(ProfileField),
    Decide(Option<ProfileField>, Keep),
    TryAgain,
    /// What happens to the next request of this kind.
    Trouble(&'static str, &'static str, Fault),
    Network(bool),
    /// The app is killed and started again.
    Restart,
    /// The clock of this computer is set, by so many days.
    Clock(i64),
    /// The server forgets all sessions.
    EndSessions,
    /// Access tokens are over and can be renewed.
    ExpireTokens,
    /// Somebody signs in, over the page or at the sign-in page.
    SignIn(usize),
    /// The person leaves for another account, with all they have.
    Leave,
    /// The person signs out and gives up what was not sent.
    SignOut,
    /// Nothing, until the app has done what it can.
    Wait,
}

/// What is known without the app.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    signed_in: bool,
    online: bool,
}

pub(crate) struct Story;

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::btree_map(prop::sample::select(&FIELDS[..]).prop_map(order), 0..12_usize, 1..=3).prop_map(
        |chosen| {
            let change = |(field, value): (usize, usize)| {
                let field = FIELDS[field];
                (field, values(field)[value % values(field).len()])
            };
            chosen.into_iter().map(change).collect()
        },
    )
}

fn order(field: ProfileField) -> usize {
    FIELDS.iter().position(|&other| other == field).unwrap()
}

fn trouble() -> impl Strategy<Value = Step> {
    let request = prop_oneof![
        4 => Just(("PUT", "/v1/users/")),
        2 => Just(("GET", "/v1/users/profile")),
        1 => Just(("POST", "/v1/upload/")),
        1 => Just(("POST", "/v1/auth/")),
    ];
    let fault = prop_oneof![5 => faults::network(), 5 => faults::server(), 5 => faults::between()];
    (request, fault).prop_map(|((method, path), fault)| Step::Trouble(method, path, fault))
}

impl ReferenceStateMachine for Story {
    type State = Known;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Known> {
        Just(Known { signed_in: true, online: true }).boxed()
    }

    fn transitions(known: &Known) -> BoxedStrategy<Step> {
        if !known.signed_in {
            return prop_oneof![
                4 => (0..PEOPLE.len()).prop_map(Step::SignIn),
                1 => changes().prop_map(Step::OtherClient),
                1 => Just(Step::Network(true)),
                1 => Just(Step::Restart),
            ]
            .boxed();
        }
        let keep = prop_oneof![Just(Keep::Mine), Just(Keep::Theirs)];
        prop_oneof![
            30 => changes().prop_map(Step::Save),
            12 => changes().prop_map(Step::OtherClient),
            4 => prop::sample::select(&FIELDS[..]).prop_map(Step::Drop),
            8 => (prop::option::of(prop::sample::select(&FIELDS[..])), keep).prop_map(|(field, keep)| Step::Decide(field, keep)),
            6 => Just(Step::TryAgain),
            18 => trouble(),
            8 => Just(Step::Network(!known.online)),
            5 => Just(Step::Restart),
            3 => prop::sample::select(&[-20_000_i64, -1, 1, 20_000][..]).prop_map(Step::Clock),
            1 => Just(Step::EndSessions),
            2 => Just(Step::ExpireTokens),
            2 => (0..PEOPLE.len()).prop_map(Step::SignIn),
            1 => Just(Step::Leave),
            1 => Just(Step::SignOut),
            10 => Just(Step::Wait),
        ]
        .boxed()
    }

    fn apply(mut known: Known, step: &Step) -> Known {
        match step {
            Step::Network(online) => known.online = *online,
            // Where it fails, later steps find nobody signed in and do nothing.
            Step::SignIn(_) => known.signed_in = true,
            Step::Leave | Step::SignOut => known.signed_in = false,
            _ => {}
        }
        known
    }

    fn preconditions(known: &Known, step: &Step) -> bool {
        match step {
            Step::Network(online) => *online != known.online || !known.signed_in,
            _ => true,
        }
    }
}
