use serde::Deserialize;

/// Form of a header's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantForm {
    /// UUIDs joined by commas.
    Uuids,
    /// One UUID.
    Uuid,
    /// Two UUIDs joined by a colon: tenant and policy.
    UuidPair,
    /// `org-…` joined by commas.
    OpenaiOrganizations,
    /// Domains joined by commas.
    Domains,
    /// Domains, `consumer_accounts` and `visitor_accounts`, joined by commas.
    GoogleDomains,
    /// Domains or UUIDs joined by commas.
    Tenants,
    /// One id or slug: letters, digits and dashes.
    Slug,
    /// One id of a Slack workspace or organisation.
    SlackId,
    /// Such ids joined by commas.
    SlackIds,
    /// One value without spaces and commas.
    Token,
    /// Such values joined by commas.
    Tokens,
    /// The word `restrict-msa`.
    RestrictMsa,
}

impl TenantForm {
    /// What to write, for whoever configures it.
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Uuids => "give UUIDs, as `[\"550e8400-e29b-41d4-a716-446655440000\"]`",
            Self::Uuid => "give one UUID, as `\"550e8400-e29b-41d4-a716-446655440000\"`",
            Self::UuidPair => "give tenant and policy, as `\"<tenant uuid>:<policy uuid>\"`",
            Self::OpenaiOrganizations => "give organisation ids, as `[\"org-AbC123\"]`",
            Self::Domains => "give domains, as `[\"example.com\"]`",
            Self::GoogleDomains => {
                "give domains, as `[\"example.com\"]`; `consumer_accounts` and `visitor_accounts` may be among them"
            }
            Self::Tenants => "give domains or tenant UUIDs, as `[\"example.com\"]`",
            Self::Slug => "give one enterprise, as `\"example-corp\"`",
            Self::SlackId => "give one id, as `\"T0123ABCD\"`",
            Self::SlackIds => "give ids, as `[\"T0123ABCD\", \"E0123ABCD\"]`",
            Self::Token => "give one value without spaces and commas",
            Self::Tokens => "give values without spaces and commas, as `[\"a\", \"b\"]`",
            Self::RestrictMsa => "give `\"restrict-msa\"`",
        }
    }

    pub(super) const fn is_list(self) -> bool {
        match self {
            Self::Uuids
            | Self::OpenaiOrganizations
            | Self::Domains
            | Self::GoogleDomains
            | Self::Tenants
            | Self::SlackIds
            | Self::Tokens => true,
            Self::Uuid | Self::UuidPair | Self::Slug | Self::SlackId | Self::Token | Self::RestrictMsa => {
                false
            }
        }
    }

    pub(super) fn holds(self, value: &str) -> bool {
        match self {
            Self::Uuids | Self::Uuid => is_uuid(value),
            Self::UuidPair => {
                value.split_once(':').is_some_and(|(tenant, policy)| is_uuid(tenant) && is_uuid(policy))
            }
            Self::OpenaiOrganizations => value.strip_prefix("org-").is_some_and(is_word),
            Self::Domains => is_domain(value),
            Self::GoogleDomains => {
                matches!(value, "consumer_accounts" | "visitor_accounts") || is_domain(value)
            }
            Self::Tenants => is_uuid(value) || is_domain(value),
            Self::Slug => is_word(value),
            Self::SlackId | Self::SlackIds => {
                value.starts_with(['T', 'E'])
                    && value.len() > 4
                    && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            }
            Self::Token | Self::Tokens => {
                !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b',')
            }
            Self::RestrictMsa => value == "restrict-msa",
        }
    }
}

/// RFC 9562 §4, hyphenated.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == 5
        && parts.iter().zip([8, 4, 4, 4, 12]).all(|(part, length)| part.len() == length)
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn is_domain(text: &str) -> bool {
    text.contains('.')
        && !text.contains('*')
        && crate::name::fault(text).is_none()
        && text.parse::<std::net::IpAddr>().is_err()
}
