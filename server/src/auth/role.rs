use serde::{Deserialize, Serialize};
use store::Role;

/// How the API writes a [`Role`].
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
#[serde(remote = "Role", rename_all = "snake_case")]
#[schema(as = Role)]
pub(crate) enum RoleWord {
    /// Runs Bylaw: accounts, exceptions, everything but writing history.
    Administrator,
    /// Looks into exchanges and decides about tools.
    Analyst,
    /// Writes and publishes the policy.
    PolicyAuthor,
    /// Sees everything that is not personal, changes nothing.
    Auditor,
    /// Reads the policy, tries prompts against it, gives reasons.
    Employee,
    /// A system that pushes its logs, and does nothing else.
    Sensor,
}

/// What `role` may do.
pub fn permissions(role: Role) -> impl Iterator<Item = Permission> {
    Permission::ALL.iter().copied().filter(move |permission| permission.roles().contains(&role))
}

/// What a [`super::May`] is about: one type for each permission, in [`to`].
pub(crate) trait Permitted: Send + Sync + 'static {
    /// The permission as a value.
    const PERMISSION: Permission;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident $word:literal: $($role:ident)+;)+) => {
        /// Something that an account may be allowed to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Permission {
            $($(#[$doc])* $name,)+
        }

        impl Permission {
            /// Every permission.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The word used in the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// The roles that have it.
            pub const fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => &[$(Role::$role,)+],)+ }
            }
        }

        /// The permissions as types, to be read as in `May<to::ReadOverview>`.
        pub(crate) mod to {
            $(
                $(#[$doc])*
                #[derive(Debug)]
                pub(crate) enum $name {}

                impl super::Permitted for $name {
                    const PERMISSION: super::Permission = super::Permission::$name;
                }
            )+
        }
    };
}

permissions! {
    /// See counts and trends, without names.
    ReadOverview "read_overview": Administrator Analyst PolicyAuthor Auditor;
    /// See exchanges, without names.
    ReadExchanges "read_exchanges": Administrator Analyst Auditor;
    /// See who is behind a pseudonym; each time is recorded.
    RevealPeople "reveal_people": Administrator;
    /// See the tools and what was decided about them.
    ReadTools "read_tools": Administrator Analyst PolicyAuthor Auditor Employee;
    /// Decide about a tool.
    DecideTools "decide_tools": Administrator Analyst;
    /// Read the policy as employees do.
    ReadPolicy "read_policy": Administrator Analyst PolicyAuthor Auditor Employee;
    /// Read the policy's source and have drafts checked.
    WritePolicy "write_policy": Administrator PolicyAuthor;
    /// Put a policy into force.
    PublishPolicy "publish_policy": Administrator PolicyAuthor;
    /// Review drafts of the policy; accounts that speak for a function, authors and auditors see them.
    ReviewPolicy "review_policy": Administrator Analyst PolicyAuthor Auditor Employee;
    /// Ask what the policy says of a text.
    Check "check": Administrator Analyst PolicyAuthor Auditor Employee;
    /// Ask it as if somebody else sent the text.
    CheckAsPerson "check_as_person": Administrator Analyst PolicyAuthor;
    /// See the people of the directory.
    ReadPeople "read_people": Administrator;
    /// Push lines of logs for the sensor to read.
    PushLines "push_lines": Administrator Sensor;
    /// Add and remove accounts.
    ManageUsers "manage_users": Administrator;
    /// See, grant and end exceptions.
    ManageExceptions "manage_exceptions": Administrator;
    /// Read the audit log, verify it, make evidence packs of it.
    ReadAudit "read_audit": Administrator Auditor;
    /// See what shows that clauses hold, and what is not inspected.
    ReadEvidence "read_evidence": Administrator Analyst PolicyAuthor Auditor;
    /// Send canaries, look into those that fail.
    RunCanaries "run_canaries": Administrator Analyst PolicyAuthor;
    /// Ask for, agree to and fetch what exchanges held, where that was captured; it takes two.
    RevealEvidence "reveal_evidence": Administrator Auditor;
    /// See, export and erase what is kept about a person.
    ManagePrivacy "manage_privacy": Administrator;
    /// Have API tokens of one's own.
    UseTokens "use_tokens": Administrator Analyst PolicyAuthor Auditor;
    /// Ask for tools and exceptions, declare what was made with AI.
    MakeRequests "make_requests": Administrator Analyst PolicyAuthor Auditor Employee;
    /// Work on reviews of tools, with their evidence; accounts that speak for a function, administrators, analysts and
    /// auditors do.
    ReviewTools "review_tools": Administrator Analyst PolicyAuthor Auditor Employee;
    /// See which exceptions people ask for, with names; the same accounts do. Only functions decide.
    DecideExceptions "decide_exceptions": Administrator Analyst PolicyAuthor Auditor Employee;
    /// See and review what was made with AI, with names; the same accounts do.
    ReviewAssets "review_assets": Administrator Analyst PolicyAuthor Auditor Employee;
    /// Report a suspected violation or a risky tool.
    Report "report": Administrator Analyst PolicyAuthor Auditor Employee;
    /// Read, answer and erase reports.
    HandleReports "handle_reports": Administrator Analyst;
    /// See incidents, how they came about, and what was said to be benign, without names.
    ReadIncidents "read_incidents": Administrator Analyst Auditor;
    /// Work on incidents: take, close, merge, let something follow, say what is benign.
    HandleIncidents "handle_incidents": Administrator Analyst;
    /// Say how many deviations a week are to be raised.
    SetBudget "set_budget": Administrator;
    /// Give the reason for one's own exchange.
    Justify "justify": Administrator Analyst PolicyAuthor Auditor Employee;
    /// Read the program's own figures.
    ReadMetrics "read_metrics": Administrator Analyst Auditor;
    /// Read, accept and learn what the policy asks of oneself, and appeal against what follows.
    TakePart "take_part": Administrator Analyst PolicyAuthor Auditor Employee;
    /// See how people stand with policy, training and ladder, without names.
    ReadStanding "read_standing": Administrator Auditor;
    /// Run campaigns, assign training, record what was learned elsewhere.
    ManageTraining "manage_training": Administrator;
    /// Decide what follows violations, and on appeals.
    DecideCases "decide_cases": Administrator;
    /// Be signed in, see one's own session, end it, change one's own password.
    HoldSession "hold_session": Administrator Analyst PolicyAuthor Auditor Employee;
}
