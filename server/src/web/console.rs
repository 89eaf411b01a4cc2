use axum::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

/// The built console. The folder may be missing: then the program builds, and `/` says how to build the console.
#[derive(RustEmbed)]
#[folder = "../console/dist"]
#[allow_missing = true]
struct Files;

const ENTRY: &str = "index.html";

const NOT_BUILT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Bylaw</title>\
    <body><h1>The console is not built</h1>\
    <p>This program was built without it. Run <code>npm ci &amp;&amp; npm run build</code> in the folder \
    <code>console</code>, then build again. The API works: see <a href=/api/v1/openapi.json>its description</a>.";

/// Serves the console's files. Paths that name no file are the console's own pages, so they get its entry.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = Files::get(path) {
        return answer(path, &file, &headers);
    }
    if looks_like_a_file(path) {
        return (StatusCode::NOT_FOUND, "no such file\n").into_response();
    }
    match Files::get(ENTRY) {
        Some(file) => answer(ENTRY, &file, &headers),
        None => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], NOT_BUILT).into_response(),
    }
}

fn looks_like_a_file(path: &str) -> bool {
    const KINDS: [&str; 10] = ["css", "html", "ico", "js", "json", "map", "png", "svg", "txt", "woff2"];
    path.starts_with("assets/") || path.rsplit_once('.').is_some_and(|(_, kind)| KINDS.contains(&kind))
}

fn answer(path: &str, file: &EmbeddedFile, asked: &HeaderMap) -> Response {
    let tag = etag(file);
    let mut headers = HeaderMap::new();
    // The build puts a hash of the content into the names under `assets/`, so they never change.
    let caching =
        if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, value);
    }
    if asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    if let Ok(value) = HeaderValue::from_str(file.metadata.mimetype()) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    (headers, file.data.clone()).into_response()
}

fn etag(file: &EmbeddedFile) -> String {
    let hash = blake3::Hash::from(file.metadata.sha256_hash());
    format!("\"{}\"", hash.to_hex().get(..32).unwrap_or_default())
}
