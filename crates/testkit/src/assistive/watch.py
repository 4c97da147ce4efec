"""Reads what assistive technology gets from the app over AT-SPI.

`watch.py tree` prints the objects of the page, in reading order. `watch.py listen` prints what arrives in live regions, until it
is stopped. Each line is a JSON document.
"""

import json
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

APP = "lapel"
READ_AFTER_MS = 50
STATES = {
    Atspi.StateType.CHECKED: "checked",
    Atspi.StateType.EXPANDED: "expanded",
    Atspi.StateType.PRESSED: "pressed",
    Atspi.StateType.SELECTED: "selected",
    Atspi.StateType.INVALID_ENTRY: "invalid",
}


def children(node):
    return [child for child in (node.get_child_at_index(index) for index in range(node.get_child_count())) if child]


def find(node, role):
    if node.get_role_name() == role:
        return node
    return next((found for found in (find(child, role) for child in children(node)) if found), None)


def page():
    """The document of the app; it may take a moment to appear."""
    for _ in range(150):
        desktop = Atspi.get_desktop(0)
        for app in children(desktop):
            if app.get_name() == APP:
                app.clear_cache()
                document = find(app, "document web")
                if document:
                    return document
        time.sleep(0.1)
    sys.exit("the app shows no page")


def text(node):
    """The name and the text of an object and of all objects below it, without repetitions."""
    parts = [node.get_name()]
    if "Text" in node.get_interfaces():
        parts.append(Atspi.Text.get_text(node, 0, -1).replace("\ufffc", " "))
    parts += [text(child) for child in children(node)]
    return " ".join(dict.fromkeys(" ".join(part.split()) for part in parts if part and part.strip()))


def describe(node, depth):
    states = node.get_state_set()
    return {
        "depth": depth,
        "role": node.get_role_name(),
        "name": node.get_name(),
        "description": node.get_description(),
        "text": text(node),
        "states": [name for state, name in STATES.items() if states.contains(state)],
        "kind": node.get_attributes().get("xml-roles", ""),
    }


def tree(node, depth=0):
    print(json.dumps(describe(node, depth)))
    for child in children(node):
        tree(child, depth + 1)


def region(node):
    """The live region that contains the object, with its urgency."""
    while node:
        live = node.get_attributes().get("live", "off")
        if live != "off":
            return node, live
        node = node.get_parent()
    return None, None


def on_event(event):
    try:
        source = event.source
        changed = event.any_data if isinstance(event.any_data, Atspi.Accessible) else source
        if event.type.startswith("object:announcement") or event.type.startswith("object:notification"):
            print(json.dumps({"event": event.type, "live": "announcement", "text": str(event.any_data)}), flush=True)
            return
        node, live = region(changed)
        if node:
            # Read a moment later, as screen readers do: the web view sends the event before it has the new text.
            GLib.timeout_add(READ_AFTER_MS, report, event.type, node, live)
    except GLib.Error:
        # The object has gone in the meantime.
        return


def report(kind, node, live):
    try:
        print(json.dumps({"event": kind, "live": live, "text": text(node)}), flush=True)
    except GLib.Error:
        # As above.
        pass
    return False


def listen():
    listener = Atspi.EventListener.new(on_event)
    kinds = ["announcement", "notification", "children-changed:add", "text-changed:insert", "state-changed:showing"]
    for kind in kinds:
        listener.register(f"object:{kind}")
    # The web view reports changes only if somebody has looked at the page.
    text(page())
    print(json.dumps({"event": "ready", "live": "", "text": ""}), flush=True)
    Atspi.event_main()


if sys.argv[1] == "tree":
    tree(page())
else:
    listen()
