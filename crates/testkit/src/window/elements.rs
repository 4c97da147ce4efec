//! Finds elements as assistive technology does, by role and accessible name. WebKit computes both.

use fantoccini::{elements::Element, error::ErrorStatus, wd::WebDriverCompatibleCommand};
use serde_json::{Value, json};

use super::Window;
use crate::{
    Result, TestError,
    waiting::{PATIENCE, until},
};

/// Selectors for elements that may have a role. WebKit's computed role decides afterwards.
const ROLE_SELECTORS: &[(&str, &str)] = &[
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
    ("menuitem", "[role=menuitem]"),
    ("menuitemradio", "[role=menuitemradio]"),
    ("complementary", "aside,[role=complementary]"),
];

/// Elements that a label can belong to.
const CONTROLS: &str =
    "input,textarea,select,[role=textbox],[role=combobox],[role=switch],[role=radio],[role=checkbox]";

/// Returns only reachable elements: neither hidden nor behind a dialog. File inputs may be invisible; their labels
/// are not.
const CANDIDATES: &str = r#"
    const top = [...document.querySelectorAll("dialog:modal")].at(-1);
    return [...document.querySelectorAll(arguments[0])].filter(element => (!top || top.contains(element)) &&
        !element.closest('[inert],[aria-hidden="true"]') && (element.type === "file" ||
        element.tagName === "OPTION" || element.checkVisibility({ visibilityProperty: true })));
"#;

/// The WebDriver commands "Get Computed Role" and "Get Computed Label", which fantoccini lacks.
#[derive(Debug)]
struct ComputedProperty {
    element: String,
    property: &'static str,
}

impl WebDriverCompatibleCommand for ComputedProperty {
    fn endpoint(&self, base: &reqwest::Url, session: Option<&str>) -> Result<reqwest::Url, ParseError> {
        base.join(&format!("session/{}/element/{}/{}", session.unwrap_or_default(), self.element, self.property))
    }

    fn method_and_body(&self, _: &reqwest::Url) -> (reqwest::Method, Option<String>) {
        (reqwest::Method::GET, None)
    }
}

/// The error type of `Url::join`, named through its `FromStr` because the url crate is not a direct dependency.
type ParseError = <reqwest::Url as std::str::FromStr>::Err;

impl Window {
    /// The accessible name of the focused element.
    pub async fn focused_name(&self) -> Result<String> {
        let focused = self.client.active_element().await?;
        self.name_of(&focused).await
    }

    /// The reachable elements with this role and accessible name. An empty name matches every element of the role.
    pub async fn all_by_role(&self, role: &str, name: &str) -> Result<Vec<Element>> {
        let selector = ROLE_SELECTORS
            .iter()
            .find(|(known, _)| *known == role)
            .map_or_else(|| format!("[role={role}]"), |(_, selector)| (*selector).to_owned());
        let mut matching = Vec::new();
        for element in self.candidates(&selector).await? {
            if (name.is_empty() || self.has_name(&element, name).await?) && self.has_role(&element, role).await? {
                matching.push(element);
            }
        }
        Ok(matching)
    }

    /// Waits for an element with this role and accessible name. The timeout error lists the names that exist for the
    /// role.
    pub async fn by_role(&self, role: &str, name: &str) -> Result<Element> {
        let what = format!("{role} \"{name}\"");
        let found = until(&what, PATIENCE, async || Ok(self.all_by_role(role, name).await?.into_iter().next())).await;
        match found {
            Ok(element) => Ok(element),
            Err(error) => {
                let mut names = Vec::new();
                for element in self.all_by_role(role, "").await.unwrap_or_default() {
                    names.push(self.name_of(&element).await.unwrap_or_default());
                }
                Err(TestError::TimedOut(format!("{error}; instead {names:?} in: {}", self.text().await?)))
            }
        }
    }

    /// Waits until no reachable element has this role and name.
    pub async fn wait_until_gone(&self, role: &str, name: &str) -> Result<()> {
        let what = format!("{role} \"{name}\" to disappear");
        until(&what, PATIENCE, async || Ok(self.all_by_role(role, name).await?.is_empty().then_some(()))).await
    }

    /// Waits for the form control with this label.
    pub async fn by_label(&self, label: &str) -> Result<Element> {
        let what = format!("the field \"{label}\"");
        let found = until(&what, PATIENCE, async || {
            for element in self.candidates(CONTROLS).await? {
                if self.has_name(&element, label).await? {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        });
        match found.await {
            Ok(element) => Ok(element),
            Err(error) => Err(TestError::TimedOut(format!("{error}; instead: {}", self.text().await?))),
        }
    }

    /// The text of the first reachable element with this role, or an empty string.
    pub async fn text_of(&self, role: &str) -> Result<String> {
        match self.all_by_role(role, "").await?.first() {
            Some(element) => Ok(element.text().await?),
            None => Ok(String::new()),
        }
    }

    /// The value of the form control with this label.
    pub async fn value_of(&self, label: &str) -> Result<String> {
        let element = self.by_label(label).await?;
        let value =
            self.execute_with("return String(arguments[0].value ?? arguments[0].innerText)", vec![json!(element)]);
        Ok(value.await?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the form control with this label is invalid (`aria-invalid`) and returns its description.
    pub async fn field_error(&self, label: &str) -> Result<String> {
        let script = r#"
            if (arguments[0].getAttribute("aria-invalid") !== "true") return "";
            const ids = (arguments[0].getAttribute("aria-describedby") ?? "").split(" ");
            return ids.map(id => document.getElementById(id)?.innerText ?? "").join(" ").trim();
        "#;
        until(&format!("an error message of the field \"{label}\""), PATIENCE, async || {
            let field = self.by_label(label).await?;
            let text = self.execute_with(script, vec![json!(field)]).await?;
            Ok(text.as_str().filter(|text| !text.is_empty()).map(str::to_owned))
        })
        .await
    }

    async fn candidates(&self, selector: &str) -> Result<Vec<Element>> {
        let found = self.execute_with(CANDIDATES, vec![json!(selector)]).await?;
        let references = found.as_array().cloned().unwrap_or_default();
        let id = |reference: Value| Some(reference.as_object()?.values().next()?.as_str()?.to_owned());
        let element = |id: String| Element::from_element_id(self.client.clone(), id.into());
        Ok(references.into_iter().filter_map(id).map(element).collect())
    }

    /// The accessible name with runs of white space collapsed.
    pub(super) async fn name_of(&self, element: &Element) -> Result<String> {
        let computed = self.computed(element, "computedlabel").await?;
        Ok(computed.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    async fn has_name(&self, element: &Element, name: &str) -> Result<bool> {
        let computed = self.name_of(element).await?;
        // If a select is inside its label, WebKit appends the chosen option to the name.
        let with_value = || computed.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '));
        Ok(computed == name || (with_value() && element.tag_name().await? == "select"))
    }

    async fn has_role(&self, element: &Element, role: &str) -> Result<bool> {
        let computed = self.computed(element, "computedrole").await?;
        // WebKit reports a select as a button, and uses more than one role name for dialogs and images.
        let matches = match role {
            "combobox" => computed == "combobox" || element.tag_name().await? == "select",
            "dialog" => computed == "dialog" || computed == "alertdialog",
            "img" => computed == "img" || computed == "image",
            _ => computed == role,
        };
        Ok(matches)
    }

    async fn computed(&self, element: &Element, property: &'static str) -> Result<String> {
        let command = ComputedProperty { element: element.element_id().to_string(), property };
        match self.client.issue_cmd(command).await {
            Ok(answer) => Ok(answer.as_str().unwrap_or_default().to_owned()),
            // The page has removed the element.
            Err(error) if is_stale(&error) => Ok(String::new()),
            Err(error) => Err(error.into()),
        }
    }
}

fn is_stale(error: &fantoccini::error::CmdError) -> bool {
    use fantoccini::error::CmdError::Standard;
    matches!(error, Standard(standard) if matches!(standard.error, ErrorStatus::StaleElementReference | ErrorStatus::NoSuchElement))
}
