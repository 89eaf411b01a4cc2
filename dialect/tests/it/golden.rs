use std::{fs, path::PathBuf};

/// A request in a golden file: a line with method and path, headers, an empty line, the body as sent.
pub(crate) struct Request {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
    /// The file up to the body.
    pub(crate) head: Vec<u8>,
}

pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden").join(name)
}

/// Every golden request, sorted by name.
pub(crate) fn requests() -> Vec<Request> {
    let files = fs::read_dir(folder("requests")).unwrap().map(|entry| entry.unwrap().path());
    let mut requests: Vec<Request> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "http"))
        .map(request)
        .collect();
    requests.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(requests.len() > 20);
    requests
}

fn request(path: PathBuf) -> Request {
    let bytes = fs::read(&path).unwrap();
    let split = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap() + 2;
    let (head, body) = bytes.split_at(split);
    let text = std::str::from_utf8(head).unwrap();
    let mut lines = text.lines();
    Request {
        name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
        path: lines.next().unwrap().split_once(' ').unwrap().1.to_owned(),
        content_type: lines.next().unwrap().strip_prefix("content-type: ").unwrap().to_owned(),
        body: body.to_vec(),
        head: head.to_vec(),
    }
}
