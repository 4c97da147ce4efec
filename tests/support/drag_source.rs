//! `drag_source ADDRESS`: a small window from which an address can be dragged, as from a file manager or a browser. Drop tests
//! need it, because a synthetic DOM event would not test the native drop handling.

#[cfg(target_os = "linux")]
fn main() {
    use gtk::prelude::*;

    let address = std::env::args().nth(1).unwrap_or_default();
    if let Err(error) = gtk::init() {
        eprintln!("{error}");
        return;
    }
    let window = gtk::Window::new(gtk::WindowType::Toplevel);
    window.set_title("drag source");
    window.set_default_size(120, 120);
    let source = gtk::EventBox::new();
    source.drag_source_set(gtk::gdk::ModifierType::BUTTON1_MASK, &[], gtk::gdk::DragAction::COPY);
    source.drag_source_add_uri_targets();
    source.connect_drag_data_get(move |_, _, contents, _, _| {
        contents.set_uris(&[&address]);
    });
    window.add(&source);
    window.show_all();
    gtk::main();
}

#[cfg(not(target_os = "linux"))]
fn main() {}
