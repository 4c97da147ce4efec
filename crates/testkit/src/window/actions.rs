//! User actions: type, click, choose, press keys.

use std::path::Path;

use fantoccini::{
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
};
use serde_json::{Value, json};

use super::{Window, bounded};
use crate::{
    Result, TestError,
    waiting::{PATIENCE, until},
};

/// Named keys and their WebDriver code points.
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
/// The WebDriver null key, which releases all modifiers.
const RELEASE_MODIFIERS: char = '\u{e000}';

impl Window {
    /// Replaces the content of the field with this label by typing.
    pub async fn fill(&self, label: &str, text: &str) -> Result<()> {
        // Retried, because another element may cover the field for a moment, or the page may replace it.
        let what = format!("\"{text}\" in the field \"{label}\"");
        until(&what, PATIENCE, async || {
            let field = self.by_label(label).await?;
            self.click_on(&field).await?;
            bounded("an emptied field", field.send_keys(&key_codes("Control+a")?)).await?;
            bounded("an emptied field", field.send_keys(&key_codes("Delete")?)).await?;
            if text.chars().any(|letter| letter > '\u{ffff}') {
                // WebKitWebDriver drops characters outside of the Basic Multilingual Plane.
                let script = "arguments[0].focus(); document.execCommand('insertText', false, arguments[1])";
                self.execute_with(script, vec![json!(field), json!(text)]).await?;
            } else if !text.is_empty() {
                bounded("a filled field", field.send_keys(text)).await?;
            }
            let value = self.execute_with("return arguments[0].value", vec![json!(field)]).await?;
            match value.as_str() == Some(text) {
                true => Ok(Some(())),
                false => Err(TestError::TimedOut(format!("its value is {value}"))),
            }
        })
        .await
    }

    /// Clicks the element with this role and name.
    pub async fn click(&self, role: &str, name: &str) -> Result<()> {
        // Retried, because another element may cover it for a moment, or the page may replace it.
        until(&format!("a click on {role} \"{name}\""), PATIENCE, async || {
            let element = self.by_role(role, name).await?;
            self.click_on(&element).await.map(Some)
        })
        .await
    }

    /// Clicks the last element with this role and name.
    pub async fn click_last(&self, role: &str, name: &str) -> Result<()> {
        until(&format!("a click on the last {role} \"{name}\""), PATIENCE, async || {
            match self.all_by_role(role, name).await?.pop() {
                Some(element) => self.click_on(&element).await.map(Some),
                None => Ok(None),
            }
        })
        .await
    }

    /// Opens the account popover, unless it is open.
    pub async fn open_account(&self) -> Result<()> {
        let is_open = "return document.querySelector('.account')?.ariaExpanded === 'true'";
        if self.execute(is_open).await? == Value::Bool(true) {
            return Ok(());
        }
        self.click("button", "Account").await
    }

    /// Refreshes the profile with the button of the account popover, and closes the popover again.
    pub async fn refresh(&self) -> Result<()> {
        self.open_account().await?;
        self.click("button", "Refresh").await?;
        // Not the key Escape: it would close a dialog that the refresh has opened.
        let close =
            "const account = document.querySelector('.account'); if (account?.ariaExpanded === 'true') account.click()";
        self.execute(close).await.map(drop)
    }

    /// Clicks an element that closes the window. The click is delayed until after this call has returned, because the
    /// driver does not respond once the window is gone.
    pub async fn click_and_close(&self, role: &str, name: &str) -> Result<()> {
        let element = self.by_role(role, name).await?;
        self.execute_with("const [element] = arguments; setTimeout(() => element.click(), 200)", vec![json!(element)])
            .await
            .map(drop)
    }

    /// Scrolls the element to the middle of the window, clear of sticky bars, and clicks it.
    async fn click_on(&self, element: &Element) -> Result<()> {
        let script = r#"arguments[0].scrollIntoView({ block: "center", behavior: "instant" })"#;
        self.execute_with(script, vec![json!(element)]).await?;
        bounded("a click", element.click()).await
    }

    /// Opens the menu of the picture, and clicks an item.
    pub async fn picture_menu(&self, item: &str) -> Result<()> {
        self.click("button", "Picture").await?;
        self.click("menuitem", item).await
    }

    /// Clicks the form control with this label.
    pub async fn click_label(&self, label: &str) -> Result<()> {
        let element = self.by_label(label).await?;
        self.execute_with("arguments[0].click()", vec![json!(element)]).await.map(drop)
    }

    /// Chooses an option by its text in the select or combobox with this label.
    pub async fn choose(&self, label: &str, option: &str) -> Result<()> {
        let field = self.by_label(label).await?;
        if bounded("a field", field.tag_name()).await? == "select" {
            return self.choose_in_select(&field, label, option).await;
        }
        self.click_on(&field).await?;
        // A list without a search opens by the click alone.
        if bounded("a field", field.tag_name()).await? == "input" {
            bounded("an emptied field", field.send_keys(&key_codes("Control+a")?)).await?;
            bounded("a search", field.send_keys(option)).await?;
        }
        // An option's accessible name may have more words after the text, for example a language's native name.
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

    /// Sets the value by script, because native select popups are outside of the page and the driver cannot click
    /// them.
    async fn choose_in_select(&self, field: &Element, label: &str, option: &str) -> Result<()> {
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
            _ => Err(TestError::TimedOut(format!("option \"{option}\" of \"{label}\"; instead {chosen}"))),
        }
    }

    /// Sets the file of the file input with this label.
    pub async fn choose_file(&self, label: &str, path: &Path) -> Result<()> {
        let input = self.by_label(label).await?;
        bounded("a chosen file", input.send_keys(&path.to_string_lossy())).await
    }

    /// Types a text key by key into the focused element.
    pub async fn type_keys(&self, text: &str) -> Result<()> {
        for key in text.chars() {
            self.press(&key.to_string()).await?;
        }
        Ok(())
    }

    /// Presses one key or a combination, such as `Tab` or `Control+s`, on the focused element. Fails for unknown key
    /// names.
    pub async fn press(&self, keys: &str) -> Result<()> {
        let pressed: Vec<char> = key_codes(keys)?.chars().filter(|key| *key != RELEASE_MODIFIERS).collect();
        let down = pressed.iter().map(|&value| KeyAction::Down { value });
        let up = pressed.iter().rev().map(|&value| KeyAction::Up { value });
        let keyboard = KeyActions::new("keyboard".to_owned());
        let keyboard = down.chain(up).fold(keyboard, |keyboard, action| keyboard.then(action));
        bounded("pressed keys", self.client.perform_actions(keyboard)).await
    }
}

fn key_codes(keys: &str) -> Result<String> {
    let unknown = |key: &str| TestError::Failed(format!("unknown key {key}"));
    // The key `+`, which is otherwise the separator of a combination.
    if keys == "+" {
        return Ok(keys.to_owned());
    }
    let mut text = keys
        .split('+')
        .map(|key| match (KEYS.iter().find(|(name, _)| *name == key), key.chars().count()) {
            (Some((_, code)), _) => Ok(code.to_string()),
            (None, 1) => Ok(key.to_owned()),
            _ => Err(unknown(key)),
        })
        .collect::<Result<String>>()?;
    if keys.contains('+') {
        text.push(RELEASE_MODIFIERS);
    }
    Ok(text)
}
