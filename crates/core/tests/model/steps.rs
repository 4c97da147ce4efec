//! The steps of a case and their generator. The generator knows only whether somebody is signed in and whether there
//! is a network, and chooses the steps accordingly.

use lapel_core::views::{Keep, ProfileField};
use lapel_testkit::proxy::Fault;
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use super::faults;

/// The people who share the computer.
pub(crate) const PEOPLE: [&str; 2] = ["owner@example.com", "editor@example.com"];

pub(crate) const FIELDS: [ProfileField; 4] =
    [ProfileField::FirstName, ProfileField::LastName, ProfileField::Picture, ProfileField::Language];

/// Stands for a picture file on this computer that must be uploaded.
pub(crate) const LOCAL_PICTURE: &str = "local picture";

/// The values of each field. There are few, so that both sides often set the same one. A server may normalize some of
/// them.
pub(crate) fn values(field: ProfileField) -> &'static [&'static str] {
    match field {
        ProfileField::FirstName => &["Ada", "bea", "Zoë"],
        ProfileField::LastName => &["", "Xi", "Yu"],
        ProfileField::Picture => &["", "https://example.com/1.png", "https://example.com/2.png", LOCAL_PICTURE],
        ProfileField::Language => &["en", "es", "de"],
    }
}

/// A field and its new value.
pub(crate) type Change = (ProfileField, &'static str);

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// The person changes fields and saves.
    Save(Vec<Change>),
    /// Another client with the same account changes fields on the server.
    OtherClientSaves(Vec<Change>),
    /// The person drops the edit of a field.
    DropEdit(ProfileField),
    /// The person resolves the conflict of one field, or all conflicts.
    ResolveConflicts(Option<ProfileField>, Keep),
    /// The person refreshes.
    Refresh,
    /// A fault for the next request with this method and path prefix.
    InjectFault(&'static str, &'static str, Fault),
    /// The network goes online or offline.
    SetOnline(bool),
    /// The app is killed and started again.
    Restart,
    /// The clock of this computer is moved by a number of days.
    MoveClock(i64),
    /// The server ends all sessions.
    EndSessions,
    /// All access tokens expire and can be renewed.
    ExpireTokens,
    /// The person with this index signs in, possibly during a session.
    SignIn(usize),
    /// The person leaves the account. Its data stays on this computer.
    LeaveAccount,
    /// The person signs out and discards unsent edits.
    SignOut,
    /// Waits until the app is idle.
    Wait,
}

/// What the generator can tell from the steps alone, without asking the app.
#[derive(Clone, Debug)]
pub(crate) struct GeneratorState {
    signed_in: bool,
    online: bool,
}

pub(crate) struct StepGenerator;

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::btree_map(prop::sample::select(&FIELDS[..]).prop_map(index_of), 0..12_usize, 1..=3).prop_map(
        |chosen| {
            let change = |(field, value): (usize, usize)| {
                let field = FIELDS[field];
                (field, values(field)[value % values(field).len()])
            };
            chosen.into_iter().map(change).collect()
        },
    )
}

fn index_of(field: ProfileField) -> usize {
    FIELDS.iter().position(|&other| other == field).unwrap()
}

fn fault_injection() -> impl Strategy<Value = Step> {
    let request = prop_oneof![
        4 => Just(("PUT", "/v1/users/")),
        2 => Just(("GET", "/v1/users/profile")),
        1 => Just(("POST", "/v1/upload/")),
        1 => Just(("POST", "/v1/auth/")),
    ];
    let fault = prop_oneof![5 => faults::network(), 5 => faults::server(), 5 => faults::intermediary()];
    (request, fault).prop_map(|((method, path), fault)| Step::InjectFault(method, path, fault))
}

impl ReferenceStateMachine for StepGenerator {
    type State = GeneratorState;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<GeneratorState> {
        Just(GeneratorState { signed_in: true, online: true }).boxed()
    }

    fn transitions(state: &GeneratorState) -> BoxedStrategy<Step> {
        if !state.signed_in {
            return prop_oneof![
                4 => (0..PEOPLE.len()).prop_map(Step::SignIn),
                1 => changes().prop_map(Step::OtherClientSaves),
                1 => Just(Step::SetOnline(true)),
                1 => Just(Step::Restart),
            ]
            .boxed();
        }
        let keep = prop_oneof![Just(Keep::Mine), Just(Keep::Theirs)];
        prop_oneof![
            30 => changes().prop_map(Step::Save),
            12 => changes().prop_map(Step::OtherClientSaves),
            4 => prop::sample::select(&FIELDS[..]).prop_map(Step::DropEdit),
            8 => (prop::option::of(prop::sample::select(&FIELDS[..])), keep).prop_map(|(field, keep)| Step::ResolveConflicts(field, keep)),
            6 => Just(Step::Refresh),
            18 => fault_injection(),
            8 => Just(Step::SetOnline(!state.online)),
            5 => Just(Step::Restart),
            3 => prop::sample::select(&[-20_000_i64, -1, 1, 20_000][..]).prop_map(Step::MoveClock),
            1 => Just(Step::EndSessions),
            2 => Just(Step::ExpireTokens),
            2 => (0..PEOPLE.len()).prop_map(Step::SignIn),
            1 => Just(Step::LeaveAccount),
            1 => Just(Step::SignOut),
            10 => Just(Step::Wait),
        ]
        .boxed()
    }

    fn apply(mut state: GeneratorState, step: &Step) -> GeneratorState {
        match step {
            Step::SetOnline(online) => state.online = *online,
            // If the sign-in fails, later steps find no account and do nothing.
            Step::SignIn(_) => state.signed_in = true,
            Step::LeaveAccount | Step::SignOut => state.signed_in = false,
            _ => {}
        }
        state
    }

    fn preconditions(state: &GeneratorState, step: &Step) -> bool {
        match step {
            Step::SetOnline(online) => *online != state.online || !state.signed_in,
            _ => true,
        }
    }
}
