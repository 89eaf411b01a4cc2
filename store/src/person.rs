use governance::{Act, audit::PAYLOADS_ERASED, erasure::Erased};
use model::{PersonId, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Audited, Beneficiary, Capture, Concealed, Exception, HostSighting, Justification, PAGE_LIMIT, QueryError,
    RecordRow, Store, captures,
    entity::{concealment, exception, host_sighting, justification, lifecycle, record, record_label},
    error::Doing,
    filter::ExchangeFilter,
};

const READ: &str = "read what is kept about a person";
const ERASE: &str = "erase what is kept about a person";
const EXPIRED: &str = "find the records that are kept no longer";
/// Records and payloads that are handled at once.
const AT_ONCE: u64 = 1_000;

/// Everything that is kept about a person.
#[derive(Clone, Debug, Default)]
pub struct AboutPerson {
    /// Records of exchanges, newest first.
    pub records: Vec<RecordRow>,
    /// Reasons that the person gave.
    pub justifications: Vec<Justification>,
    /// What exchanges of the person held, sealed.
    pub captures: Vec<Capture>,
    /// Exceptions granted to the person.
    pub exceptions: Vec<Exception>,
    /// Workflows that concern the person: kind, state, and what is kept.
    pub workflows: Vec<(String, String, Value)>,
    /// Hosts the person used that no tool has, but that look like one.
    pub sightings: Vec<HostSighting>,
    /// Where the person's client kept names of hosts from being seen.
    pub concealed: Vec<Concealed>,
    /// Entries of the audit log whose payload names the person or an account of theirs.
    pub audit: Vec<Audited>,
}

impl Store {
    /// Everything that is kept about `person`, who signs in with `accounts`.
    pub async fn about(&self, person: &PersonId, accounts: &[String]) -> Result<AboutPerson, QueryError> {
        let mut about = AboutPerson {
            captures: self.captures_of(person).await?,
            exceptions: self.exceptions_of(person).await?,
            sightings: self.sightings_of(person).await?,
            concealed: self.concealments_of(person).await?,
            audit: self.audit_naming(person, accounts).await?,
            ..AboutPerson::default()
        };
        let filter = ExchangeFilter { persons: vec![person.clone()], ..ExchangeFilter::default() };
        let mut cursor = None;
        loop {
            let page = self.exchanges(&filter, cursor, PAGE_LIMIT).await?;
            about.records.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        for row in &about.records {
            about.justifications.extend(self.justification(row.record.exchange.id).await?);
        }
        let rows = lifecycle::Entity::find()
            .filter(lifecycle::Column::Person.eq(person.as_str()))
            .order_by_asc(lifecycle::Column::CreatedAt)
            .all(self.read());
        for row in rows.await.doing(READ)? {
            let body = serde_json::from_str(&row.body).unwrap_or(Value::Null);
            about.workflows.push((row.kind, row.state, body));
        }
        Ok(about)
    }

    /// Erases everything that is kept about `person`, who signs in with `accounts`. What is kept of the audit log and of
    /// record batches still verifies. Accounts and the directory are not changed.
    pub async fn erase_person(
        &self,
        person: &PersonId,
        accounts: &[String],
        by: &str,
        now: Timestamp,
    ) -> Result<Erased, QueryError> {
        let transaction = self.begin().await.doing(ERASE)?;
        let captures = captures::remove_of(&transaction, person).await.doing(ERASE)?;
        transaction.commit().await.doing(ERASE)?;
        let mut erased = Erased { captures, ..Erased::default() };
        loop {
            let ids = self.records_of(person).await?;
            if ids.is_empty() {
                break;
            }
            erased.records += self.remove_records(&ids, by, json!({ "why": "erasure" }), now).await?;
        }
        let transaction = self.begin().await.doing(ERASE)?;
        let workflows = lifecycle::Entity::delete_many();
        erased.workflows = workflows
            .filter(lifecycle::Column::Person.eq(person.as_str()))
            .exec(&transaction)
            .await
            .doing(ERASE)?
            .rows_affected;
        let exceptions = exception::Entity::delete_many();
        erased.exceptions = exceptions
            .filter(exception::Column::BeneficiaryKind.eq("person"))
            .filter(exception::Column::Beneficiary.eq(person.as_str()))
            .exec(&transaction)
            .await
            .doing(ERASE)?
            .rows_affected;
        let sightings = host_sighting::Entity::delete_many();
        erased.sightings = sightings
            .filter(host_sighting::Column::Person.eq(person.as_str()))
            .exec(&transaction)
            .await
            .doing(ERASE)?
            .rows_affected;
        let concealed = concealment::Entity::delete_many();
        erased.concealed = concealed
            .filter(concealment::Column::Person.eq(person.as_str()))
            .exec(&transaction)
            .await
            .doing(ERASE)?
            .rows_affected;
        let reasons = justification::Entity::delete_many();
        reasons
            .filter(justification::Column::Person.eq(person.as_str()))
            .exec(&transaction)
            .await
            .doing(ERASE)?;
        let subject = format!("{} workflows, {} exceptions", erased.workflows, erased.exceptions);
        let act = Act::new("data_subject.erased", subject, by);
        crate::audit::append(&transaction, &[act], now, self.log_key()).await.doing(ERASE)?;
        transaction.commit().await.doing(ERASE)?;
        let named: Vec<u64> = self
            .audit_naming(person, accounts)
            .await?
            .iter()
            .filter(|audited| audited.entry.what != PAYLOADS_ERASED)
            .map(|audited| audited.entry.sequence)
            .collect();
        for some in named.chunks(AT_ONCE as usize) {
            erased.payloads += self.erase_payloads(some, by, now).await?;
        }
        Ok(erased)
    }

    /// Records that are kept no longer: from before `before`, with `label` or all; at most 1,000.
    pub async fn expired(
        &self,
        label: Option<&model::Label>,
        before: Timestamp,
    ) -> Result<Vec<Uuid>, QueryError> {
        let before = before.as_millis();
        let found = match label {
            Some(label) => {
                record_label::Entity::find()
                    .select_only()
                    .column(record_label::Column::RecordId)
                    .filter(record_label::Column::Label.eq(label.as_str()))
                    .filter(record_label::Column::At.lt(before))
                    .limit(AT_ONCE)
                    .into_tuple()
                    .all(self.read())
                    .await
            }
            None => {
                record::Entity::find()
                    .select_only()
                    .column(record::Column::Id)
                    .filter(record::Column::At.lt(before))
                    .limit(AT_ONCE)
                    .into_tuple()
                    .all(self.read())
                    .await
            }
        };
        found.doing(EXPIRED)
    }

    async fn records_of(&self, person: &PersonId) -> Result<Vec<Uuid>, QueryError> {
        let found = record::Entity::find()
            .select_only()
            .column(record::Column::Id)
            .filter(record::Column::Person.eq(person.as_str()))
            .limit(AT_ONCE)
            .into_tuple()
            .all(self.write());
        found.await.doing(READ)
    }

    async fn exceptions_of(&self, person: &PersonId) -> Result<Vec<Exception>, QueryError> {
        let all = self.exceptions().await?.into_iter();
        let theirs = |exception: &Exception| matches!(&exception.beneficiary, Beneficiary::Person(who) if who == person);
        Ok(all.filter(theirs).collect())
    }

    /// Entries whose payload holds the person's id, or the name of one of the accounts, as a whole text.
    async fn audit_naming(&self, person: &PersonId, accounts: &[String]) -> Result<Vec<Audited>, QueryError> {
        let names: Vec<&str> = accounts.iter().map(String::as_str).chain([person.as_str()]).collect();
        let (mut named, mut from) = (Vec::new(), 0);
        loop {
            let page = self.audit(from, u32::try_from(AT_ONCE).unwrap_or(u32::MAX)).await?;
            let Some(last) = page.last() else { break };
            from = last.entry.sequence + 1;
            named.extend(page.into_iter().filter(|audited| names_one(audited, &names)));
        }
        Ok(named)
    }
}

fn names_one(audited: &Audited, names: &[&str]) -> bool {
    let Some((by, detail)) = audited.payload.as_ref().and_then(governance::Payload::told) else {
        return false;
    };
    names.contains(&by.as_str()) || holds(&detail, names)
}

/// Whether one of the names is among the texts of a JSON value.
fn holds(value: &Value, names: &[&str]) -> bool {
    match value {
        Value::String(text) => names.contains(&text.as_str()),
        Value::Array(items) => items.iter().any(|item| holds(item, names)),
        Value::Object(fields) => fields.values().any(|field| holds(field, names)),
        _ => false,
    }
}
