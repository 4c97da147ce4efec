//! One case: runs the steps on an app with its own data folder and clock, against the shared environment.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use lapel_api::Timeouts;
use lapel_core::views::{
    EditState, EditView, Keep, PictureChoice, ProfileChanges, ProfileField, SeenConflict, SessionState, SignIn,
    SignOutScope, Snapshot, StorageState, SyncState,
};
use lapel_core::{App, Backoff};
use lapel_testkit::proxy::Fault;
use proptest_state_machine::StateMachineTest;
use tokio::runtime::{Builder, Runtime};

use super::common::{PASSWORD, TestVault, config};
use super::environment::{Environment, LOCAL_PICTURE_ID, PICTURE};
use super::expectations::{Expectations, shown_value_raw};
use super::steps::{Change, FIELDS, GeneratorState, LOCAL_PICTURE, PEOPLE, Step, StepGenerator};

/// Longer than any operation takes, unless the app hangs.
const TIMEOUT: Duration = Duration::from_secs(5);

/// An app that started with an empty data folder.
pub(crate) struct TestRun {
    environment: &'static Environment,
    folder: tempfile::TempDir,
    vault: TestVault,
    /// Milliseconds since 1970. Advances by one with each read.
    clock: Arc<AtomicI64>,
    /// The app and its runtime. They end together, like a killed process. `None` only during a restart.
    running: Option<(Runtime, App)>,
    expectations: Expectations,
    /// The number of local pictures so far, for unique ids.
    local_pictures: usize,
    online: bool,
}

/// A folder in memory if possible, for speed.
fn data_folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

impl TestRun {
    pub(crate) fn begin(environment: &'static Environment) -> Self {
        let start = [(FIELDS[0], "Ada"), (FIELDS[1], "Xi"), (FIELDS[2], ""), (FIELDS[3], "en")];
        environment.runtime.block_on(async {
            environment.proxy.clear_rules();
            environment.proxy.always(Fault::Pass).await;
        });
        (0..PEOPLE.len()).for_each(|person| environment.put(person, &start));
        environment.sandbox.take_writes();
        let start_values =
            (0..PEOPLE.len()).flat_map(|person| start.map(|(field, value)| ((person, field), value.to_owned())));
        let mut run = Self {
            environment,
            folder: data_folder(),
            vault: TestVault::default(),
            clock: Arc::new(AtomicI64::new(1_790_000_000_000)),
            running: None,
            expectations: Expectations::new(environment.server, start_values),
            local_pictures: 0,
            online: true,
        };
        run.start();
        run.sign_in(0);
        run.wait_until_idle();
        run
    }

    fn app(&self) -> &App {
        &self.running.as_ref().unwrap().1
    }

    fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.running.as_ref().unwrap().0.block_on(work)
    }

    /// Kills the app if it is running, and starts it with the same data folder.
    fn start(&mut self) {
        if let Some((runtime, app)) = self.running.take() {
            drop(app);
            runtime.shutdown_timeout(TIMEOUT);
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
        self.running = Some((runtime, app));
    }

    /// The person whose account is active.
    fn active_person(&self) -> Option<usize> {
        person_of(&self.app().snapshot())
    }

    /// Records the writes of the server and the pending edits of the app.
    fn observe(&mut self) {
        for write in self.environment.sandbox.take_writes() {
            let person = self.environment.ids.iter().position(|id| *id == write.user).unwrap();
            self.expectations.record_write(person, &write);
        }
        let snapshot = self.app().snapshot();
        if let Some(person) = person_of(&snapshot) {
            self.expectations.record_pending(person, &snapshot);
        }
    }

    fn sign_in(&mut self, person: usize) {
        let request = SignIn {
            server: self.environment.proxy.base_url(),
            email: PEOPLE[person].to_owned(),
            password: PASSWORD.to_owned(),
            two_factor_code: None,
        };
        // A failed sign-in does not change the account.
        // Its name may change meanwhile, because a sync can run.
        let before = self.app().snapshot().account.map(|account| account.id);
        if self.block_on(self.app().sign_in(request)).is_err() {
            assert_eq!(self.app().snapshot().account.map(|account| account.id), before);
        }
    }

    fn save(&mut self, changes: &[Change]) {
        let Some(person) = self.active_person() else { return };
        self.observe();
        let snapshot = self.app().snapshot();
        let mut request = ProfileChanges::default();
        for &(field, value) in changes {
            let base = base_value(&snapshot, field);
            let (base_slot, value_slot) = match field {
                ProfileField::FirstName => (&mut request.base.first_name, &mut request.first_name),
                ProfileField::LastName => (&mut request.base.last_name, &mut request.last_name),
                ProfileField::Language => (&mut request.base.language, &mut request.language),
                ProfileField::Picture => {
                    request.base.picture = base;
                    request.picture = Some(self.choose_picture(value));
                    self.expectations.record_save((person, field), stored_form(value), &snapshot);
                    continue;
                }
            };
            (*base_slot, *value_slot) = (base, Some(value.to_owned()));
            self.expectations.record_save((person, field), value, &snapshot);
        }
        self.block_on(self.app().save_profile(request)).unwrap();
    }

    /// The picture that the person chose. Stores the file of a local picture, as the editor does before the save.
    fn choose_picture(&mut self, value: &str) -> PictureChoice {
        match value {
            "" => PictureChoice::Removed,
            LOCAL_PICTURE => {
                self.local_pictures += 1;
                let id = format!("local-{}", self.local_pictures);
                let account = self.app().snapshot().account.unwrap().id;
                let database = rusqlite::Connection::open(self.folder.path().join("lapel.db")).unwrap();
                database.busy_timeout(TIMEOUT).unwrap();
                let sql = "INSERT INTO held_picture (id, account, mime, bytes) VALUES (?1, ?2, 'image/png', ?3)";
                database.execute(sql, (&id, account, PICTURE)).unwrap();
                PictureChoice::Held { id }
            }
            url => PictureChoice::Url { url: url.to_owned() },
        }
    }

    fn resolve_conflicts(&mut self, field: Option<ProfileField>, keep: Keep) {
        let Some(person) = self.active_person() else { return };
        self.observe();
        let conflicts =
            |edit: &&EditView| edit.state == EditState::Conflict && field.is_none_or(|field| edit.field == field);
        let snapshot = self.app().snapshot();
        let decided: Vec<&EditView> = snapshot.edits.iter().filter(conflicts).collect();
        let seen = |edit: &&EditView| SeenConflict { field: edit.field, theirs: edit.theirs.clone().unwrap() };
        self.block_on(self.app().resolve_edits(decided.iter().map(seen).collect(), keep)).unwrap();
        let remaining = self.app().snapshot().edits;
        for edit in decided {
            let now = remaining.iter().find(|other| other.field == edit.field);
            // The app ignores a decision about a conflict that has changed. A decided edit may already be in conflict
            // again.
            let is_decided =
                |now: &EditView| now.state != EditState::Conflict || Some(&now.base) == edit.theirs.as_ref();
            match keep {
                Keep::Theirs if now.is_none_or(|now| now.mine != edit.mine) => {
                    self.expectations.record_discard((person, edit.field))
                }
                Keep::Mine if now.is_none_or(is_decided) => {
                    self.expectations.record_keep_mine((person, edit.field), edit)
                }
                _ => {}
            }
        }
    }

    fn drop_edit(&mut self, field: ProfileField) {
        let Some(person) = self.active_person() else { return };
        self.observe();
        let snapshot = self.app().snapshot();
        if let Some(edit) = snapshot.edits.iter().find(|edit| edit.field == field) {
            match edit.state {
                EditState::Conflict => self.expectations.record_discard((person, field)),
                _ => self.expectations.record_drop((person, field), edit),
            }
            self.block_on(self.app().drop_edit(field)).unwrap();
        }
    }

    /// Waits until no request is in flight and nothing is left to send, or until the app waits because of an error.
    fn wait_until_idle(&mut self) {
        let mut snapshots = self.app().snapshots();
        let is_idle = |snapshot: &Snapshot| {
            let busy = matches!(snapshot.sync.state, SyncState::Refreshing | SyncState::Sending);
            !busy
                && (all_need_decision(snapshot)
                    || snapshot.sync.error.is_some()
                    || snapshot.session != SessionState::SignedIn)
        };
        let became_idle = self
            .block_on(async { tokio::time::timeout(TIMEOUT, snapshots.wait_for(|now| is_idle(now))).await.is_ok() });
        assert!(became_idle, "never becomes idle: {:#?}", self.app().snapshot());
        self.observe();
    }

    /// Waits until no request can be in flight, if the app is online and signed in.
    fn wait_until_nothing_in_flight(&mut self) {
        if self.online && self.app().snapshot().session == SessionState::SignedIn {
            self.wait_until_done();
            // The last sync has read the profile and has nothing to send, but its end is not visible here.
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until the app has finished everything or its session has ended, and returns the final snapshot.
    fn wait_until_done(&mut self) -> Snapshot {
        // Syncs do not overlap: when the third one has read the profile, everything from before has ended.
        for _ in 0..3 {
            let mut snapshots = self.app().snapshots();
            let read_at = self.app().snapshot().sync.as_of;
            self.block_on(async { self.app().refresh() });
            let done = |now: &Snapshot| {
                let is_final = matches!(now.sync.state, SyncState::Fresh | SyncState::Conflict | SyncState::Refused);
                now.session != SessionState::SignedIn
                    || is_final && all_need_decision(now) && now.sync.error.is_none() && now.sync.as_of != read_at
            };
            let finished = self
                .block_on(async { tokio::time::timeout(TIMEOUT, snapshots.wait_for(|now| done(now))).await.is_ok() });
            assert!(finished, "never finishes: {:#?}", self.app().snapshot());
        }
        self.observe();
        self.app().snapshot()
    }

    fn perform(&mut self, step: Step) {
        match step {
            Step::Save(changes) => self.save(&changes),
            Step::OtherClientSaves(changes) => {
                // Without ETags the app cannot detect a change between its read and its write. Do not cause one.
                if self.expectations.no_etags {
                    self.wait_until_nothing_in_flight();
                }
                self.environment.put(self.active_person().unwrap_or_default(), &changes);
            }
            Step::DropEdit(field) => self.drop_edit(field),
            Step::ResolveConflicts(field, keep) => self.resolve_conflicts(field, keep),
            Step::Refresh => self.block_on(async { _ = self.app().refresh() }),
            Step::InjectFault(method, path, fault) => {
                // The app may reject an edit that the server refuses or does not store, and does so after three
                // responses in a row from an intermediary.
                self.expectations.may_reject |= matches!(
                    &fault,
                    Fault::Status { status: 400 | 403 | 404, .. }
                        | Fault::Respond(_)
                        | Fault::RespondAfter(_)
                        | Fault::Truncate(_)
                        | Fault::CorruptBody
                        | Fault::NoContent
                        | Fault::Drops(_)
                );
                self.expectations.stale_responses |=
                    matches!(&fault, Fault::StaleInstead | Fault::StaleAfter | Fault::Cached);
                self.expectations.no_etags |= matches!(&fault, Fault::NoEtag | Fault::WeakEtag);
                self.expectations.normalized_values |= matches!(&fault, Fault::Normalizes(_));
                self.environment.proxy.next_on(method, path, fault);
            }
            Step::SetOnline(online) => {
                if !online && self.expectations.no_etags {
                    self.wait_until_nothing_in_flight();
                }
                self.online = online;
                let fault = if online { Fault::Pass } else { Fault::Offline };
                self.environment.runtime.block_on(self.environment.proxy.always(fault));
            }
            Step::Restart => self.start(),
            Step::MoveClock(days) => {
                self.clock.fetch_add(days * 86_400_000, Ordering::Relaxed);
            }
            Step::EndSessions => self.environment.end_sessions(false),
            Step::ExpireTokens => self.environment.end_sessions(true),
            Step::SignIn(person) => {
                // A sign-in during a session aborts requests in flight. They may still arrive between a read and a
                // write.
                if self.expectations.no_etags {
                    self.wait_until_nothing_in_flight();
                }
                self.sign_in(person);
            }
            Step::LeaveAccount => self.block_on(self.app().leave_account()).map(|_| ()).unwrap(),
            Step::SignOut => {
                if let Some(person) = self.active_person() {
                    self.observe();
                    self.expectations.record_sign_out(person);
                    self.block_on(self.app().sign_out(SignOutScope::ThisAccount, true)).unwrap();
                }
            }
            Step::Wait => self.wait_until_idle(),
        }
        self.observe();
    }

    /// Restores the network, signs in every person, lets the app finish, and checks the result.
    fn finish(mut self) {
        self.environment.proxy.clear_rules();
        self.environment.runtime.block_on(self.environment.proxy.always(Fault::Pass));
        let first = self.active_person();
        let order = first.into_iter().chain((0..PEOPLE.len()).filter(|&person| Some(person) != first));
        for person in order.collect::<Vec<_>>() {
            if self.active_person() != Some(person) || self.app().snapshot().session != SessionState::SignedIn {
                self.sign_in(person);
            }
            let mut snapshot = self.wait_until_done();
            if snapshot.session != SessionState::SignedIn {
                self.sign_in(person);
                snapshot = self.wait_until_done();
            }
            assert_eq!((self.active_person(), snapshot.session), (Some(person), SessionState::SignedIn));
            self.expectations.check_final_state(person, &snapshot);
        }
        let (runtime, app) = self.running.take().unwrap();
        drop(app);
        runtime.shutdown_timeout(TIMEOUT);
    }
}

/// The person whose account the snapshot shows.
fn person_of(snapshot: &Snapshot) -> Option<usize> {
    let account = snapshot.account.as_ref()?;
    PEOPLE.iter().position(|&email| email == account.email)
}

/// Whether every edit needs a decision of the person.
fn all_need_decision(snapshot: &Snapshot) -> bool {
    snapshot.edits.iter().all(|edit| matches!(edit.state, EditState::Conflict | EditState::Refused))
}

/// The value that the form showed before the person changed it.
fn base_value(snapshot: &Snapshot, field: ProfileField) -> Option<String> {
    match snapshot.edits.iter().find(|edit| edit.field == field) {
        Some(edit)
            if edit.state != EditState::Conflict
                && edit.picture.as_ref().is_some_and(|picture| picture.url.is_none()) =>
        {
            None
        }
        Some(edit) if edit.state == EditState::Conflict => edit.theirs.clone(),
        Some(edit) => Some(edit.mine.clone()),
        None => snapshot.profile.as_ref().map(|_| shown_value_raw(snapshot, field)),
    }
}

/// The form in which the server stores a value.
fn stored_form(value: &str) -> &str {
    if value == LOCAL_PICTURE { LOCAL_PICTURE_ID } else { value }
}

impl StateMachineTest for TestRun {
    type SystemUnderTest = Self;
    type Reference = StepGenerator;

    fn init_test(_: &GeneratorState) -> Self {
        super::with_environment(Self::begin)
    }

    fn apply(mut run: Self, _: &GeneratorState, step: Step) -> Self {
        run.perform(step);
        run
    }

    fn teardown(run: Self, _: GeneratorState) {
        run.finish();
    }
}
