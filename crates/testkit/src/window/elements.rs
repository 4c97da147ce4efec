//! Finding elements as assistive technology finds them: by role and accessible name, both computed by WebKit itself.

use fantoccini::{elements::Element, error::ErrorStatus, wd::WebDriverCompatibleCommand};
use serde_json::{Value, json};

use super::Window;
use crate::{
    Outcome, Trouble,
    waiting::{PATIENCE, until},
};

/// Elements that can carry a role, so that only these are asked. WebKit's own word decides afterwards.
const BY_ROLE: &[(&str, &str)] = &[
    ("button", "button,[role=button],input[type=submit],input[type=button],summary"),
    ("textbox", "input,textarea,[role=textbox],[role=searchbox]"),
    ("combobox", "select,[role=combobox]"),
    ("link", "a[href],[role=link]"),
    ("heading", "h1,h2,h3,h4,h5,h6,[role=heading]"),
    ("dialog", "dialog[open],[role=dialog],[role=alertdialog]"),
    ("img", "img,svg[role=img],[role=img]"),
    ("option", "option,[role=option]"),
    ("radio", "input[type=radio],[role=radio]"),
    ("switch", "[role=switch]"),
    ("checkbox", "input[type=checkbox],[role=checkbox]"),
    ("progressbar", "progress,[role=progressbar]"),
    ("navigation", "nav,[role=navigation]"),
    ("status", "output,[role=status]"),
];

/// Everything that a label can belong to.
const CONTROLS: &str =
    "input,textarea,select,[role=textbox],[role=combobox],[role=switch],[role=radio],[role=checkbox]";

/// Reachable elements only: neither hidden nor behind a dialog. A file input may be invisible, its label is not.
const CANDIDATES: &str = r#"
    return [...document.querySelectorAll(arguments[0])].filter(element =>
        !element.closest('[inert],[aria-hidden="true"]') && (element.type === "file" ||
        element.tagName === "OPTION" || element.checkVisibility({ visibilityProperty: true })));
"#;

/// A question of the WebDriver standard that the client has no word for.
#[derive(Debug)]
struct Computed {
    element: String,
    what: &'static str,
}

impl WebDriverCompatibleCommand for Computed {
    fn endpoint(&self, base: &reqwest::Url, session: Option<&str>) -> Result<reqwest::Url, ParseError> {
        base.join(&format!("session/{}/element/{}/{}", session.unwrap_or_default(), self.element, self.what))
    }

    fn method_and_body(&self, _: &reqwest::Url) -> (reqwest::Method, Option<String>) {
        (reqwest::Method::GET, None)
    }
}

/// What joining addresses can answer; the standard's client asks for this type.
type ParseError = <reqwest::Url as std::str::FromStr>::Err;

impl Window {
    /// The accessible name of what has the focus.
    ///
    /// # Errors
    /// [`Trouble::Driver`] where the page does not answer.
    pub async fn focused_name(&self) -> Outcome<String> {
        let focused = self.client.active_element().await?;
        self.name_of(&focused).await
    }

    /// The reachable elements with this role and accessible name; an empty name fits every element of the role.
    ///
    /// # Errors
    /// [`Trouble::Driver`] where the page does not answer.
    pub async fn all_by_role(&self, role: &str, name: &str) -> Outcome<Vec<Element>> {
        let selector = BY_ROLE
            .iter()
            .find(|(known, _)| *known == role)
            .map_or_else(|| format!("[role={role}]"), |(_, selector)| (*selector).to_owned());
        let mut fitting = Vec::new();
        for element in self.candidates(&selector).await? {
            if (name.is_empty() || self.is_named(&element, name).await?) && self.plays(&element, role).await? {
                fitting.push(element);
            }
        }
        Ok(fitting)
    }

    /// Waits up to 15 s for the one element with this role and accessible name.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] with the names that this role has instead.
    pub async fn by_role(&self, role: &str, name: &str) -> Outcome<Element> {
        let what = format!("{role} \"{name}\"");
        let found = until(&what, PATIENCE, async || Ok(self.all_by_role(role, name).await?.into_iter().next())).await;
        match found {
            Ok(element) => Ok(element),
            Err(trouble) => {
                let mut names = Vec::new();
                for element in self.all_by_role(role, "").await.unwrap_or_default() {
                    names.push(self.name_of(&element).await.unwrap_or_default());
                }
                Err(Trouble::NotSeen(format!("{trouble}; instead {names:?} in: {}", self.text().await?)))
            }
        }
    }

    /// Waits up to 15 s until no reachable element has this role and name.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where it stays.
    pub async fn no_more(&self, role: &str, name: &str) -> Outcome<()> {
        let what = format!("the end of {role} \"{name}\"");
        until(&what, PATIENCE, async || Ok(self.all_by_role(role, name).await?.is_empty().then_some(()))).await
    }

    /// Waits up to 15 s for the form control with this label.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where there is none.
    pub async fn by_label(&self, label: &str) -> Outcome<Element> {
        let what = format!("the field \"{label}\"");
        let found = until(&what, PATIENCE, async || {
            for element in self.candidates(CONTROLS).await? {
                if self.is_named(&element, label).await? {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        });
        match found.await {
            Ok(element) => Ok(element),
            Err(trouble) => Err(Trouble::NotSeen(format!("{trouble}; instead: {}", self.text().await?))),
        }
    }

    /// The text of the first reachable element with this role; empty where there is none.
    ///
    /// # Errors
    /// [`Trouble::Driver`] where the page does not answer.
    pub async fn text_of(&self, role: &str) -> Outcome<String> {
        match self.all_by_role(role, "").await?.first() {
            Some(element) => Ok(element.text().await?),
            None => Ok(String::new()),
        }
    }

    /// What the form control with this label holds.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where there is none.
    pub async fn value_of(&self, label: &str) -> Outcome<String> {
        let element = self.by_label(label).await?;
        let value =
            self.execute_with("return String(arguments[0].value ?? arguments[0].innerText)", vec![json!(element)]);
        Ok(value.await?.as_str().unwrap_or_default().to_owned())
    }

    /// What is said to be wrong with the form control with this label: the text that describes it while it is marked
    /// invalid. Waits up to 15 s for it.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where the control stays valid.
    pub async fn problem_of(&self, label: &str) -> Outcome<String> {
        let script = r#"
            if (arguments[0].getAttribute("aria-invalid") !== "true") return "";
            const ids = (arguments[0].getAttribute("aria-describedby") ?? "").split(" ");
            return ids.map(id => document.getElementById(id)?.innerText ?? "").join(" ").trim();
        "#;
        until(&format!("a problem of the field \"{label}\""), PATIENCE, async || {
            let field = self.by_label(label).await?;
            let text = self.execute_with(script, vec![json!(field)]).await?;
            Ok(text.as_str().filter(|text| !text.is_empty()).map(str::to_owned))
        })
        .await
    }

    async fn candidates(&self, selector: &str) -> Outcome<Vec<Element>> {
        let found = self.execute_with(CANDIDATES, vec![json!(selector)]).await?;
        let references = found.as_array().cloned().unwrap_or_default();
        let id = |reference: Value| Some(reference.as_object()?.values().next()?.as_str()?.to_owned());
        let element = |id: String| Element::from_element_id(self.client.clone(), id.into());
        Ok(references.into_iter().filter_map(id).map(element).collect())
    }

    /// The accessible name, with plain white space.
    pub(super) async fn name_of(&self, element: &Element) -> Outcome<String> {
        let computed = self.computed(element, "computedlabel").await?;
        Ok(computed.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    async fn is_named(&self, element: &Element, name: &str) -> Outcome<bool> {
        let computed = self.name_of(element).await?;
        // WebKit adds the chosen option to the name of a select that stands inside its label.
        let with_value = || computed.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '));
        Ok(computed == name || (with_value() && element.tag_name().await? == "select"))
    }

    async fn plays(&self, element: &Element, role: &str) -> Outcome<bool> {
        let computed = self.computed(element, "computedrole").await?;
        // WebKit calls a select a button, and tells kinds of dialogs and images apart under more than one name.
        let same = match role {
            "combobox" => computed == "combobox" || element.tag_name().await? == "select",
            "dialog" => computed == "dialog" || computed == "alertdialog",
            "img" => computed == "img" || computed == "image",
            _ => computed == role,
        };
        Ok(same)
    }

    async fn computed(&self, element: &Element, what: &'static str) -> Outcome<String> {
        let command = Computed { element: element.element_id().to_string(), what };
        match self.client.issue_cmd(command).await {
            Ok(answer) => Ok(answer.as_str().unwrap_or_default().to_owned()),
            // The page went on meanwhile: what is gone has no name.
            Err(error) if is_stale(&error) => Ok(String::new()),
            Err(error) => Err(error.into()),
        }
    }
}

fn is_stale(error: &fantoccini::error::CmdError) -> bool {
    use fantoccini::error::CmdError::Standard;
    matches!(error, Standard(standard) if matches!(standard.error, ErrorStatus::StaleElementReference | ErrorStatus::NoSuchElement))
}
