//! Place and size of the window: what is stored, and where the window appears. The window itself is created in `window`.

use tauri::utils::config::WindowConfig;
use tauri::{LogicalSize, Manager, Monitor, PhysicalPosition, PhysicalSize, WebviewWindow};

use crate::measured_window::{Frame, Measured, measure, text_scale};
use crate::preferences_file::{PreferencesFile, WindowGeometry};

/// The frame around a window whose frame is not known, in logical pixels: a title bar.
const ASSUMED_FRAME: Frame = Frame { width: 0, height: 40 };

/// The part of a screen that windows may use, in physical pixels.
#[derive(Clone, Copy, Debug)]
struct Area {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
}

impl Area {
    fn of(monitor: &Monitor) -> Self {
        let area = monitor.work_area();
        Self { x: area.position.x, y: area.position.y, width: area.size.width, height: area.size.height }
    }

    /// The number of pixels of the window that lie in this area.
    fn shown(&self, window: &WindowGeometry) -> i64 {
        let common = |start: i32, length: u32, other: i32, other_length: u32| {
            let end = |start: i32, length: u32| i64::from(start) + i64::from(length);
            (end(start, length).min(end(other, other_length)) - i64::from(start.max(other))).max(0)
        };
        common(self.x, self.width, window.x, window.width) * common(self.y, self.height, window.y, window.height)
    }
}

/// Where a window appears: in the area that shows most of it, or else in the first; not larger than it, and as a whole.
fn fitted(wanted: WindowGeometry, areas: &[Area], assumed_frame: Frame) -> WindowGeometry {
    let most = areas.iter().rev().max_by_key(|area| area.shown(&wanted));
    let Some(area) = most else { return wanted };
    let frame = wanted.frame.unwrap_or(assumed_frame);
    let along = |at: i32, length: u32, frame: u32, area_at: i32, area_length: u32| {
        let length = length.min(area_length.saturating_sub(frame)).max(1);
        let last = i64::from(area_at) + i64::from(area_length) - i64::from(length) - i64::from(frame);
        let at = i64::from(at).min(last).max(i64::from(area_at));
        (i32::try_from(at).unwrap_or(area_at), length)
    };
    let (x, width) = along(wanted.x, wanted.width, frame.width, area.x, area.width);
    let (y, height) = along(wanted.y, wanted.height, frame.height, area.y, area.height);
    WindowGeometry { x, y, width, height, ..wanted }
}

/// The geometry to store. While the window has a size that was not chosen for it, such as maximized, the one before is kept.
fn to_store(measured: Measured, maximized: bool, before: WindowGeometry) -> WindowGeometry {
    let Measured { position: (x, y), size: (width, height), frame, .. } = measured;
    match measured.has_own_size && !maximized {
        true => WindowGeometry { x, y, width, height, maximized, frame },
        false => WindowGeometry { maximized, ..before },
    }
}

/// The smallest size in physical pixels: smaller than intended where the screen is.
fn smallest(wanted: PhysicalSize<u32>, areas: &[Area], frame: Frame) -> PhysicalSize<u32> {
    let width = areas.iter().map(|area| area.width.saturating_sub(frame.width)).max().unwrap_or(u32::MAX);
    let height = areas.iter().map(|area| area.height.saturating_sub(frame.height)).max().unwrap_or(u32::MAX);
    PhysicalSize::new(wanted.width.min(width), wanted.height.min(height))
}

/// The physical pixels per CSS pixel, without the zoom of the page.
fn css_scale(window: &WebviewWindow) -> tauri::Result<f64> {
    Ok(window.scale_factor()? * text_scale())
}

fn assumed_frame(window: &WebviewWindow) -> tauri::Result<Frame> {
    let size = LogicalSize::new(ASSUMED_FRAME.width, ASSUMED_FRAME.height).to_physical::<u32>(window.scale_factor()?);
    Ok(Frame { width: size.width, height: size.height })
}

/// The areas of all screens, the main one first.
fn areas(window: &WebviewWindow) -> tauri::Result<Vec<Area>> {
    let main = window.primary_monitor()?;
    Ok(main.iter().chain(&window.available_monitors()?).map(Area::of).collect())
}

/// Limits the window to the smallest size at which the page can be used.
pub(crate) fn limit_size(window: &WebviewWindow) -> tauri::Result<()> {
    let config = config(window);
    let size = LogicalSize::new(config.min_width.unwrap_or_default(), config.min_height.unwrap_or_default());
    let wanted = size.to_physical(css_scale(window)?);
    window.set_min_size(Some(smallest(wanted, &areas(window)?, assumed_frame(window)?)))
}

/// Restores the stored geometry. Must run before the window is shown.
pub(crate) fn restore(window: &WebviewWindow, stored: Option<WindowGeometry>) -> tauri::Result<()> {
    let (areas, frame) = (areas(window)?, assumed_frame(window)?);
    let geometry = fitted(stored.unwrap_or(initial(window)?), &areas, frame);
    window.set_size(PhysicalSize::new(geometry.width, geometry.height))?;
    // At the first start, the system chooses the place.
    if stored.is_some() {
        window.set_position(PhysicalPosition::new(geometry.x, geometry.y))?;
    }
    if geometry.maximized { window.maximize() } else { Ok(()) }
}

/// The window in tauri.conf.json. Its sizes are in CSS pixels.
fn config(window: &WebviewWindow) -> WindowConfig {
    window.config().app.windows.first().cloned().unwrap_or_default()
}

/// The geometry of the first start.
fn initial(window: &WebviewWindow) -> tauri::Result<WindowGeometry> {
    let config = config(window);
    let size = LogicalSize::new(config.width, config.height).to_physical::<u32>(css_scale(window)?);
    let PhysicalPosition { x, y } = window.primary_monitor()?.map(|main| main.work_area().position).unwrap_or_default();
    Ok(WindowGeometry { x, y, width: size.width, height: size.height, maximized: false, frame: None })
}

/// Stores the geometry. Must run on the main thread, before the window is destroyed.
pub(crate) fn save(window: &WebviewWindow) {
    let Some(preferences) = window.try_state::<PreferencesFile>() else { return };
    let current = || {
        let before = preferences.window_geometry().map_or_else(|| initial(window), Ok)?;
        Ok::<_, tauri::Error>(to_store(measure(window)?, window.is_maximized()?, before))
    };
    match current() {
        Ok(geometry) => preferences.save_window_geometry(geometry),
        Err(error) => tracing::warn!(%error, "cannot read the place of the window"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Area = Area { x: 0, y: 0, width: 1280, height: 960 };
    const FRAME: Frame = Frame { width: 2, height: 20 };

    fn window(x: i32, y: i32, width: u32, height: u32) -> WindowGeometry {
        WindowGeometry { x, y, width, height, maximized: false, frame: Some(FRAME) }
    }

    fn fit(wanted: WindowGeometry, areas: &[Area]) -> (i32, i32, u32, u32) {
        let WindowGeometry { x, y, width, height, .. } = fitted(wanted, areas, Frame { width: 0, height: 40 });
        (x, y, width, height)
    }

    #[test]
    fn a_window_that_fits_stays_as_it_is() {
        for wanted in [window(140, 90, 840, 640), window(0, 0, 1278, 940), window(438, 300, 840, 640)] {
            assert_eq!(fitted(wanted, &[SCREEN], Frame::default()), wanted);
        }
    }

    #[test]
    fn a_window_outside_of_the_screen_is_moved_into_it() {
        assert_eq!(fit(window(100, -700, 840, 640), &[SCREEN]), (100, 0, 840, 640));
        assert_eq!(fit(window(-300, 2000, 840, 640), &[SCREEN]), (0, 300, 840, 640));
        assert_eq!(fit(window(i32::MAX, i32::MIN, 840, 640), &[SCREEN]), (438, 0, 840, 640));
    }

    #[test]
    fn a_window_larger_than_the_screen_is_made_smaller() {
        assert_eq!(fit(window(0, 0, 5000, 5000), &[SCREEN]), (0, 0, 1278, 940));
        assert_eq!(fit(window(0, 0, u32::MAX, 1), &[SCREEN]), (0, 0, 1278, 1));
        // With a frame that is not known, there is space for a title bar.
        let unknown = WindowGeometry { frame: None, ..window(0, 0, 5000, 5000) };
        assert_eq!(fit(unknown, &[SCREEN]), (0, 0, 1280, 920));
        assert_eq!(fit(unknown, &[Area { width: 0, height: 0, ..SCREEN }]), (0, 0, 1, 1));
    }

    #[test]
    fn the_screen_with_most_of_the_window_counts_or_else_the_main_one() {
        let second = Area { x: 1280, y: -200, width: 800, height: 1200 };
        assert_eq!(fit(window(1200, -100, 700, 640), &[SCREEN, second]), (1280, -100, 700, 640));
        assert_eq!(fit(window(900, 100, 700, 640), &[SCREEN, second]), (578, 100, 700, 640));
        assert_eq!(fit(window(3000, 100, 700, 640), &[SCREEN, second]), (578, 100, 700, 640));
        let odd = window(3000, 100, 700, 640);
        assert_eq!(fitted(odd, &[], Frame::default()), odd, "no screen is known");
    }

    #[test]
    fn fitting_twice_changes_nothing_more() {
        for wanted in [window(-40, -700, 3000, 300), window(1279, 959, 360, 480)] {
            let once = fitted(wanted, &[SCREEN], Frame::default());
            assert_eq!(fitted(once, &[SCREEN], Frame::default()), once);
        }
    }

    #[test]
    fn a_maximized_or_tiled_window_keeps_the_geometry_before() {
        let before = window(140, 90, 840, 640);
        let measured = |has_own_size| Measured { position: (0, 0), size: (640, 940), frame: Some(FRAME), has_own_size };
        assert_eq!(to_store(measured(true), false, before), window(0, 0, 640, 940));
        assert_eq!(to_store(measured(false), false, before), before);
        assert_eq!(to_store(measured(true), true, before), WindowGeometry { maximized: true, ..before });
    }

    #[test]
    fn the_smallest_size_is_not_larger_than_the_screen() {
        for (wanted, limited) in [((360, 480), (360, 480)), ((720, 960), (720, 940)), ((1440, 1920), (1278, 940))] {
            assert_eq!(smallest(wanted.into(), &[SCREEN], FRAME), limited.into());
        }
    }

    #[test]
    fn a_geometry_of_an_earlier_version_is_read() {
        let stored = r#"{ "x": -5, "y": 90, "width": 840, "height": 640, "maximized": true }"#;
        let read: Option<WindowGeometry> = serde_json::from_str(stored).ok();
        assert_eq!(read, Some(WindowGeometry { maximized: true, frame: None, ..window(-5, 90, 840, 640) }));
    }
}
