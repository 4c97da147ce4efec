//! Brings a running Lapel with the same data folder forward, before this process starts its own parts. The plugin for this
//! would wait without end for a process that is stopped or hangs.

/// The result of the call.
pub(crate) enum Running {
    /// No other process uses the folder, as far as it is known.
    Absent,
    /// The other process has brought its window forward.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "the plugin does it"))]
    CameForward,
    /// There is another process, but it does not answer.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "the plugin does it"))]
    Silent,
}

/// Asks the process that owns this single-instance name to come forward.
#[cfg(target_os = "linux")]
pub(crate) fn bring_forward(instance: &str) -> Running {
    linux::bring_forward(instance)
}

/// The plugin does it on other systems.
#[cfg(not(target_os = "linux"))]
pub(crate) fn bring_forward(_instance: &str) -> Running {
    Running::Absent
}

#[cfg(target_os = "linux")]
mod linux {
    use gtk::gio::{self, BusType, Cancellable, DBusCallFlags, IOErrorEnum};
    use gtk::glib::{self, ToVariant};

    use crate::running_instance::Running;

    /// How long the other process may take, in milliseconds. A computer that is busy, or a start that checks a damaged
    /// database, may need some seconds.
    const TIMEOUT_MS: i32 = 4000;

    pub(super) fn bring_forward(instance: &str) -> Running {
        match call(instance) {
            Ok(()) => Running::CameForward,
            Err(error) if error.matches(IOErrorEnum::TimedOut) => Running::Silent,
            // Nobody owns the name, or there is no session bus.
            Err(_) => Running::Absent,
        }
    }

    /// The call that the plugin makes, with a time limit.
    fn call(instance: &str) -> Result<(), glib::Error> {
        let bus = gio::bus_get_sync(BusType::Session, Cancellable::NONE)?;
        bus.set_exit_on_close(false);
        let name = format!("{instance}.SingleInstance");
        let path = format!("/{}", name.replace('.', "/"));
        let (arguments, folder): (Vec<String>, String) = Default::default();
        let parameters = (arguments, folder).to_variant();
        let (interface, method) = ("org.SingleInstance.DBus", "ExecuteCallback");
        let (flags, name) = (DBusCallFlags::NO_AUTO_START, Some(name.as_str()));
        let nobody = Cancellable::NONE;
        bus.call_sync(name, &path, interface, method, Some(&parameters), None, flags, TIMEOUT_MS, nobody).map(drop)
    }
}
