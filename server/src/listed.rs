use std::{fmt::Write, net::IpAddr, sync::Arc};

use catalog::{Catalog, Match, Role};
use governance::{
    found_host::FoundHost,
    in_house::{InHouseEntry, InHouseModel, InHouseStage},
    tool_review::{Listing, ToolReview},
};
use model::{ToolCategory, ToolId};
use store::{Kept, QueryError, Store, Which};

/// What the file is called in errors.
const FILE: &str = "listed tools";

/// The catalogue with the tools that people listed and that it does not know itself, so that rules hold for them; nothing
/// if it has just these already. A tool of which nobody knows the host cannot be told from other traffic and stays out.
pub(crate) async fn with_listed(
    store: &Store,
    catalog: &Arc<Catalog>,
) -> Result<Option<Arc<Catalog>>, QueryError> {
    let base = catalog.base();
    let mut text = String::new();
    for model in in_house(store).await? {
        add(&base, &mut text, &model.tool, &model_entry(&model.tool, &model.entry));
    }
    for (tool, listing) in listed(store).await? {
        let Some(host) = &listing.host else { continue };
        if base.tool(tool.as_str()).is_none() && !base.lookup(host).is_some_and(uses) {
            add(&base, &mut text, &tool, &entry(&tool, &listing, host));
        }
    }
    if text == catalog.over() {
        return Ok(None);
    }
    match Catalog::laid_over(&base, FILE, &text) {
        Ok(with) => Ok(Some(Arc::new(with))),
        Err(error) => {
            tracing::error!(cause = %error, "the listed tools do not fit together; none of them counts");
            Ok(Some(base))
        }
    }
}

/// Adds an entry that holds beside those before it.
fn add(base: &Arc<Catalog>, text: &mut String, tool: &ToolId, entry: &str) {
    // Two lists may name the same tool: the first counts.
    if text.contains(&format!("id = \"{tool}\"\n")) {
        return;
    }
    match Catalog::laid_over(base, FILE, &format!("{text}{entry}")) {
        Ok(_) => text.push_str(entry),
        Err(error) => tracing::error!(%tool, cause = %error, "the tool is not listed"),
    }
}

async fn in_house(store: &Store) -> Result<Vec<InHouseModel>, QueryError> {
    let registered = Some(InHouseStage::Registered.as_str().to_owned());
    let models = store.all_kept::<InHouseModel>(&Which { state: registered, ..Which::default() }).await?;
    Ok(models.into_iter().map(|kept| kept.it).collect())
}

/// What reviews decided about, and what was found in use and listed.
async fn listed(store: &Store) -> Result<Vec<(ToolId, Listing)>, QueryError> {
    let decided = Which { state: Some("decided".to_owned()), ..Which::default() };
    let reviews = store.all_kept::<ToolReview>(&decided).await?.into_iter();
    let reviewed = reviews.filter_map(|Kept { it: review, .. }| Some((review.tool, review.listing?)));
    let found = store.all_kept::<FoundHost>(&Which::default()).await?;
    let found = found.iter().filter_map(|host| host.it.stage.listing());
    Ok(reviewed.chain(found.map(|(tool, listing)| (tool.clone(), listing.clone()))).collect())
}

/// Whether the catalogue itself tells what the host is; one that serves other things too may still be listed.
fn uses(found: Match<'_>) -> bool {
    found.host.role != Role::Shared
}

/// A catalogue entry; the reader of catalogues checks it. Names and hosts were checked when they were asked for, and are
/// written as TOML strings, which Rust's way of quoting is for text without control characters.
fn entry(tool: &ToolId, listing: &Listing, host: &str) -> String {
    let category = listing.category.unwrap_or(ToolCategory::Unknown).as_str();
    format!(
        "[[tool]]\nid = \"{tool}\"\nname = \"{}\"\nvendor = \"\"\ncategory = \"{category}\"\n\
         hosts = [{{ name = \"{host}\", role = \"app\" }}]\n",
        plain(&listing.name)
    )
}

/// The entry of a model that the organisation runs itself.
pub(crate) fn model_entry(tool: &ToolId, model: &InHouseEntry) -> String {
    let (addresses, names): (Vec<&String>, Vec<&String>) =
        model.hosts.iter().partition(|host| host.parse::<IpAddr>().is_ok());
    let hosts: Vec<String> =
        names.iter().map(|host| format!("{{ name = \"{host}\", role = \"api\" }}")).collect();
    let networks: Vec<String> = addresses
        .iter()
        .map(|address| format!("\"{address}/{}\"", if address.contains(':') { 128 } else { 32 }))
        .collect();
    let mut entry = format!(
        "[[tool]]\nid = \"{tool}\"\nname = \"{}\"\nvendor = \"in-house\"\ncategory = \"{}\"\nhosts = [{}]\nnetworks = [{}]\n",
        plain(&model.name),
        model.category.as_str(),
        hosts.join(", "),
        networks.join(", ")
    );
    if let Some(wire) = model.shape.wire().filter(|_| !names.is_empty()) {
        // Writing to a string cannot fail.
        let _ = writeln!(entry, "speaks = [{{ wire = \"{wire}\" }}]");
    }
    entry
}

/// A name without what TOML would not take in quotes.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\')).collect()
}
