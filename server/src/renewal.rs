use std::{collections::HashSet, time::Duration};

use governance::tool_review::{Cause, ToolReview, contradiction, expires_soon};
use model::Timestamp;
use store::{Change, Kept, Which};
use tokio::time;

use crate::{
    api::tool_reviews,
    app::{App, Data},
    web::problem::Problem,
};

/// How often it is looked whether a tool is due for another look.
const LOOK: Duration = Duration::from_secs(5);
/// What was sent to decided tools is compared with their decisions this often; it means counting records.
const COMPARE: Duration = Duration::from_secs(10 * 60);

/// Opens the reviews that are due, again and again until the server stops. Nodes that do it at once open one.
pub(crate) async fn follow(app: App) {
    let (data, stop) = (app.for_tasks(), app.stopping());
    let mut ticks = time::interval(LOOK);
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    let (mut compared, mut seen): (Option<Timestamp>, Option<u64>) = (None, None);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        let now = app.now();
        let compare = compared.is_none_or(|at| at.plus(COMPARE) <= now);
        match look(data, now, compare, seen).await {
            Ok(size) => {
                seen = Some(size);
                compared = if compare { Some(now) } else { compared };
            }
            // The problem says what failed and was logged with its cause where it is the store's.
            Err(problem) => tracing::warn!(?problem, "reviews that are due were not opened; trying again"),
        }
    }
}

/// Looks whether something is due where something was done since the audit log had `seen` entries, or it is time to compare;
/// the log's length.
async fn look(data: &Data, now: Timestamp, compare: bool, seen: Option<u64>) -> Result<u64, Problem> {
    let size = data.store.audit_size().await?;
    if compare || seen != Some(size) {
        open_due(data, now, compare).await?;
    }
    Ok(size)
}

async fn open_due(data: &Data, now: Timestamp, compare: bool) -> Result<(), Problem> {
    let all = data.store.all_kept::<ToolReview>(&Which::default()).await?;
    let mut seen = HashSet::new();
    // The latest come first: earlier decisions about a tool no longer count.
    for review in all {
        let Some(decision) = review.it.decided() else {
            if review.it.is_open() {
                seen.insert(review.it.tool.clone());
            }
            continue;
        };
        if !seen.insert(review.it.tool.clone()) {
            continue;
        }
        let mut cause = expires_soon(decision, now);
        if cause.is_none() && compare {
            let sent = data.store.labels_sent(&review.it.tool, review.changed_at).await?;
            cause = contradiction(decision, &sent);
        }
        if let Some(cause) = cause {
            open(data, &review, cause, now).await?;
        }
    }
    Ok(())
}

async fn open(data: &Data, review: &Kept<ToolReview>, cause: Cause, now: Timestamp) -> Result<(), Problem> {
    let act = governance::Act::new("tool_review.due", review.id, "bylaw")
        .with(serde_json::json!({ "tool": review.it.tool, "cause": cause }));
    let again = review.it.again(review.id, cause);
    tool_reviews::reopen(data, review, &again, Change::new(act), now).await.map(drop)
}
