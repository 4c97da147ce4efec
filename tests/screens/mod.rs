//! Tables of screens for the accessibility tests. Each entry has a name and the steps that lead to it from the entry before.

use std::pin::Pin;

use lapel_testkit::test_world::TestWorld;

/// The steps to a screen.
pub(crate) type Open = for<'a> fn(&'a TestWorld) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// The screens, in the order in which they are visited.
pub(crate) type Screens = &'static [(&'static str, Open)];

/// A table of screens: `"name": |world, window| steps`.
macro_rules! screens {
    ($($name:literal: |$world:tt, $window:ident| $steps:expr,)*) => {
        &[$(($name, |test_world| Box::pin(async move {
            let ($world, $window) = (test_world, test_world.window().unwrap());
            let _ = $steps;
        }))),*]
    };
}
pub(crate) use screens;

/// Visits the screens and fails with all violations on them.
pub(crate) async fn check(world: &TestWorld, screens: Screens) {
    let window = world.window().unwrap();
    let mut found = Vec::new();
    for (name, open) in screens {
        open(world).await;
        window.screenshot(&format!("accessible-{name}")).await.unwrap();
        let lines = window.axe_in_all_looks(&world.desktop).await.unwrap();
        found.extend(lines.into_iter().map(|line| format!("{name}, {line}")));
    }
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
}
