use std::sync::Arc;

use catalog::{Catalog, Match, Role};
use governance::{
    found_host::FoundHost,
    tool_review::{Listing, ToolReview},
};
use model::{ToolCategory, ToolId};
use store::{Kept, QueryError, Store, Which};

/// The catalogue with the tools that people listed and that it does not know itself, so that rules hold for them; nothing
/// if there are none. A tool of which nobody knows the host cannot be told from other traffic and stays out.
pub(crate) async fn with_listed(
    store: &Store,
    catalog: &Arc<Catalog>,
) -> Result<Option<Arc<Catalog>>, QueryError> {
    let mut extended: Option<Catalog> = None;
    for (tool, listing) in listed(store).await? {
        let current = extended.as_ref().unwrap_or(catalog);
        let Some(host) = &listing.host else { continue };
        if current.tool(tool.as_str()).is_some() || current.lookup(host).is_some_and(uses) {
            continue;
        }
        match current.clone().with_local("listed tools", &entry(&tool, &listing, host)) {
            Ok(with) => extended = Some(with),
            Err(error) => tracing::error!(%tool, cause = %error, "the tool is not listed"),
        }
    }
    Ok(extended.map(Arc::new))
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
    let name: String = listing.name.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\')).collect();
    format!(
        "[[tool]]\nid = \"{tool}\"\nname = \"{name}\"\nvendor = \"\"\ncategory = \"{category}\"\n\
         hosts = [{{ name = \"{host}\", role = \"app\" }}]\n"
    )
}
