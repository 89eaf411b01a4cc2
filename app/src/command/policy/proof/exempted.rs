use std::{collections::BTreeMap, path::Path};

use anyhow::Result;
use model::ClauseId;
use serde_json::{Value, json};
use store::{Beneficiary, Exception, Store};

use crate::{
    command::{policy::count, serve::block_on},
    config::Config,
    runtime,
};

/// The exceptions in force in the store of the configuration: what is proved of a policy holds but for them. None before
/// Bylaw first ran with it.
pub(super) fn in_force(config: &Path) -> Result<Vec<Exception>> {
    let config = Config::read(config)?;
    let made = config.store_url.strip_prefix("sqlite://").is_none_or(|path| Path::new(path).exists());
    if !made {
        return Ok(Vec::new());
    }
    block_on(async {
        let store = Store::open(&config.store_url).await?;
        let now = runtime::now();
        let open = store.open_exceptions(now).await;
        store.close().await;
        Ok(open?.into_iter().filter(|exception| exception.is_in_force(now)).collect())
    })
}

/// How many there are, by clause.
pub(super) fn told(exceptions: &[Exception]) -> String {
    let mut clauses = BTreeMap::<&ClauseId, usize>::new();
    for exception in exceptions {
        *clauses.entry(&exception.clause).or_default() += 1;
    }
    let clauses: Vec<String> = clauses.iter().map(|(clause, count)| format!("{clause} {count}")).collect();
    match exceptions.len() {
        0 => "no exception is in force".to_owned(),
        number => format!("but for {} in force: {}", count(number, "exception"), clauses.join(", ")),
    }
}

/// What a program is told of one; not whose it is.
pub(super) fn as_json(exception: &Exception) -> Value {
    let group = match &exception.beneficiary {
        Beneficiary::Person(_) => None,
        Beneficiary::Group(group) => Some(group),
    };
    json!({
        "id": exception.id, "clause": exception.clause, "tool": exception.tool, "labels": exception.labels,
        "group": group, "until": exception.until,
    })
}
