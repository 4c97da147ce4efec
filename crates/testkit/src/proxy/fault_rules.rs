//! Selects the fault for each request.

use std::collections::VecDeque;

use super::Fault;

/// The requests that a rule matches.
#[derive(PartialEq, Eq)]
pub(super) struct Route {
    /// `None` matches any method.
    method: Option<String>,
    path_prefix: String,
}

impl Route {
    pub(super) fn any() -> Self {
        Self { method: None, path_prefix: String::new() }
    }

    pub(super) fn new(method: &str, path_prefix: &str) -> Self {
        Self { method: Some(method.to_owned()), path_prefix: path_prefix.to_owned() }
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted == method) && path.starts_with(&self.path_prefix)
    }
}

/// A fault for every `every`-th matching request.
struct EveryNth {
    every: usize,
    seen: usize,
    route: Route,
    fault: Fault,
}

/// All rules. Precedence: one-time faults, route faults, every-nth faults, then the default.
pub(super) struct FaultRules {
    always: Fault,
    one_time: VecDeque<(Route, Fault)>,
    routes: Vec<(Route, Fault)>,
    nth: Option<EveryNth>,
}

impl FaultRules {
    /// No faults.
    pub(super) fn new() -> Self {
        Self { always: Fault::Pass, one_time: VecDeque::new(), routes: Vec::new(), nth: None }
    }

    pub(super) fn always(&mut self, fault: Fault) {
        self.always = fault;
    }

    pub(super) fn next(&mut self, route: Route, fault: Fault) {
        self.one_time.push_back((route, fault));
    }

    pub(super) fn always_on(&mut self, route: Route, fault: Fault) {
        self.clear_on(&route);
        self.routes.push((route, fault));
    }

    pub(super) fn clear_on(&mut self, route: &Route) {
        self.routes.retain(|(other, _)| other != route);
    }

    pub(super) fn every_nth_on(&mut self, every: usize, route: Route, fault: Fault) {
        self.nth = Some(EveryNth { every, seen: 0, route, fault });
    }

    /// Removes everything except the default.
    pub(super) fn clear(&mut self) {
        self.one_time.clear();
        self.routes.clear();
        self.nth = None;
    }

    /// The fault for one request. Consumes a one-time fault.
    pub(super) fn fault_for(&mut self, method: &str, path: &str) -> Fault {
        let one_time = self.one_time.iter().position(|(route, _)| route.matches(method, path));
        let one_time = one_time.and_then(|at| self.one_time.remove(at)).map(|(_, fault)| fault);
        // The latest matching rule wins.
        let for_route = || self.routes.iter().rev().find(|(route, _)| route.matches(method, path));
        let fault = one_time.or_else(|| for_route().map(|(_, fault)| fault.clone()));
        fault.or_else(|| self.nth_fault(method, path)).unwrap_or_else(|| self.always.clone())
    }

    fn nth_fault(&mut self, method: &str, path: &str) -> Option<Fault> {
        let nth = self.nth.as_mut().filter(|nth| nth.route.matches(method, path))?;
        nth.seen += 1;
        nth.seen.is_multiple_of(nth.every).then(|| nth.fault.clone())
    }
}
