//! How vendors let an organisation restrict which accounts its people use, and the values an organisation gives.

mod form; // what a header's value looks like
mod given; // what an organisation gives

use serde::Deserialize;

pub use self::{
    form::TenantForm,
    given::{TenantGiven, TenantValues},
};

/// A way in which a vendor lets an organisation restrict accounts: headers that the proxy sets.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantControl {
    /// Its name in the configuration.
    pub id: String,
    /// The tools it is about; the first stands for it in records.
    pub tools: Vec<String>,
    /// Names on which to set the headers, each covering everything below it.
    pub hosts: Vec<String>,
    /// What the vendor refuses to other accounts.
    pub restricts: Restricts,
    /// The headers.
    pub headers: Vec<TenantHeader>,
    /// Where a request shows which account it is about, if it does.
    pub ids: Option<TenantIds>,
    /// What the vendor's service does, and what it does not cover.
    pub effect: String,
}

/// What a vendor refuses to other accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Restricts {
    /// Use itself: what passes is use by an allowed account.
    Use,
    /// Signing in; who is signed in already, or needs no account, passes.
    SignIn,
}

/// A header of a tenant control.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantHeader {
    /// Its name in the configuration, where a control has several.
    pub key: Option<String>,
    /// Its name.
    pub name: String,
    /// Form of its value.
    pub form: TenantForm,
    /// Over how many headers long lists may go on: `…ids` with `;n=K`, then `…ids1` to `…ids{K-1}`. One if `None`.
    pub overflow: Option<u8>,
}

/// Where a request shows which account it is about.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantIds {
    /// In a header of this name.
    Header(String),
    /// In the segment of the path that follows this.
    Path(String),
}

/// Why what was given for a control cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`tenants.{control}`: {message}: {remedy}")]
pub struct TenantFault {
    /// The control.
    pub control: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// Most values in one header where a list may go on in further ones.
const IN_ONE_HEADER: usize = 100;

impl TenantControl {
    /// The headers to set, by name, for what was given.
    pub fn headers_for(&self, given: &TenantGiven) -> Result<Vec<(String, String)>, TenantFault> {
        let mut set = Vec::new();
        for (header, values) in self.by_header(given)? {
            set.extend(self.written(header, values)?);
        }
        Ok(set)
    }

    /// Every name of a header that a client must not send itself.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.headers.iter().flat_map(|header| {
            let further = (1..header.overflow.unwrap_or(1)).map(move |at| format!("{}{at}", header.name));
            std::iter::once(header.name.clone()).chain(further)
        })
    }

    /// The values of each header, all of which must be given.
    fn by_header<'a>(
        &'a self,
        given: &'a TenantGiven,
    ) -> Result<Vec<(&'a TenantHeader, &'a [String])>, TenantFault> {
        match (given, self.headers.as_slice()) {
            (TenantGiven::One(value), [header]) => Ok(vec![(header, std::slice::from_ref(value))]),
            (TenantGiven::Many(values), [header]) => Ok(vec![(header, values)]),
            (TenantGiven::ByHeader(given), [_, _, ..]) => {
                let keys: Vec<&str> =
                    self.headers.iter().filter_map(|header| header.key.as_deref()).collect();
                if let Some(unknown) = given.keys().find(|key| !keys.contains(&key.as_str())) {
                    let remedy = format!("give {}", keys.join(" and "));
                    return Err(self.fault(format!("`{unknown}` is not part of it"), remedy));
                }
                let of = |header: &'a TenantHeader| {
                    let values = header.key.as_ref().and_then(|key| given.get(key));
                    let values = values.ok_or_else(|| {
                        let key = header.key.as_deref().unwrap_or_default();
                        self.fault(format!("`{key}` is missing"), header.form.expected().to_owned())
                    })?;
                    Ok((header, values.as_slice()))
                };
                self.headers.iter().map(of).collect()
            }
            (_, [header]) => {
                Err(self.fault("it has one header".to_owned(), header.form.expected().to_owned()))
            }
            (_, headers) => {
                let keys: Vec<String> = headers
                    .iter()
                    .filter_map(|header| Some(format!("{} = …", header.key.as_ref()?)))
                    .collect();
                let remedy = format!("write `{} = {{ {} }}`", self.id, keys.join(", "));
                Err(self.fault("it has several headers".to_owned(), remedy))
            }
        }
    }

    fn written(
        &self,
        header: &TenantHeader,
        values: &[String],
    ) -> Result<Vec<(String, String)>, TenantFault> {
        let expected = || header.form.expected().to_owned();
        if values.is_empty() {
            return Err(self.fault("it is empty".to_owned(), expected()));
        }
        if let Some(wrong) = values.iter().find(|value| !header.form.holds(value)) {
            return Err(self.fault(format!("`{}`", wrong.escape_debug()), expected()));
        }
        if values.len() > 1 && !header.form.is_list() {
            return Err(self.fault("several values".to_owned(), expected()));
        }
        let most = usize::from(header.overflow.unwrap_or(1));
        let groups: Vec<&[String]> = match header.overflow {
            Some(_) => values.chunks(IN_ONE_HEADER).collect(),
            None => vec![values],
        };
        let count = groups.len();
        if count > most {
            let message = format!("{} values", values.len());
            return Err(self.fault(message, format!("give at most {}", most * IN_ONE_HEADER)));
        }
        let named = groups.into_iter().enumerate().map(|(at, group)| match (at, count) {
            (0, 1) => (header.name.clone(), group.join(",")),
            (0, _) => (header.name.clone(), format!("{};n={count}", group.join(","))),
            _ => (format!("{}{at}", header.name), group.join(",")),
        });
        Ok(named.collect())
    }

    fn fault(&self, message: String, remedy: String) -> TenantFault {
        TenantFault { control: self.id.clone(), message, remedy }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::{TenantForm, TenantGiven};
    use crate::Catalog;

    /// Read once: reading takes a while without optimisation.
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::builtin().unwrap());

    const ONE: &str = "550e8400-e29b-41d4-a716-446655440000";

    #[track_caller]
    fn check(control: &str, given: &str, expected: Result<&[(&str, &str)], &str>) {
        let given: std::collections::BTreeMap<String, TenantGiven> =
            toml::from_str(&format!("given = {given}")).unwrap();
        let got = CATALOG.tenant_control(control).unwrap().headers_for(&given["given"]);
        let got = got.map_err(|fault| fault.to_string());
        let expected = expected.map(|set| {
            set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>()
        });
        assert_eq!(got, expected.map_err(str::to_owned), "{control} = {given:?}");
    }

    #[test]
    fn every_control_says_what_to_send() {
        let two = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
        let pair = format!("{ONE}:{two}");
        for (control, given, expected) in [
            (
                "chatgpt",
                format!("[\"{ONE}\", \"{two}\"]"),
                vec![("ChatGPT-Allowed-Workspace-Id", format!("{ONE},{two}"))],
            ),
            (
                "openai_api",
                "\"org-AbC1\"".into(),
                vec![("OpenAI-Allowed-Organization-Ids", "org-AbC1".into())],
            ),
            ("anthropic", format!("\"{ONE}\""), vec![("anthropic-allowed-org-ids", ONE.into())]),
            (
                "google_workspace",
                "[\"example.com\", \"consumer_accounts\"]".into(),
                vec![("X-GoogApps-Allowed-Domains", "example.com,consumer_accounts".into())],
            ),
            (
                "gemini_code_assist",
                "[\"example.com\"]".into(),
                vec![("X-GeminiCodeAssist-Allowed-Domains", "example.com".into())],
            ),
            ("google_cloud", "\"CiQ\"".into(), vec![("X-GoogApps-Allowed-Resources", "CiQ".into())]),
            ("microsoft", format!("\"{pair}\""), vec![("sec-Restrict-Tenant-Access-Policy", pair)]),
            (
                "microsoft_v1",
                format!("{{ tenants = [\"example.com\"], directory = \"{ONE}\" }}"),
                vec![
                    ("Restrict-Access-To-Tenants", "example.com".into()),
                    ("Restrict-Access-Context", ONE.into()),
                ],
            ),
            (
                "microsoft_personal",
                "\"restrict-msa\"".into(),
                vec![("sec-Restrict-Tenant-Access-Policy", "restrict-msa".into())],
            ),
            (
                "github",
                "\"example-corp\"".into(),
                vec![("sec-GitHub-allowed-enterprise", "example-corp".into())],
            ),
            (
                "slack",
                "{ requester = \"T0123ABCD\", workspaces = [\"T0123ABCD\"] }".into(),
                vec![
                    ("X-Slack-Allowed-Workspaces-Requester", "T0123ABCD".into()),
                    ("X-Slack-Allowed-Workspaces", "T0123ABCD".into()),
                ],
            ),
            ("dropbox", "[\"dbtid:AAAB\"]".into(), vec![("X-Dropbox-allowed-Team-Ids", "dbtid:AAAB".into())]),
            ("zoom", "\"abc\"".into(), vec![("X-ZoomApps-Policy", "abc".into())]),
            ("ibm_cloud", "[\"a1\", \"b2\"]".into(), vec![("IBM-Cloud-Tenant", "a1,b2".into())]),
            ("webex", "[\"example.com\"]".into(), vec![("CiscoSpark-Allowed-Domains", "example.com".into())]),
        ] {
            let expected: Vec<(&str, &str)> =
                expected.iter().map(|(name, value)| (*name, value.as_str())).collect();
            check(control, &given, Ok(&expected));
        }
    }

    #[test]
    fn what_a_vendor_would_not_take_is_refused() {
        for (control, given, expected) in [
            (
                "gemini_code_assist",
                "[]",
                "`tenants.gemini_code_assist`: it is empty: give domains, as `[\"example.com\"]`",
            ),
            (
                "gemini_code_assist",
                "\"\"",
                "`tenants.gemini_code_assist`: ``: give domains, as `[\"example.com\"]`",
            ),
            (
                "gemini_code_assist",
                "[\"*.example.com\"]",
                "`tenants.gemini_code_assist`: `*.example.com`: give domains, as `[\"example.com\"]`",
            ),
            (
                "gemini_code_assist",
                "[\"a.example, b.example\"]",
                "`tenants.gemini_code_assist`: `a.example, b.example`: give domains, as `[\"example.com\"]`",
            ),
            (
                "openai_api",
                "[\"proj-1\"]",
                "`tenants.openai_api`: `proj-1`: give organisation ids, as `[\"org-AbC123\"]`",
            ),
            (
                "github",
                "[\"a\", \"b\"]",
                "`tenants.github`: several values: give one enterprise, as `\"example-corp\"`",
            ),
            (
                "google_cloud",
                "\"a\\nb\"",
                "`tenants.google_cloud`: `a\\nb`: give one value without spaces and commas",
            ),
            (
                "slack",
                "\"T0123\"",
                "`tenants.slack`: it has several headers: write `slack = { requester = …, workspaces = … }`",
            ),
            (
                "slack",
                "{ requester = \"T0123ABCD\" }",
                "`tenants.slack`: `workspaces` is missing: give ids, as `[\"T0123ABCD\", \"E0123ABCD\"]`",
            ),
            (
                "slack",
                "{ owner = \"T0123ABCD\" }",
                "`tenants.slack`: `owner` is not part of it: give requester and workspaces",
            ),
            (
                "chatgpt",
                "{ x = \"y\" }",
                "`tenants.chatgpt`: it has one header: give UUIDs, as `[\"550e8400-e29b-41d4-a716-446655440000\"]`",
            ),
        ] {
            check(control, given, Err(expected));
        }
        assert!(!TenantForm::Uuid.holds(&format!("{ONE} ")));
    }

    #[test]
    fn long_lists_go_on_in_further_headers() {
        let control = CATALOG.tenant_control("anthropic").unwrap();
        let ids = |count: usize| {
            TenantGiven::Many((0..count).map(|at| format!("550e8400-e29b-41d4-a716-{at:012x}")).collect())
        };
        let set = control.headers_for(&ids(250)).unwrap();
        let shape: Vec<_> =
            set.iter().map(|(name, value)| (name.as_str(), value.matches(',').count() + 1)).collect();
        assert_eq!(
            shape,
            [
                ("anthropic-allowed-org-ids", 100),
                ("anthropic-allowed-org-ids1", 100),
                ("anthropic-allowed-org-ids2", 50)
            ]
        );
        assert!(set[0].1.ends_with(";n=3") && !set[1].1.contains(';'));
        assert!(control.headers_for(&ids(1_001)).is_err());
        assert_eq!(control.names().count(), 10);
    }
}
