//! The app in its surroundings, to which the steps are done: a real server behind a network that fails, a data folder, a
//! clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use lapel_api::Timeouts;
use lapel_core::views::{
    EditState, EditView, Keep, PictureChoice, ProfileChanges, ProfileField, SeenConflict, SessionState, SignIn,
    Snapshot, StorageState, SyncState,
};
use lapel_core::{App, Backoff};
use lapel_testkit::proxy::Fault;
use proptest_state_machine::StateMachineTest;
use tokio::runtime::{Builder, Runtime};

use super::common::{PASSWORD, TestVault, config};
use super::ledger::{Ledger, shown_raw};
use super::steps::{Change, FIELDS, HELD, Known, PEOPLE, Step, Story};
use super::surroundings::{HELD_ON_SERVER, PICTURE, Surroundings};

/// Longer than anything takes here, unless it never comes.
const PATIENCE: Duration = Duration::from_secs(5);

/// One sequence: an app over an empty folder.
pub(crate) struct Scene {
    around: &'static Surroundings,
    folder: tempfile::TempDir,
    vault: TestVault,
    clock: Arc<AtomicI64>,
    /// Ends with the app, as in a process that is killed. None between two of them.
    life: Option<(Runtime, App)>,
    ledger: Ledger,
    held: usize,
    online: bool,
}

/// In memory where the system has such a place: the disk is not what is tested here.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

impl Scene {
    pub(crate) fn begin(around: &'static Surroundings) -> Self {
        let start = [(FIELDS[0], "Ada"), (FIELDS[1], "Xi"), (FIELDS[2], ""), (FIELDS[3], "en")];
        around.runtime.block_on(async {
            around.proxy.clear_rules();
            around.proxy.always(Fault::Pass).await;
        });
        (0..PEOPLE.len()).for_each(|person| around.put(person, &start));
        around.sandbox.take_writes();
        let places =
            (0..PEOPLE.len()).flat_map(|person| start.map(|(field, value)| ((person, field), value.to_owned())));
        let mut scene = Self {
            around,
            folder: folder(),
            vault: TestVault::default(),
            clock: Arc::new(AtomicI64::new(1_790_000_000_000)),
            life: None,
            ledger: Ledger::new(around.server, places),
            held: 0,
            online: true,
        };
        scene.start();
        scene.sign_in(0);
        scene.wait();
        scene
    }

    fn app(&self) -> &App {
        &self.life.as_ref().unwrap().1
    }

    fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.life.as_ref().unwrap().0.block_on(work)
    }

    /// Ends the app wherever it is, and starts it again over what is on the disk.
    fn start(&mut self) {
        if let Some((runtime, app)) = self.life.take() {
            drop(app);
            runtime.shutdown_timeout(PATIENCE);
        }
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let clock = Arc::clone(&self.clock);
        let app = runtime.block_on(async {
            let mut config = config(self.folder.path(), &self.vault);
            config.clock = Arc::new(move || clock.fetch_add(1, Ordering::Relaxed));
            config.backoff = Backoff { first: Duration::from_millis(3), max: Duration::from_millis(40) };
            let (short, long) = (Duration::from_millis(400), Duration::from_secs(1));
            config.timeouts = Timeouts { connect: short, read_idle: short, total: long, upload: long };
            let app = App::open(config);
            app.start().await;
            app
        });
        assert_eq!(app.snapshot().storage, StorageState::Sound);
        self.life = Some((runtime, app));
    }

    /// The person on the page.
    fn person(&self) -> Option<usize> {
        shown_person(&self.app().snapshot())
    }

    /// Writes down what the server was asked to write.
    fn observe(&mut self) {
        for write in self.around.sandbox.take_writes() {
            let person = self.around.ids.iter().position(|id| *id == write.user).unwrap();
            self.ledger.wrote(person, &write);
        }
        let snapshot = self.app().snapshot();
        if let Some(person) = shown_person(&snapshot) {
            self.ledger.looked(person, &snapshot);
        }
    }

    fn sign_in(&mut self, person: usize) {
        let request = SignIn {
            server: self.around.proxy.base_url(),
            email: PEOPLE[person].to_owned(),
            password: PASSWORD.to_owned(),
            two_factor_code: None,
        };
        // Where the network fails, nobody has signed in, and nothing else has changed.
        let before = self.app().snapshot().account;
        if self.run(self.app().sign_in(request)).is_err() {
            assert_eq!(self.app().snapshot().account, before);
        }
    }

    fn save(&mut self, changes: &[Change]) {
        let Some(person) = self.person() else { return };
        self.observe();
        let snapshot = self.app().snapshot();
        let mut request = ProfileChanges::default();
        for &(field, value) in changes {
            let base = base(&snapshot, field);
            let (slot, typed) = match field {
                ProfileField::FirstName => (&mut request.base.first_name, &mut request.first_name),
                ProfileField::LastName => (&mut request.base.last_name, &mut request.last_name),
                ProfileField::Language => (&mut request.base.language, &mut request.language),
                ProfileField::Picture => {
                    request.base.picture = base;
                    request.picture = Some(self.picture(value));
                    self.ledger.saved((person, field), on_server(value), &snapshot);
                    continue;
                }
            };
            (*slot, *typed) = (base, Some(value.to_owned()));
            self.ledger.saved((person, field), value, &snapshot);
        }
        self.run(self.app().save_profile(request)).unwrap();
    }

    /// What the form holds for a picture; the bytes of one that has them are on the disk by then.
    fn picture(&mut self, value: &str) -> PictureChoice {
        match value {
            "" => PictureChoice::Removed,
            HELD => {
                self.held += 1;
                let id = format!("held-{}", self.held);
                let account = self.app().snapshot().account.unwrap().id;
                let database = rusqlite::Connection::open(self.folder.path().join("lapel.db")).unwrap();
                database.busy_timeout(PATIENCE).unwrap();
                let sql = "INSERT INTO held_picture (id, account, mime, bytes) VALUES (?1, ?2, 'image/png', ?3)";
                database.execute(sql, (&id, account, PICTURE)).unwrap();
                PictureChoice::Held { id }
            }
            url => PictureChoice::Url { url: url.to_owned() },
        }
    }

    fn decide(&mut self, field: Option<ProfileField>, keep: Keep) {
        let Some(person) = self.person() else { return };
        self.observe();
        let conflicts =
            |edit: &&EditView| edit.state == EditState::Conflict && field.is_none_or(|field| edit.field == field);
        let snapshot = self.app().snapshot();
        let decided: Vec<&EditView> = snapshot.edits.iter().filter(conflicts).collect();
        let seen = |edit: &&EditView| SeenConflict { field: edit.field, theirs: edit.theirs.clone().unwrap() };
        self.run(self.app().resolve_edits(decided.iter().map(seen).collect(), keep)).unwrap();
        let left = self.app().snapshot().edits;
        for edit in decided {
            let now = left.iter().find(|other| other.field == edit.field);
            // One that has changed since it was seen is not decided; a decided one may be in conflict anew.
            let decided_mine =
                |now: &EditView| now.state != EditState::Conflict || Some(&now.base) == edit.theirs.as_ref();
            match keep {
                Keep::Theirs if now.is_none_or(|now| now.mine != edit.mine) => {
                    self.ledger.gave_up((person, edit.field))
                }
                Keep::Mine if now.is_none_or(decided_mine) => self.ledger.kept((person, edit.field), edit),
                _ => {}
            }
        }
    }

    fn drop_edit(&mut self, field: ProfileField) {
        let Some(person) = self.person() else { return };
        self.observe();
        let shown = self.app().snapshot();
        if let Some(edit) = shown.edits.iter().find(|edit| edit.field == field) {
            match edit.state {
                EditState::Conflict => self.ledger.gave_up((person, field)),
                _ => self.ledger.took_back((person, field), edit),
            }
            self.run(self.app().drop_edit(field)).unwrap();
        }
    }

    /// Waits until nothing is on its way, or nothing can be for the moment.
    fn wait(&mut self) {
        let mut snapshots = self.app().snapshots();
        let rests = |snapshot: &Snapshot| {
            let busy = matches!(snapshot.sync.state, SyncState::Refreshing | SyncState::Sending);
            !busy
                && (all_stopped(snapshot)
                    || snapshot.sync.error.is_some()
                    || snapshot.session != SessionState::SignedIn)
        };
        let rested =
            self.run(async { tokio::time::timeout(PATIENCE, snapshots.wait_for(|now| rests(now))).await.is_ok() });
        assert!(rested, "never rests: {:#?}", self.app().snapshot());
        self.observe();
    }

    /// Waits until nothing can be on its way.
    fn wait_for_all(&mut self) {
        if self.online && self.app().snapshot().session == SessionState::SignedIn {
            self.finish();
            // The end of the last exchange, which has read and finds nothing to send, cannot be seen from here.
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until the app has done everything, or its session is over. What it says then is final.
    fn finish(&mut self) -> Snapshot {
        // One exchange at a time: once a third one has read, the second is over, and so is all of before.
        for _ in 0..3 {
            let mut snapshots = self.app().snapshots();
            let read_at = self.app().snapshot().sync.as_of;
            self.run(async { self.app().refresh() });
            let done = |now: &Snapshot| {
                let named = matches!(now.sync.state, SyncState::Fresh | SyncState::Conflict | SyncState::Refused);
                now.session != SessionState::SignedIn
                    || named && all_stopped(now) && now.sync.error.is_none() && now.sync.as_of != read_at
            };
            let found =
                self.run(async { tokio::time::timeout(PATIENCE, snapshots.wait_for(|now| done(now))).await.is_ok() });
            assert!(found, "no end: {:#?}", self.app().snapshot());
        }
        self.observe();
        self.app().snapshot()
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Save(changes) => self.save(&changes),
            Step::OtherClient(changes) => {
                // Without a version nobody can close the gap between reading and writing, so nobody steps into it here.
                if self.ledger.no_versions {
                    self.wait_for_all();
                }
                self.around.put(self.person().unwrap_or_default(), &changes);
            }
            Step::Drop(field) => self.drop_edit(field),
            Step::Decide(field, keep) => self.decide(field, keep),
            Step::TryAgain => self.run(async { self.app().refresh() }),
            Step::Trouble(method, path, fault) => {
                // Three of something between in a row are a blocked route, and values that are never kept are told.
                self.ledger.refusals |= matches!(
                    &fault,
                    Fault::Status { status: 400 | 403 | 404, .. }
                        | Fault::Respond(_)
                        | Fault::RespondAfter(_)
                        | Fault::Truncate(_)
                        | Fault::CorruptBody
                        | Fault::NoContent
                        | Fault::Drops(_)
                );
                self.ledger.old_answers |= matches!(&fault, Fault::StaleInstead | Fault::StaleAfter | Fault::Cached);
                self.ledger.no_versions |= matches!(&fault, Fault::NoEtag | Fault::WeakEtag);
                self.ledger.own_forms |= matches!(&fault, Fault::Normalises(_));
                self.around.proxy.next_on(method, path, fault);
            }
            Step::Network(online) => {
                if !online && self.ledger.no_versions {
                    self.wait_for_all();
                }
                self.online = online;
                let fault = if online { Fault::Pass } else { Fault::Offline };
                self.around.runtime.block_on(self.around.proxy.always(fault));
            }
            Step::Restart => self.start(),
            Step::Clock(days) => {
                self.clock.fetch_add(days * 86_400_000, Ordering::Relaxed);
            }
            Step::EndSessions => self.around.end_sessions(true),
            Step::ExpireTokens => self.around.end_sessions(false),
            Step::SignIn(person) => {
                // One over a session that goes on gives up what is on its way, and that may arrive in the same gap.
                if self.ledger.no_versions {
                    self.wait_for_all();
                }
                self.sign_in(person);
            }
            Step::Leave => self.run(self.app().leave_account()).unwrap(),
            Step::SignOut => {
                if let Some(person) = self.person() {
                    self.observe();
                    self.ledger.signed_out(person);
                    self.run(self.app().sign_out(true)).unwrap();
                }
            }
            Step::Wait => self.wait(),
        }
        self.observe();
    }

    /// The network is back and everybody signs in: what must hold at the end of every story?
    fn end(mut self) {
        self.around.proxy.clear_rules();
        self.around.runtime.block_on(self.around.proxy.always(Fault::Pass));
        let first = self.person();
        let order = first.into_iter().chain((0..PEOPLE.len()).filter(|&person| Some(person) != first));
        for person in order.collect::<Vec<_>>() {
            if self.person() != Some(person) || self.app().snapshot().session != SessionState::SignedIn {
                self.sign_in(person);
            }
            let mut snapshot = self.finish();
            if snapshot.session != SessionState::SignedIn {
                self.sign_in(person);
                snapshot = self.finish();
            }
            assert_eq!((self.person(), snapshot.session), (Some(person), SessionState::SignedIn));
            self.ledger.decide_merge(person, &snapshot);
        }
        let (runtime, app) = self.life.take().unwrap();
        drop(app);
        runtime.shutdown_timeout(PATIENCE);
    }
}

/// Whose page this is.
fn shown_person(snapshot: &Snapshot) -> Option<usize> {
    let account = snapshot.account.as_ref()?;
    PEOPLE.iter().position(|&email| email == account.email)
}

/// Whether no edit waits for anything but a person.
fn all_stopped(snapshot: &Snapshot) -> bool {
    snapshot.edits.iter().all(|edit| matches!(edit.state, EditState::Conflict | EditState::Refused))
}

/// What the form showed before it was typed into, as the page tells it.
fn base(snapshot: &Snapshot, field: ProfileField) -> Option<String> {
    match snapshot.edits.iter().find(|edit| edit.field == field) {
        Some(edit)
            if edit.state != EditState::Conflict
                && edit.picture.as_ref().is_some_and(|picture| picture.url.is_none()) =>
        {
            None
        }
        Some(edit) if edit.state == EditState::Conflict => edit.theirs.clone(),
        Some(edit) => Some(edit.mine.clone()),
        None => snapshot.profile.as_ref().map(|_| shown_raw(snapshot, field)),
    }
}

fn on_server(value: &str) -> &str {
    if value == HELD { HELD_ON_SERVER } else { value }
}

impl StateMachineTest for Scene {
    type SystemUnderTest = Self;
    type Reference = Story;

    fn init_test(_: &Known) -> Self {
        super::with_surroundings(Self::begin)
    }

    fn apply(mut scene: Self, _: &Known, step: Step) -> Self {
        scene.step(step);
        scene
    }

    fn teardown(scene: Self, _: Known) {
        scene.end();
    }
}
