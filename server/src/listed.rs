use std::sync::Arc;

use catalog::Catalog;
use governance::tool_review::{Listing, ToolReview};
use model::ToolId;
use store::{Kept, QueryError, Store, Which};

/// The catalogue with the tools that reviews decided about and that it does not list itself, so that rules hold for them;
/// nothing if there are none. A tool of which nobody knows the host cannot be told from other traffic and stays out.
pub(crate) async fn with_reviewed(
    store: &Store,
    catalog: &Arc<Catalog>,
) -> Result<Option<Arc<Catalog>>, QueryError> {
    let decided = Which { state: Some("decided".to_owned()), ..Which::default() };
    let reviews = store.all_kept::<ToolReview>(&decided).await?;
    let mut extended: Option<Catalog> = None;
    for Kept { it: review, .. } in reviews {
        let current = extended.as_ref().unwrap_or(catalog);
        let Some((listing, host)) =
            review.listing.as_ref().and_then(|listing| listing.host.as_ref().map(|host| (listing, host)))
        else {
            continue;
        };
        if current.tool(review.tool.as_str()).is_some() || current.lookup(host).is_some() {
            continue;
        }
        match current.clone().with_local("reviewed tools", &entry(&review.tool, listing, host)) {
            Ok(with) => extended = Some(with),
            Err(error) => {
                tracing::error!(tool = %review.tool, cause = %error, "the reviewed tool is not listed")
            }
        }
    }
    Ok(extended.map(Arc::new))
}

/// A catalogue entry; the reader of catalogues checks it. Names and hosts were checked when they were asked for, and are
/// written as TOML strings, which Rust's way of quoting is for text without control characters.
fn entry(tool: &ToolId, listing: &Listing, host: &str) -> String {
    let name: String = listing.name.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\')).collect();
    format!(
        "[[tool]]\nid = \"{tool}\"\nname = \"{name}\"\nvendor = \"\"\ncategory = \"unknown\"\n\
         hosts = [{{ name = \"{host}\", role = \"app\" }}]\n"
    )
}
