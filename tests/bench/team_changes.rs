//! Measures what a role change costs in a small and in a large team.

use std::time::Instant;

use lapel_core::App;
use lapel_core::views::{AppError, RoleChangeRequest, RoleKind, SignIn, TeamColumn, TeamQuery};
use lapel_testkit::other_client::DEMO_PASSWORD;
use lapel_testkit::test_world::OWNER;
use lapel_testkit::{Result, TestError};

use crate::figures::{percentile, report};
use crate::processor_time::processor_time;
use crate::team_core::{open, wait_until_loaded};

/// The number of role changes in each team.
const CHANGES: usize = 40;

/// Reports, for teams of these sizes, the processor time of this process for a role change and the window that follows,
/// and the time of that window alone. The server is another process.
pub(crate) async fn measure(small: (usize, &str), large: (usize, &str)) -> Result<()> {
    let mut figures = Vec::new();
    for (members, server) in [small, large] {
        let (change, window) = changes(server).await?;
        report(&format!("team-change-{members} {change:.2} ms processor time"));
        report(&format!("team-change-window-{members} {window:.2} ms"));
        figures.push(change);
    }
    report(&format!("team-change-growth {:.2} ms ratio {:.2}", figures[1] - figures[0], figures[1] / figures[0]));
    Ok(())
}

async fn changes(server: &str) -> Result<(f64, f64)> {
    let failed = |error: AppError| TestError::Failed(error.to_string());
    let folder = tempfile::tempdir().map_err(TestError::io("a folder for the bench"))?;
    let app: App = open(folder.path());
    let (email, password) = (OWNER.to_owned(), DEMO_PASSWORD.to_owned());
    app.sign_in(SignIn { server: server.to_owned(), email, password, two_factor_code: None }).await.map_err(failed)?;
    app.open_team(None).await.map_err(failed)?;
    wait_until_loaded(&app, 0).await?;
    let query = TeamQuery { sort: Some(TeamColumn::TeamRole), ..TeamQuery::default() };
    for sort in [None, Some(TeamColumn::Name), Some(TeamColumn::TeamRole)] {
        app.team_rows(&TeamQuery { sort, ..TeamQuery::default() }, 0, 60).map_err(failed)?;
    }
    let viewers = TeamQuery { team_role: Some("viewer".into()), search: "member".into(), ..TeamQuery::default() };
    let row = app.team_rows(&viewers, 0, 1).map_err(failed)?.rows.into_iter().next();
    let id = row.ok_or_else(|| TestError::Failed("the team has no viewer".to_owned()))?.id;
    let (mut spent, mut windows) = (Vec::new(), Vec::new());
    for number in 0..CHANGES {
        let (from, to) = if number % 2 == 0 { ("viewer", "editor") } else { ("editor", "viewer") };
        let request = RoleChangeRequest { id: id.clone(), kind: RoleKind::Team, from: from.into(), to: to.into() };
        let before = processor_time()?;
        app.change_role(request).await.map_err(failed)?;
        let started = Instant::now();
        app.team_rows(&query, 0, 60).map_err(failed)?;
        windows.push(started.elapsed());
        spent.push(processor_time()?.saturating_sub(before));
    }
    Ok((percentile(&mut spent, 0.5), percentile(&mut windows, 0.5)))
}
