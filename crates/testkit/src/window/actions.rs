//! What a person does: type, click, choose, press keys.

use std::path::Path;

use fantoccini::{
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
};
use serde_json::json;

use super::{Window, bounded};
use crate::{
    Outcome, Trouble,
    waiting::{PATIENCE, until},
};

/// Keys with a name, as WebDriver spells them.
const KEYS: &[(&str, char)] = &[
    ("Enter", '\u{e007}'),
    ("Tab", '\u{e004}'),
    ("Escape", '\u{e00c}'),
    ("Backspace", '\u{e003}'),
    ("Delete", '\u{e017}'),
    ("Space", ' '),
    ("Home", '\u{e011}'),
    ("End", '\u{e010}'),
    ("ArrowUp", '\u{e013}'),
    ("ArrowDown", '\u{e015}'),
    ("ArrowLeft", '\u{e012}'),
    ("ArrowRight", '\u{e014}'),
    ("Shift", '\u{e008}'),
    ("Control", '\u{e009}'),
    ("Alt", '\u{e00a}'),
];
/// Lets go of the modifiers.
const RELEASE: char = '\u{e000}';

impl Window {
    /// Replaces what the field with this label holds, by typing.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where there is no such field, or it does not take the text within 15 s.
    pub async fn fill(&self, label: &str, text: &str) -> Outcome<()> {
        // Something may lie over it for a moment, or the page may replace it between finding and typing.
        let what = format!("\"{text}\" in the field \"{label}\"");
        until(&what, PATIENCE, async || {
            let field = self.by_label(label).await?;
            self.click_on(&field).await?;
            bounded("an emptied field", field.send_keys(&spelled("Control+a")?)).await?;
            bounded("an emptied field", field.send_keys(&spelled("Delete")?)).await?;
            if text.chars().any(|letter| letter > '\u{ffff}') {
                // The driver loses letters beyond the basic plane, which a person's input method does not.
                let script = "arguments[0].focus(); document.execCommand('insertText', false, arguments[1])";
                self.execute_with(script, vec![json!(field), json!(text)]).await?;
            } else if !text.is_empty() {
                bounded("a filled field", field.send_keys(text)).await?;
            }
            let held = self.execute_with("return arguments[0].value", vec![json!(field)]).await?;
            match held.as_str() == Some(text) {
                true => Ok(Some(())),
                false => Err(Trouble::NotSeen(format!("it holds {held}"))),
            }
        })
        .await
    }

    /// Clicks the element with this role and name.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where there is none that takes the click within 15 s.
    pub async fn click(&self, role: &str, name: &str) -> Outcome<()> {
        // Something may pass over it for a moment, or the page may replace it between finding and clicking.
        until(&format!("a click on {role} \"{name}\""), PATIENCE, async || {
            let element = self.by_role(role, name).await?;
            self.click_on(&element).await.map(Some)
        })
        .await
    }

    /// Clicks what ends the window, once the driver has had its answer: that of a window that is gone gives none.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where there is no such element within 15 s.
    pub async fn click_the_last(&self, role: &str, name: &str) -> Outcome<()> {
        let element = self.by_role(role, name).await?;
        self.execute_with("const [element] = arguments; setTimeout(() => element.click(), 200)", vec![json!(element)])
            .await
            .map(drop)
    }

    /// Clicks where a person would have scrolled to: the middle of the window, clear of what sticks to its edges.
    async fn click_on(&self, element: &Element) -> Outcome<()> {
        let script = r#"arguments[0].scrollIntoView({ block: "center", behavior: "instant" })"#;
        self.execute_with(script, vec![json!(element)]).await?;
        bounded("a click", element.click()).await
    }

    /// Clicks the form control with this label.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where there is none.
    pub async fn click_label(&self, label: &str) -> Outcome<()> {
        let element = self.by_label(label).await?;
        self.execute_with("arguments[0].click()", vec![json!(element)]).await.map(drop)
    }

    /// Chooses an option of the select or combobox with this label, by its text.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where there is no such field or option.
    pub async fn choose(&self, label: &str, option: &str) -> Outcome<()> {
        let field = self.by_label(label).await?;
        if bounded("a field", field.tag_name()).await? == "select" {
            return self.choose_in_select(&field, label, option).await;
        }
        self.click_on(&field).await?;
        bounded("an emptied field", field.send_keys(&spelled("Control+a")?)).await?;
        bounded("a search", field.send_keys(option)).await?;
        // An option may say more than its text, such as a language's name in that language.
        until(&format!("option \"{option}\" of \"{label}\""), PATIENCE, async || {
            for element in self.all_by_role("option", "").await? {
                let name = self.name_of(&element).await?;
                if name == option || name.strip_prefix(option).is_some_and(|rest| rest.starts_with(' ')) {
                    return self.click_on(&element).await.map(Some);
                }
            }
            Ok(None)
        })
        .await
    }

    /// A native list is drawn outside of the page, where the driver cannot click: this is what choosing does.
    async fn choose_in_select(&self, field: &Element, label: &str, option: &str) -> Outcome<()> {
        let script = r#"
            const [select, text] = arguments;
            const option = [...select.options].find(option => option.label.trim() === text || option.value === text);
            if (!option || option.disabled || select.disabled) return [...select.options].map(option => option.label);
            select.focus();
            select.value = option.value;
            select.dispatchEvent(new Event("input", { bubbles: true }));
            select.dispatchEvent(new Event("change", { bubbles: true }));
            return true;
        "#;
        let chosen = self.execute_with(script, vec![json!(field), json!(option)]).await?;
        match chosen.as_bool() {
            Some(true) => Ok(()),
            _ => Err(Trouble::NotSeen(format!("option \"{option}\" of \"{label}\"; instead {chosen}"))),
        }
    }

    /// Gives the file input with this label a file.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where there is no such input.
    pub async fn choose_file(&self, label: &str, path: &Path) -> Outcome<()> {
        let input = self.by_label(label).await?;
        bounded("a chosen file", input.send_keys(&path.to_string_lossy())).await
    }

    /// Types a text on whatever has the focus, key by key.
    ///
    /// # Errors
    /// [`Trouble::Driver`] where the page does not answer.
    pub async fn type_keys(&self, text: &str) -> Outcome<()> {
        for key in text.chars() {
            self.press(&key.to_string()).await?;
        }
        Ok(())
    }

    /// Presses keys on whatever has the focus: one key or a combination, such as `Tab` or `Control+s`.
    ///
    /// # Errors
    /// [`Trouble::Missing`] for a key without a spelling here.
    pub async fn press(&self, keys: &str) -> Outcome<()> {
        let pressed: Vec<char> = spelled(keys)?.chars().filter(|key| *key != RELEASE).collect();
        let down = pressed.iter().map(|&value| KeyAction::Down { value });
        let up = pressed.iter().rev().map(|&value| KeyAction::Up { value });
        let keyboard = KeyActions::new("keyboard".to_owned());
        let keyboard = down.chain(up).fold(keyboard, |keyboard, action| keyboard.then(action));
        bounded("pressed keys", self.client.perform_actions(keyboard)).await
    }
}

fn spelled(keys: &str) -> Outcome<String> {
    let unknown = |key: &str| Trouble::Missing(format!("no spelling for the key {key}"));
    // The one key that combinations are written with.
    if keys == "+" {
        return Ok(keys.to_owned());
    }
    let mut text = keys
        .split('+')
        .map(|key| match (KEYS.iter().find(|(name, _)| *name == key), key.chars().count()) {
            (Some((_, spelling)), _) => Ok(spelling.to_string()),
            (None, 1) => Ok(key.to_owned()),
            _ => Err(unknown(key)),
        })
        .collect::<Outcome<String>>()?;
    if keys.contains('+') {
        text.push(RELEASE);
    }
    Ok(text)
}
