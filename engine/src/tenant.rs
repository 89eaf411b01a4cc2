use std::{collections::BTreeMap, fmt};

use catalog::{Catalog, Restricts, TenantFault, TenantGiven, TenantIds};
use http::{HeaderMap, HeaderName, HeaderValue};
use model::{AccountKind, ToolId};

/// Tenant controls as the operator configured them: which headers are set on which hosts.
#[derive(Clone, Debug, Default)]
pub struct Tenants {
    orders: Vec<Order>,
}

/// One control.
#[derive(Clone, Debug)]
struct Order {
    control: String,
    tools: Vec<ToolId>,
    hosts: Vec<Box<str>>,
    restricts: Restricts,
    ids: Option<Ids>,
    allowed: Vec<Box<str>>,
    set: Vec<(HeaderName, HeaderValue)>,
    /// Every name that a client must not send itself.
    names: Vec<HeaderName>,
}

/// Where a request shows which account it is about.
#[derive(Clone, Debug)]
enum Ids {
    Header(HeaderName),
    Path(Box<str>),
}

/// What was done to a request's headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restricted {
    /// No configured control names the host.
    NotNamed,
    /// The client's copies were deleted and the configured ones set.
    Set,
}

/// Controls that cannot be carried out as configured.
#[derive(Debug)]
pub struct TenantsError {
    /// Every mistake.
    pub mistakes: Vec<TenantFault>,
}

impl fmt::Display for TenantsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configured tenant controls cannot be carried out")?;
        self.mistakes.iter().try_for_each(|mistake| write!(f, "\n  {mistake}"))
    }
}

impl std::error::Error for TenantsError {}

impl Tenants {
    /// What the catalogue's controls come to with the values given, by control.
    pub fn new(catalog: &Catalog, given: &BTreeMap<String, TenantGiven>) -> Result<Self, TenantsError> {
        let (mut orders, mut mistakes) = (Vec::new(), Vec::new());
        for (control, values) in given {
            match Order::new(catalog, control, values) {
                Ok(order) => orders.push(order),
                Err(fault) => mistakes.push(fault),
            }
        }
        mistakes.extend(contradictions(&orders));
        if mistakes.is_empty() { Ok(Self { orders }) } else { Err(TenantsError { mistakes }) }
    }

    /// Whether a configured control names `host`, so that its TLS must be opened.
    pub fn name(&self, host: &str) -> bool {
        self.on(host).next().is_some()
    }

    /// The hosts that configured controls name, each covering everything below it.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.orders.iter().flat_map(|order| order.hosts.iter().map(|host| &**host))
    }

    /// The tool that stands for the first control that names `host`.
    pub(crate) fn tool(&self, host: &str) -> Option<&ToolId> {
        self.on(host).find_map(|order| order.tools.first())
    }

    /// Deletes what the client set itself, and sets what is configured for `host`: exactly one of each header.
    pub fn restrict(&self, host: &str, headers: &mut HeaderMap) -> Restricted {
        let mut done = Restricted::NotNamed;
        for order in self.on(host) {
            order.names.iter().for_each(|name| drop(headers.remove(name)));
            for (name, value) in &order.set {
                headers.insert(name, value.clone());
            }
            done = Restricted::Set;
        }
        done
    }

    /// The configured controls whose headers a request to `host` would carry exactly once, whatever its client sent.
    pub fn holding(&self, host: &str, headers: &HeaderMap) -> Vec<&str> {
        let mut sent = headers.clone();
        for name in self.on(host).flat_map(|order| &order.names) {
            sent.append(name, HeaderValue::from_static("forged"));
        }
        self.restrict(host, &mut sent);
        let holds = |order: &&Order| {
            order.names.iter().all(|name| {
                let own = order.set.iter().filter(|(set, _)| set == name).map(|(_, value)| value);
                sent.get_all(name).iter().eq(own)
            })
        };
        self.on(host).filter(holds).map(|order| order.control.as_str()).collect()
    }

    /// The configured controls that name `host`.
    pub fn controls<'a>(&'a self, host: &'a str) -> impl Iterator<Item = &'a str> {
        self.on(host).map(|order| order.control.as_str())
    }

    /// What the ids in a request say of the account: whether it is one of the organisation's.
    pub(crate) fn account_by_id(&self, host: &str, path: &str, headers: &HeaderMap) -> Option<AccountKind> {
        self.on(host).find_map(|order| {
            let id = match order.ids.as_ref()? {
                Ids::Header(name) => headers.get(name)?.to_str().ok()?,
                Ids::Path(before) => path.strip_prefix(&**before)?.split(['/', '?']).next()?,
            };
            let own = order.allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(id));
            Some(if own { AccountKind::Corporate } else { AccountKind::Personal })
        })
    }

    /// The account behind a request that the vendor refuses to all accounts but the organisation's.
    pub(crate) fn account_by_control(&self, host: &str) -> Option<AccountKind> {
        self.on(host).find(|order| order.restricts == Restricts::Use).map(|_| AccountKind::Corporate)
    }

    fn on<'a, 'h>(&'a self, host: &'h str) -> impl Iterator<Item = &'a Order> + use<'a, 'h> {
        let covers = |name: &str| {
            host.len() >= name.len()
                && host.get(host.len() - name.len()..).is_some_and(|tail| tail.eq_ignore_ascii_case(name))
                && (host.len() == name.len()
                    || host.as_bytes().get(host.len() - name.len() - 1) == Some(&b'.'))
        };
        self.orders.iter().filter(move |order| order.hosts.iter().any(|name| covers(name)))
    }
}

impl Order {
    fn new(catalog: &Catalog, control: &str, given: &TenantGiven) -> Result<Self, TenantFault> {
        let fault =
            |message: String, remedy: String| TenantFault { control: control.to_owned(), message, remedy };
        let Some(known) = catalog.tenant_control(control) else {
            let all: Vec<&str> = catalog.tenant_controls().into_keys().collect();
            return Err(fault(
                "there is no such control".to_owned(),
                format!("use one of {}", all.join(", ")),
            ));
        };
        let unsendable =
            |name: &str| fault(format!("`{name}` is no header that can be sent"), "correct it".to_owned());
        let name = |name: &str| HeaderName::try_from(name).map_err(|_| unsendable(name));
        let set = known.headers_for(given)?.into_iter().map(|(header, value)| {
            Ok((name(&header)?, HeaderValue::try_from(value).map_err(|_| unsendable(&header))?))
        });
        let ids = known.ids.as_ref().map(|ids| match ids {
            TenantIds::Header(header) => name(header).map(Ids::Header),
            TenantIds::Path(before) => Ok(Ids::Path(before.as_str().into())),
        });
        Ok(Self {
            control: control.to_owned(),
            tools: known.tools.iter().map(|tool| ToolId::new(tool.as_str())).collect(),
            hosts: known.hosts.iter().map(|host| host.as_str().into()).collect(),
            restricts: known.restricts,
            ids: ids.transpose()?,
            allowed: given.values().into_iter().map(Into::into).collect(),
            set: set.collect::<Result<_, TenantFault>>()?,
            names: known.names().map(|header| name(&header)).collect::<Result<_, _>>()?,
        })
    }
}

/// Two controls that set the same header on the same host would undo each other.
fn contradictions(orders: &[Order]) -> Vec<TenantFault> {
    let mut found = Vec::new();
    for (at, order) in orders.iter().enumerate() {
        for other in orders.iter().skip(at + 1) {
            let name = order.names.iter().any(|name| other.names.contains(name));
            let host = order.hosts.iter().any(|host| other.hosts.contains(host));
            if name && host {
                found.push(TenantFault {
                    control: other.control.clone(),
                    message: format!("it sets a header that `{}` sets on the same host", order.control),
                    remedy: "leave one of them out".to_owned(),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use catalog::{Catalog, TenantGiven};
    use http::HeaderMap;
    use model::AccountKind;

    use super::{Restricted, Tenants};

    const OURS: &str = "550e8400-e29b-41d4-a716-446655440000";
    const THEIRS: &str = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

    fn one(value: &str) -> TenantGiven {
        TenantGiven::One(value.to_owned())
    }

    fn tenants(given: &[(&str, TenantGiven)]) -> Result<Tenants, String> {
        let given: BTreeMap<_, _> =
            given.iter().map(|(id, given)| ((*id).to_owned(), given.clone())).collect();
        Tenants::new(&Catalog::builtin().unwrap(), &given).map_err(|error| error.to_string())
    }

    #[test]
    fn exactly_one_is_set_on_the_named_hosts_only() {
        let tenants = tenants(&[("chatgpt", one(OURS)), ("anthropic", one(OURS))]).unwrap();
        for (host, header, expected) in [
            ("chatgpt.com", "chatgpt-allowed-workspace-id", Some(OURS)),
            ("ab.ChatGPT.com", "chatgpt-allowed-workspace-id", Some(OURS)),
            ("api.anthropic.com", "anthropic-allowed-org-ids", Some(OURS)),
            ("evilchatgpt.com", "chatgpt-allowed-workspace-id", None),
            ("chatgpt.com.example", "chatgpt-allowed-workspace-id", None),
            ("claude.ai", "chatgpt-allowed-workspace-id", None),
            ("", "chatgpt-allowed-workspace-id", None),
        ] {
            let mut headers = HeaderMap::new();
            let done = tenants.restrict(host, &mut headers);
            assert_eq!(headers.get(header).map(|value| value.to_str().unwrap()), expected, "{host}");
            assert_eq!(done == Restricted::Set, !headers.is_empty(), "{host}");
        }
        let mut headers = HeaderMap::new();
        for name in ["anthropic-allowed-org-ids", "anthropic-allowed-org-ids", "anthropic-allowed-org-ids7"] {
            headers.append(name, THEIRS.parse().unwrap());
        }
        tenants.restrict("claude.ai", &mut headers);
        let left: Vec<_> =
            headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        assert_eq!(left, [("anthropic-allowed-org-ids", OURS)]);
        assert_eq!(tenants.holding("claude.ai", &headers), ["anthropic"]);
        assert_eq!(tenants.holding("poe.com", &headers), [""; 0]);
    }

    #[test]
    fn ids_tell_whose_account_it_is() {
        let tenants = tenants(&[("chatgpt", one(OURS)), ("anthropic", one(OURS))]).unwrap();
        let account = |host: &str, path: &str, id: Option<&str>| {
            let mut headers = HeaderMap::new();
            id.into_iter().for_each(|id| drop(headers.insert("chatgpt-account-id", id.parse().unwrap())));
            tenants.account_by_id(host, path, &headers)
        };
        let upper = OURS.to_uppercase();
        for (host, path, id, expected) in [
            ("chatgpt.com", "/", Some(upper.as_str()), Some(AccountKind::Corporate)),
            ("chatgpt.com", "/", Some(THEIRS), Some(AccountKind::Personal)),
            ("chatgpt.com", "/", None, None),
            ("claude.ai", &format!("/api/organizations/{OURS}/chats"), None, Some(AccountKind::Corporate)),
            ("claude.ai", &format!("/api/organizations/{THEIRS}"), None, Some(AccountKind::Personal)),
            ("claude.ai", "/login", None, None),
            ("poe.com", "/", Some(OURS), None),
        ] {
            assert_eq!(account(host, path, id), expected, "{host}{path}");
        }
        assert_eq!(tenants.account_by_control("chatgpt.com"), Some(AccountKind::Corporate));
        assert_eq!(tenants.account_by_control("poe.com"), None);
    }

    #[test]
    fn mistakes_come_all_at_once() {
        let given = [
            ("openai", one("org-1")),
            ("gemini_code_assist", TenantGiven::Many(Vec::new())),
            ("microsoft_personal", one("restrict-msa")),
            ("microsoft", one(&format!("{OURS}:{THEIRS}"))),
        ];
        let error = tenants(&given).unwrap_err();
        for expected in [
            "`tenants.openai`: there is no such control: use one of anthropic, chatgpt,",
            "`tenants.gemini_code_assist`: it is empty",
            "`tenants.microsoft_personal`: it sets a header that `microsoft` sets on the same host: leave one of them out",
        ] {
            assert!(error.contains(expected), "{error}");
        }
        assert!(Tenants::default().orders.is_empty());
    }
}
