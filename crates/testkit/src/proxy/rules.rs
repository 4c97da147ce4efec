//! Which fault happens to which request.

use std::collections::VecDeque;

use super::Fault;

/// The requests that a rule is about.
#[derive(PartialEq, Eq)]
pub(super) struct Route {
    /// Any where there is none.
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

    fn fits(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted == method) && path.starts_with(&self.path_prefix)
    }
}

/// One fault for every so many requests that fit.
struct Nth {
    every: usize,
    seen: usize,
    route: Route,
    fault: Fault,
}

/// The first that fits decides: a single fault, one of a route, one of every so many requests, the one for everything.
pub(super) struct Rules {
    always: Fault,
    singles: VecDeque<(Route, Fault)>,
    routes: Vec<(Route, Fault)>,
    nth: Option<Nth>,
}

impl Rules {
    /// Everything is passed on.
    pub(super) fn new() -> Self {
        Self { always: Fault::Pass, singles: VecDeque::new(), routes: Vec::new(), nth: None }
    }

    pub(super) fn always(&mut self, fault: Fault) {
        self.always = fault;
    }

    pub(super) fn next(&mut self, route: Route, fault: Fault) {
        self.singles.push_back((route, fault));
    }

    pub(super) fn always_on(&mut self, route: Route, fault: Fault) {
        self.pass_on(&route);
        self.routes.push((route, fault));
    }

    pub(super) fn pass_on(&mut self, route: &Route) {
        self.routes.retain(|(other, _)| other != route);
    }

    pub(super) fn every_nth_on(&mut self, every: usize, route: Route, fault: Fault) {
        self.nth = Some(Nth { every, seen: 0, route, fault });
    }

    /// Leaves only the fault for everything.
    pub(super) fn forget(&mut self) {
        self.singles.clear();
        self.routes.clear();
        self.nth = None;
    }

    /// The fault for one request; a single fault is used up.
    pub(super) fn fault_for(&mut self, method: &str, path: &str) -> Fault {
        let single = self.singles.iter().position(|(route, _)| route.fits(method, path));
        let single = single.and_then(|at| self.singles.remove(at)).map(|(_, fault)| fault);
        // The rule made last is the one meant.
        let of_route = || self.routes.iter().rev().find(|(route, _)| route.fits(method, path));
        let fault = single.or_else(|| of_route().map(|(_, fault)| fault.clone()));
        fault.or_else(|| self.nth_fault(method, path)).unwrap_or_else(|| self.always.clone())
    }

    fn nth_fault(&mut self, method: &str, path: &str) -> Option<Fault> {
        let nth = self.nth.as_mut().filter(|nth| nth.route.fits(method, path))?;
        nth.seen += 1;
        nth.seen.is_multiple_of(nth.every).then(|| nth.fault.clone())
    }
}
