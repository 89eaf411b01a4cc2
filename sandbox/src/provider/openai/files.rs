use std::sync::PoisonError;

use http::StatusCode;
use serde_json::{Value, json};

use super::{error, refuse, seconds};
use crate::{
    form,
    provider::{Memory, Request},
    reply::Reply,
};

const REMEMBERED: usize = 100;

/// `POST /v1/files`.
pub(super) fn add(request: &Request, memory: &Memory) -> Reply {
    let Some(parts) = form::parts(request.header("content-type"), &request.body) else {
        return error(StatusCode::BAD_REQUEST, "Could not parse multipart form", Value::Null);
    };
    let Some(purpose) = parts.iter().find(|part| part.name == "purpose") else {
        return refuse("'purpose' is a required property", "purpose");
    };
    let Some(file) = parts.iter().find(|part| part.name == "file") else {
        return refuse("'file' is a required property", "file");
    };
    let object = json!({
        "id": memory.id("file-"), "object": "file", "bytes": file.content.len(), "created_at": seconds(),
        "filename": file.file, "purpose": String::from_utf8_lossy(purpose.content), "status": "processed",
        "status_details": null, "expires_at": null,
    });
    let mut files = memory.files.lock().unwrap_or_else(PoisonError::into_inner);
    files.push_back(object.clone());
    if files.len() > REMEMBERED {
        files.pop_front();
    }
    Reply::ok(object)
}

/// `GET /v1/files`: the latest ones.
pub(super) fn list(memory: &Memory) -> Reply {
    let files = memory.files.lock().unwrap_or_else(PoisonError::into_inner);
    let id = |file: Option<&Value>| file.and_then(|file| file.get("id")).cloned();
    let (first, last) = (id(files.front()), id(files.back()));
    Reply::ok(json!({
        "object": "list", "data": files.iter().collect::<Vec<_>>(), "first_id": first, "last_id": last,
        "has_more": false,
    }))
}
